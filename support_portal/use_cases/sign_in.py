"""Signing in with a password: who comes in, and whether a second factor is asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from support_portal.domain.addresses import compared
from support_portal.domain.errors import NotAllowed
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.domain.staff import Staff
from support_portal.ports.logins import Login
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import ask_password, right_password
from support_portal.use_cases.steps.telling import tell_of

NOBODY = Principal(PrincipalKind.ACCOUNT, UUID(int=0))  # no row has this id
DO_NOT_FIT = "That email address and password don’t fit."


@dataclass(frozen=True)
class Entered:
    """Who came how far, and with what."""

    principal: Principal
    step: Step
    factor: Factor


@dataclass(frozen=True)
class Visitor:
    """The person behind a session as they are now; `staff` is there for somebody of the staff."""

    principal: Principal
    name: str
    address: str
    staff: Staff | None


def sign_in(address: str, password: str, network_address: str, *, tools: Tools) -> Entered:
    """The person who signs in, and the step they stand at.

    Raises NotAllowed in the same words for every reason, TooMany at the limit.
    """
    with tools.uow.begin() as work:
        login = work.logins.by_address(address)
    is_right = right_password(login, compared(address), password, network_address, tools)
    with tools.uow.begin() as work:
        now = work.logins.of(login.principal if login else NOBODY)
        if is_right and now is not None:
            return _enter(work, now, network_address)
        _tell_of_failure(work, now)
    raise NotAllowed(DO_NOT_FIT)


def _tell_of_failure(work: Work, login: Login | None) -> None:
    """Write a failed sign-in down: the database is asked as much for nobody, so the time tells nothing."""
    if login is not None:
        tell_of(work, login.principal, "sign_in_failed")
        return
    work.logins.of(NOBODY)
    work.records.tell(Event(None, work.now, "sign_in_failed", Actor(By.PORTAL, "Sign-in")))


def _enter(work: Work, login: Login, network_address: str) -> Entered:
    principal = login.principal
    if work.factors.of(principal) is not None:
        tell_of(work, principal, "password_right")
        return Entered(principal, Step.SECOND_FACTOR, Factor.PASSWORD)
    if principal.is_staff:
        tell_of(work, principal, "password_right")
        return Entered(principal, Step.ENROLMENT, Factor.PASSWORD)
    tell_of(work, principal, "signed_in", details={"factor": Factor.PASSWORD})
    work.logins.note_sign_in(principal, Factor.PASSWORD, work.now, network_address)
    return Entered(principal, Step.SIGNED_IN, Factor.PASSWORD)


def confirm_password(principal: Principal, password: str, network_address: str, *, tools: Tools) -> None:
    """Prove oneself afresh; raises BadInput for a wrong password, TooMany, NotAllowed."""
    ask_password(principal, password, network_address, tools)


def who(principal: Principal, *, tools: Tools) -> Visitor | None:
    """The person behind a session as they are now; None when they may not come in any more."""
    with tools.uow.begin() as work:
        login = work.logins.of(principal)
        staff = work.people.staff(principal.id) if principal.is_staff else None
    return Visitor(principal, login.name, login.address, staff) if login else None
