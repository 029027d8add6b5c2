"""A portal without processes: real database and use cases, fakes for the outside, and a clock that is moved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from support_portal.adapters.authenticators import PyotpAuthenticators
from support_portal.adapters.common_passwords import ListedPasswords
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.adapters.directory.register import EmbeddedRegister
from support_portal.adapters.mail.reading import Reader
from support_portal.adapters.mail.render import Templates
from support_portal.adapters.sealing import AesSealing
from support_portal.adapters.secrets import HmacDigests, SignedLinks
from support_portal.adapters.security_keys import WebAuthnKeys
from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case
from support_portal.domain.evidence import Run
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.moves import Event
from support_portal.domain.security_keys import Site
from support_portal.domain.staff import Role, Staff
from support_portal.jobs import Job
from support_portal.ports.logins import Login
from support_portal.ports.outside import OutgoingMail
from support_portal.ports.records import NewAccount
from support_portal.ports.tools import Product, Tools
from support_portal.use_cases import add_staff, case_page, confirm, decide, intake, set_password
from support_portal.use_cases.confirm import Confirmed
from support_portal.use_cases.do_work import do_work
from support_portal.use_cases.steps.deciding import Decision
from support_portal.wiring import screens_from
from tests.cast import BITBUCKET, GITHUB, GITLAB, WHY
from tests.fakes import FakeBudgets, FakeGitProvider, FakeGitSignIn, FakeMailSender, SetClock
from tests.quick_passwords import QUICK_PASSWORDS
from tests.use_cases.outside import Mood, directory_in
from workers.doing import DOING

LETTERS = Templates(Path(__file__).resolve().parents[2] / "templates/email")
ANAS, ANAS_SECOND = "ana@example.org", "ana.ruiz@example.net"
LONG_BEFORE = timedelta(days=900)
# Long ago: the database takes no removal from the future.
MONDAY = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
PASSWORD = "a lantern in the harbor"


@dataclass(frozen=True)
class Owner:
    """Somebody who has an account with a GitHub account connected."""

    address: str
    second: str
    git_id: str
    username: str


ANA = Owner(ANAS, ANAS_SECOND, "1001", "ana-dev")


def owner(number: int) -> Owner:
    """One of many owners."""
    return Owner(f"owner{number}@example.org", f"owner{number}@example.net", f"5{number:04}", f"owner-{number}")


@dataclass
class Stage:
    """Everything a test of use cases plays with."""

    engine: Engine
    clock: SetClock = field(default_factory=lambda: SetClock(MONDAY))
    github: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(GITHUB, logins={ANA.git_id: ANA.username}))
    gitlab: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(GITLAB))
    bitbucket: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(BITBUCKET))
    git_sign_ins: tuple[FakeGitSignIn, ...] = field(
        default_factory=lambda: tuple(FakeGitSignIn(one) for one in (GITHUB, GITLAB, BITBUCKET))
    )
    mails: FakeMailSender = field(default_factory=FakeMailSender)
    directory: Mood = field(default_factory=Mood)
    budgets: FakeBudgets = field(default_factory=FakeBudgets)

    def __post_init__(self) -> None:
        support = "support@portal.example"
        product = Product("Bitrise", "bitrise_verification", "https://portal.example", support, False, None)
        self.tools = Tools(
            uow=SqlUnitOfWork(self.engine, partial(directory_in, self.directory), EmbeddedRegister, self.clock),
            screens=screens_from(self.engine),
            providers={one.instance.key: one for one in (self.github, self.gitlab, self.bitbucket)},
            budgets=self.budgets,
            git_sign_ins={one.instance.key: one for one in self.git_sign_ins},
            links=SignedLinks([b"k" * 40]),
            passwords=QUICK_PASSWORDS,
            sealing=AesSealing([b"k" * 40]),
            digests=HmacDigests([b"k" * 40]),
            authenticators=PyotpAuthenticators(),
            common_passwords=ListedPasswords(),
            security_keys=WebAuthnKeys(Site("portal.example", "https://portal.example"), "Bitrise"),
            letters=LETTERS,
            reader=Reader(support_address=support, authserv_id="mx.portal.example"),
            sender=self.mails,
            product=product,
            spread=lambda: 1.0,
        )

    def an_account(self, address: str = ANAS, **changes: Any) -> UUID:
        """Register an account: Ana's, with a second address, 2FA on for years and a GitHub account, unless changed."""
        then = self.clock.at - LONG_BEFORE
        account = NewAccount(
            address=address,
            name="Ana Ruiz",
            password_hash=None,
            other_addresses=(ANAS_SECOND,),
            two_factor_enrolled_at=then,
            address_changed_at=None,
            password_changed_at=then,
            last_sign_in_at=then,
            privileged=False,
            connected=(ConnectedAccount("github", ANA.git_id, ANA.username, then),),
        )
        with self.tools.uow.begin() as work:
            return work.register.register(replace(account, **changes))

    def an_account_of(self, who: Owner) -> UUID:
        """An account like Ana's, of somebody else."""
        git = ConnectedAccount("github", who.git_id, who.username, self.clock.at - LONG_BEFORE)
        others = (who.second,) if who.second else ()
        return self.an_account(who.address, other_addresses=others, connected=(git,))

    def staff(self, name: str, role: Role = Role.AGENT) -> Staff:
        """Somebody who works at the desk and has set a password."""
        link = add_staff.add_staff(f"{name.lower()}@support.example", role, name, tools=self.tools)
        return self.person(set_password.set_password(link.rpartition("/")[2], PASSWORD, tools=self.tools))

    def person(self, login: Login) -> Staff:
        """The one of the staff who signs in so."""
        with self.tools.uow.begin() as work:
            found = work.people.staff(login.principal.id)
        assert found is not None
        return found

    def work_off(self, *, without: tuple[Job, ...] = ()) -> None:
        """Do all work that is due by the clock, also what it leads to, until nothing is due."""
        for _ in range(200):
            due = [(job, subject) for job, subject in self.due() if job not in without]
            if not due:
                return
            for job, subject in due:
                do_work(job, subject, DOING[job], tools=self.tools)
        raise AssertionError(f"work never ends: {self.due()}")

    def due(self) -> list[tuple[Job, UUID]]:
        """What is due by the clock."""
        asked = text("select job, subject from due where due_at <= :now and parked_at is null order by due_at")
        with self.engine.connect() as connection:
            return [(Job(row.job), row.subject) for row in connection.execute(asked, {"now": self.clock.at})]

    def deliver(self, job: Job, subject: UUID) -> None:
        """A message of the broker arrives, whether or not there is anything to do."""
        do_work(job, subject, DOING[job], tools=self.tools)

    def put_off(self) -> list[tuple[Job, datetime]]:
        """All work that is put off, and until when."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("select job, due_at from due order by due_at"))
            return [(Job(row.job), row.due_at) for row in rows]

    def ask(self, address: str = ANAS, **changes: Any) -> UUID:
        """Fill in the form, and let a worker match it; the request."""
        typed = intake.Typed(address, "My phone fell into the harbor.", False, True, "192.0.2.7", "Firefox")
        request_id = intake.write_down(replace(typed, **changes), tools=self.tools)
        self.work_off()
        return request_id

    def confirm(self, address: str = ANAS, **answers: bool | None) -> Confirmed:
        """Press the link of the newest confirmation mail."""
        given = {"has_recovery_code": None, "set_up_by_me": None, **answers}
        done = confirm.confirm(self.link("requests/confirm", address), tools=self.tools, **given)
        self.work_off()
        return done

    def asked_and_confirmed(self, **account: Any) -> Confirmed:
        """A case that waits for a repository."""
        self.an_account(**account)
        self.ask()
        return self.confirm()

    def creates(self, who: Owner = ANA, **changes: Any) -> str:
        """Somebody creates the right repository (but for the changes) on GitHub; its link."""
        made = {"repository_id": f"7{who.git_id}", "created_at": self.clock.at, "owner_id": who.git_id, **changes}
        return self.github.has(who.username, made.pop("owner_id"), made.pop("created_at"), **made).url

    def submit(self, done: Confirmed, url: str = f"{GITHUB.web_url}/ana-dev/bitrise_verification") -> None:
        """Send a link on the case page, and let the workers look."""
        case_page.submit_link(done.reference, done.key, url, tools=self.tools)
        self.work_off()

    def in_review(self, who: Owner = ANA, **account: Any) -> Confirmed:
        """A case whose repository passed every check."""
        if who is ANA:
            self.an_account(**account)
        else:
            self.an_account_of(who)
        self.ask(who.address)
        done = self.confirm(who.address)
        self.clock.move(minutes=5)
        self.submit(done, self.creates(who))
        return done

    def cooling_off(self, by: Staff, who: Owner = ANA) -> Confirmed:
        """A case that was approved, every notice taken."""
        done = self.in_review(who)
        self.approve(done.reference, by)
        return done

    def passes(self, **span: float) -> None:
        """Time goes by, and everything due by then is done."""
        self.clock.move(**span)
        self.work_off()

    def approve(self, reference: str, by: Staff, note: str = "I looked at it.") -> None:
        """Approve a case on the version it has now."""
        decide.approve(reference, self.decision(reference, by, note), reason=WHY, tools=self.tools)
        self.work_off()

    def decision(self, reference: str, by: Staff, note: str = "") -> Decision:
        """A decision of somebody who just signed in and sees the present version."""
        return Decision(by.id, self.clock.at, self.case(reference).version, note)

    def case(self, reference: str) -> Case:
        """The case now."""
        return self.tools.screens.commands.case(int(reference.removeprefix("SP-")))[0]

    def last_run(self, done: Confirmed) -> Run:
        """The newest run of a case, as the requester's page reads it."""
        found = self.tools.screens.requester.case(self.case(done.reference).id).last_run
        assert found is not None
        return found

    def numbers(self) -> list[int]:
        """The numbers of all cases, oldest first."""
        with self.engine.connect() as connection:
            return list(connection.execute(text("select number from cases order by number")).scalars())

    def account(self, account_id: UUID) -> Account:
        """An account as its directory tells it."""
        with self.tools.uow.begin() as work:
            found = work.directory.read(account_id)
        assert found is not None
        return found

    def is_on(self, done: Confirmed) -> bool:
        """Whether 2FA is on at the account of a case."""
        return self.account(self.case(done.reference).account_id).two_factor is not None

    def moves(self, done: Confirmed) -> list[str]:
        """The names of all that happened to a case."""
        return [event.action for event in self.events(done.reference)]

    def events(self, reference: str) -> list[Event]:
        """All that happened to a case."""
        return list(self.tools.screens.commands.case(int(reference.removeprefix("SP-")))[1])

    def link(self, page: str, address: str = ANAS) -> str:
        """The token of the newest link to this page that was mailed to an address."""
        for mail in reversed(self.mails.to(address)):
            found = re.search(rf"https://portal\.example/{page}/(\S+)", mail.text)
            if found:
                return found[1].rpartition("/")[2]
        raise AssertionError(
            f"no mail to {address} has a link to {page}: {[m.subject for m in self.mails.to(address)]}"
        )

    def subjects(self, address: str = ANAS) -> list[str]:
        """The subjects of all mails to an address, without the case."""
        return [re.sub(r" \(SP-\d+\)", "", mail.subject) for mail in self.mails.to(address)]

    def last(self, address: str = ANAS) -> OutgoingMail:
        """The newest mail to an address."""
        return self.mails.to(address)[-1]
