"""What happened to one's own sign-in, in plain words, and the pages of older events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request

from support_portal.domain.browsers import browser_name
from support_portal.domain.errors import NotFound
from support_portal.domain.principals import Factor, Principal
from support_portal.domain.staff import Permission
from support_portal.domain.tokens import Refused
from support_portal.ports.own_screens import SecurityEvent
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.guard import needs
from support_portal.web.parts import tools

events = Blueprint("events", __name__)

LARGEST = 2**63 - 1  # what the database counts with
_BY = {
    Factor.PASSWORD: "with the password alone",
    Factor.TOTP: "with password and code",
    Factor.SECURITY_KEY: "with password and security key",
    Factor.RECOVERY_CODE: "with password and recovery code",
    Factor.GIT: "through a git account",
}
_REFUSED = {
    Refused.EXPIRED: "it had expired",
    Refused.REMOVED: "it had been removed",
    Refused.OUT_OF_SCOPE: "it may not do what was asked",
}


def _token(done: str) -> Callable[[SecurityEvent], str]:
    return lambda event: f"Access token “{event.why}” {done}"


def _refused_token(event: SecurityEvent) -> str:
    return f"Access token “{event.why}” was used and refused: {_REFUSED[Refused(event.details['reason'])]}"


_SAID: dict[str, str | Callable[[SecurityEvent], str]] = {
    "signed_in": lambda event: f"Signed in {_BY.get(Factor(event.details.get('factor', Factor.PASSWORD)), '')}".strip(),
    "sign_in_failed": "Somebody tried to sign in with a wrong password",
    "password_right": "The right password was typed, and the second factor asked for",
    "password_failed": "A wrong password was typed while signed in",
    "password_set": "A new password was set by a link from an email",
    "password_changed": "Password changed",
    "password_reset_asked": "Somebody asked for a new password; a link went to your address",
    "second_factor_failed": "A wrong code was typed after the right password",
    "second_factor_locked": "Codes are no longer accepted: too many wrong ones",
    "seed_unreadable": "A code could not be checked, because of a fault on our side",
    "recovery_code_used": lambda event: f"Recovery code used ({event.details.get('left', '?')} left)",
    "recovery_codes_renewed": "New recovery codes made",
    "two_factor_on": "Two-factor authentication turned on",
    "two_factor_changed": "Authenticator app changed",
    "two_factor_off": "Two-factor authentication turned off",
    "session_ended": "A device was signed out",
    "sessions_ended": "All other devices were signed out",
    "address_change_asked": lambda event: f"A new email address was asked for: {event.details.get('to', '')}",
    "address_changed": lambda event: f"Email address changed to {event.details.get('to', '')}",
    "help_asked": "Help without the second factor was asked for at the sign-in",
    "account_locked": "The account was locked",
    "account_unlocked": "The account was unlocked",
    "staff_locked": "Locked out with the link in an email",
    "token_made": _token("made"),
    "token_changed": _token("changed"),
    "token_removed": _token("removed"),
    "token_renewed": _token("renewed by the command that keeps it"),
    "token_reminded": _token("ends soon; we wrote to you"),
    "token_refused": _refused_token,
}


@dataclass(frozen=True)
class Line:
    """One event as it is shown."""

    at: datetime
    text: str
    by: str
    browser: str
    network_address: str


def lines(principal: Principal, before: int | None = None) -> tuple[tuple[Line, ...], int | None]:
    """Some events in words, newest first, and where older ones begin."""
    found = tools().screens.own.events(principal, before)
    return tuple(_line(one) for one in found.events), found.older


def _line(event: SecurityEvent) -> Line:
    name = browser_name(event.browser.user_agent) if event.browser else ""
    network_address = event.browser.network_address if event.browser else ""
    return Line(event.at, said(event), "" if event.is_own else event.by, name, network_address)


def said(event: SecurityEvent) -> str:
    """An event in plain words; one without words of its own is told by its name."""
    words = _SAID.get(event.action, event.action.replace("_", " ").capitalize())
    return words if isinstance(words, str) else words(event)


@events.get("/security/events")
@needs(Permission.OWN_ACCOUNT)
def show() -> str:
    """Older events; `?before=` is where the page before ended."""
    told = request.args.get("before", "")
    if told and not (told.isascii() and told.isdecimal() and int(told[:20]) <= LARGEST and len(told) <= 20):
        raise NotFound("There is no such page.")
    some, older = lines(session.present_session().principal, int(told) if told else None)
    return page("account/events.html", "security", events=some, older=older, before=told)
