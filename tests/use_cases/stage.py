"""A portal without processes: real database and use cases, fakes for the outside, and a clock that is moved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.adapters.directory.register import EmbeddedRegister
from support_portal.adapters.mail.reading import Reader
from support_portal.adapters.mail.render import Templates
from support_portal.adapters.passwords import Argon2Passwords
from support_portal.adapters.secrets import SignedLinks
from support_portal.domain.cases import Case
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.moves import Event
from support_portal.domain.staff import Role, Staff
from support_portal.jobs import Job
from support_portal.ports.outside import OutgoingMail
from support_portal.ports.records import NewAccount
from support_portal.ports.tools import Product, Tools
from support_portal.use_cases import add_staff, case_page, confirm, decide, intake, sign_in
from support_portal.use_cases.confirm import Confirmed
from support_portal.use_cases.decide import Decision
from support_portal.use_cases.do_work import do_work
from support_portal.wiring import screens_from
from tests.cast import BITBUCKET, GITHUB, GITLAB
from tests.fakes import FakeGitProvider, FakeMailSender, SetClock
from workers.doing import DOING

TEMPLATES = Path(__file__).resolve().parents[2] / "templates/email"
ANAS, ANAS_SECOND = "ana@example.org", "ana.ruiz@example.net"
LONG_BEFORE = timedelta(days=900)
PASSWORD = "a lantern in the harbor"


@dataclass
class Stage:
    """Everything a test of use cases plays with."""

    engine: Engine
    clock: SetClock = field(default_factory=SetClock)
    github: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(GITHUB))
    gitlab: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(GITLAB))
    bitbucket: FakeGitProvider = field(default_factory=lambda: FakeGitProvider(BITBUCKET))
    mails: FakeMailSender = field(default_factory=FakeMailSender)

    def __post_init__(self) -> None:
        support = "support@portal.example"
        product = Product("Bitrise", "bitrise_verification", "https://portal.example", support, False, None)
        self.tools = Tools(
            uow=SqlUnitOfWork(self.engine, EmbeddedDirectory, EmbeddedRegister, self.clock),
            screens=screens_from(self.engine),
            providers={one.instance.key: one for one in (self.github, self.gitlab, self.bitbucket)},
            links=SignedLinks([b"k" * 40]),
            passwords=Argon2Passwords(),
            letters=Templates(TEMPLATES),
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
            connected=(ConnectedAccount("github", "1001", "ana-dev", then),),
        )
        with self.tools.uow.begin() as work:
            return work.register.register(replace(account, **changes))

    def staff(self, name: str, role: Role = Role.AGENT) -> Staff:
        """Somebody who works at the desk and has set a password."""
        link = add_staff.add_staff(f"{name.lower()}@support.example", role, name, tools=self.tools)
        return sign_in.set_password(link.rpartition("/")[2], PASSWORD, tools=self.tools)

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

    def ask(self, address: str = ANAS, **changes: Any) -> None:
        """Fill in the form, and let a worker match it."""
        typed = intake.Typed(address, "My phone fell into the harbor.", False, True, "192.0.2.7", "Firefox")
        intake.write_down(replace(typed, **changes), tools=self.tools)
        self.work_off()

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

    def in_review(self) -> Confirmed:
        """A case whose repository passed every check."""
        done = self.asked_and_confirmed()
        self.clock.move(minutes=5)
        self.github.has("ana-dev", "1001", self.clock.at)
        case_page.submit_link(
            done.reference, done.key, f"{GITHUB.web_url}/ana-dev/bitrise_verification", tools=self.tools
        )
        self.work_off()
        return done

    def approve(self, reference: str, by: Staff, note: str = "I looked at it.") -> None:
        """Approve a case on the version it has now."""
        decide.approve(reference, self.decision(reference, by, note), tools=self.tools)
        self.work_off()

    def decision(self, reference: str, by: Staff, note: str = "") -> Decision:
        """A decision of somebody who just signed in and sees the present version."""
        return Decision(by.id, self.clock.at, self.case(reference).version, note)

    def case(self, reference: str) -> Case:
        """The case now."""
        return self.tools.screens.commands.case(int(reference.removeprefix("SP-")))[0]

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
