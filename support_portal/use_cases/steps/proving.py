"""Before one's own ways in are changed: a proof of who it is that is minutes old."""

from __future__ import annotations

from support_portal.domain.errors import NotAllowed
from support_portal.domain.policy import in_words, policy_for
from support_portal.domain.principals import SECOND_FACTORS, Factor
from support_portal.domain.staff import is_fresh
from support_portal.ports.logins import Login
from support_portal.ports.sessions import Session
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import ask_password, the_login

NO_PASSWORD = "Your account has no password yet. Sign out and choose “Forgot password?” to set one, then do this."  # noqa: S105

TOO_NEW = (
    "You signed in through a git account, and your password was set less than {age} ago. Sign in with your password"
    " and a code instead, or wait until the password is {age} old."
)


def prove_afresh(session: Session, password: str, network_address: str, tools: Tools) -> None:
    """Ask for the password where there is no fresh proof; raises BadInput for a wrong one, TooMany, NotAllowed."""
    with tools.uow.begin() as work:
        login, now = the_login(work, session.principal), work.now
    if is_fresh(session.proved_at, now):
        return
    if login.password_hash is None:
        raise NotAllowed(NO_PASSWORD)
    ask_password(session.principal, password, network_address, tools)


def refuse_new_password(work: Work, login: Login, factor: Factor) -> None:
    """Raise NotAllowed where the session was begun with no second factor and the password is too new to stand for one.

    Else whoever holds mailbox and git account would set a password, get rid of the second factor with it, and skip
    the safety wait.
    """
    if factor in SECOND_FACTORS or login.password_changed_at is None:
        return
    age = policy_for(work.policies.versions(), work.now).git_password_age
    if work.now - login.password_changed_at <= age:
        raise NotAllowed(TOO_NEW.format(age=in_words(age)))
