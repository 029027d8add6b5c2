"""What works once: for each a function that makes one ready anew, and gives 64 attempts to use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from support_portal.domain.correspondence import Purpose
from support_portal.domain.git_sign_in import STATE_BYTES, Begun, What, new_secret
from support_portal.domain.git_sign_in import digest_of as digest_of_state
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.second_factor import digest_of, read_recovery_code, step_at
from support_portal.domain.staff import Role
from support_portal.ports.records import Link, NewAccount
from support_portal.ports.tools import Tools
from support_portal.use_cases import add_staff, confirm, forgotten, intake, second_step, set_password, stop
from tests.parts import Database
from tests.phones import Phone, given_a_phone
from tests.races.crew import TRIES, Attempt

LONG_AGO = timedelta(days=900)


@dataclass
class Stage:
    """The database of a race, and the tools that prepare it."""

    database: Database
    tools: Tools
    number: int = 0
    network: int = 0

    @property
    def networks(self) -> Sequence[str]:
        """Where the tries of a round come from: networks nobody came from before, each with a limit of its own."""
        first, self.network = self.network, self.network + TRIES
        return [f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1" for number in range(first, self.network)]

    def an_account(self) -> tuple[Principal, str]:
        """An owner nobody raced for yet, and the registered address."""
        self.number += 1
        address = f"racer{self.number}@race.example"
        with self.tools.uow.begin() as work:
            git = ConnectedAccount("github", f"{self.number}", f"racer-{self.number}", work.now - LONG_AGO)
            new = NewAccount(address, f"Racer {self.number}", connected=(git,))
            return Principal(PrincipalKind.ACCOUNT, work.register.register(new)), address

    def a_phone(self) -> tuple[Principal, Phone]:
        """An owner who has two-factor authentication on."""
        principal, _ = self.an_account()
        return principal, given_a_phone(self.tools, principal)

    def a_link(self, purpose: Purpose) -> str:
        """A request comes in and is matched; the token of the link of this purpose in its mail."""
        principal, address = self.an_account()
        given_a_phone(self.tools, principal)
        typed = intake.Typed(address, "My phone is gone.", False, True, "192.0.2.7", "Firefox")
        intake.match(intake.write_down(typed, tools=self.tools), tools=self.tools)
        asked = "select l.id from links l join cases c on c.id = l.case_id where c.account_id = %s and purpose = %s"
        with self.database.connect() as connection:
            row = connection.execute(asked, (principal.id, purpose)).fetchone()
        assert row is not None, f"no {purpose} link"
        return self.tools.links.token(purpose, row[0])


def totp(stage: Stage) -> list[Attempt]:
    """One code of an authenticator app, in the whole second step of a sign-in."""
    principal, phone = stage.a_phone()
    with stage.tools.uow.begin() as work:
        code = phone.code(work.now)
    return [partial(second_step.by_code, principal, code, network) for network in stage.networks]


def totp_bare(stage: Stage) -> list[Attempt]:
    """The same code where it is used: one UPDATE in each of 64 transactions, with no limit and no lock before it."""
    principal, _ = stage.a_phone()
    with stage.tools.uow.begin() as work:
        factor, step = work.factors.of(principal), step_at(work.now)
    assert factor is not None
    assert factor.authenticator is not None
    return [partial(use_step, factor.authenticator.id, step) for _ in stage.networks]


def recovery_code(stage: Stage) -> list[Attempt]:
    """One recovery code, in the whole second step of a sign-in."""
    principal, phone = stage.a_phone()
    code = phone.recovery_code()
    return [partial(second_step.by_code, principal, code, network) for network in stage.networks]


def recovery_code_bare(stage: Stage) -> list[Attempt]:
    """The same code where it is used, with no limit and no lock before it."""
    principal, phone = stage.a_phone()
    with stage.tools.uow.begin() as work:
        factor = work.factors.of(principal)
    assert factor is not None
    digest = digest_of(read_recovery_code(phone.recovery_code()) or "")
    return [partial(use_code, factor.id, digest) for _ in stage.networks]


def confirmation(stage: Stage) -> list[Attempt]:
    """The link that confirms a request."""
    token = stage.a_link(Purpose.CONFIRM)
    pressed = partial(confirm.confirm, token, has_recovery_code=None, set_up_by_me=None)
    return [pressed for _ in stage.networks]


def link_bare(stage: Stage) -> list[Attempt]:
    """The same link where it is used, without the case that stands behind it."""
    link_id = stage.tools.links.subject(Purpose.CONFIRM, stage.a_link(Purpose.CONFIRM))
    with stage.tools.uow.begin() as work:
        link = work.mails.link(Purpose.CONFIRM, link_id)
    return [partial(use_link, link) for _ in stage.networks]


def stopping(stage: Stage) -> list[Attempt]:
    """The link that stops a case: it may be pressed again, but stops the case and blocks new ones once."""
    token = stage.a_link(Purpose.STOP)
    return [partial(press_stop, token) for _ in stage.networks]


def invitation(stage: Stage) -> list[Attempt]:
    """The link with which a new colleague sets a password."""
    stage.number += 1
    address = f"colleague{stage.number}@support.example"
    link = add_staff.add_staff(address, Role.AGENT, "New Colleague", tools=stage.tools)
    token, passwords = link.rpartition("/")[2], (f"the harbor lights are out {n}" for n, _ in enumerate(stage.networks))
    return [partial(set_password.set_password, token, password) for password in passwords]


def reset_link(stage: Stage) -> list[Attempt]:
    """The link with which a forgotten password is set anew."""
    principal, address = stage.an_account()
    forgotten.match(forgotten.write_down(address, tools=stage.tools), tools=stage.tools)
    with stage.database.connect() as connection:
        row = connection.execute("select id from links where account_id = %s", (principal.id,)).fetchone()
    assert row is not None, "no reset link"
    token = stage.tools.links.token(Purpose.RESET, row[0])
    passwords = (f"the harbor lights are out {number}" for number, _ in enumerate(stage.networks))
    return [partial(set_password.set_password, token, password, Purpose.RESET) for password in passwords]


def oauth_state(stage: Stage) -> list[Attempt]:
    """What a browser brings back from a git provider."""
    state, browser = digest_of_state(new_secret(STATE_BYTES)), digest_of_state("a browser")
    with stage.tools.uow.begin() as work:
        begun = Begun(uuid4(), state, browser, "github", What.SIGN_IN, b"sealed", work.now)
        work.comings.begin(begun)
    return [partial(use_state, state, browser) for _ in stage.networks]


# One line for each: another thing that works once is a function like those above, and a line here.
CONTESTS: dict[str, Callable[[Stage], list[Attempt]]] = {
    "totp": totp,
    "totp-bare": totp_bare,
    "recovery-code": recovery_code,
    "recovery-code-bare": recovery_code_bare,
    "confirmation": confirmation,
    "link-bare": link_bare,
    "stop": stopping,
    "invitation": invitation,
    "reset-link": reset_link,
    "oauth-state": oauth_state,
}


def use_step(authenticator_id: UUID, step: int, *, tools: Tools) -> bool:
    """Use the code of a step in a transaction of its own."""
    with tools.uow.begin() as work:
        return work.factors.use_step(authenticator_id, step, work.now)


def use_code(enrolment_id: UUID, digest: bytes, *, tools: Tools) -> bool:
    """Use a recovery code in a transaction of its own."""
    with tools.uow.begin() as work:
        return work.factors.use_code(enrolment_id, digest, work.now)


def use_state(state: bytes, browser: bytes, *, tools: Tools) -> bool:
    """Use an OAuth state in a transaction of its own."""
    with tools.uow.begin() as work:
        return work.comings.use(state, browser, "github", work.now) is not None


def use_link(link: Link, *, tools: Tools) -> None:
    """Use a link in a transaction of its own."""
    with tools.uow.begin() as work:
        work.mails.use_link(link, work.now)


def press_stop(token: str, *, tools: Tools) -> bool:
    """Press the stop link; whether it was this press that stopped the case."""
    return stop.stop(token, stop.STOPS, tools=tools).done == "stopped"
