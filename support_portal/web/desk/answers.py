"""What every question of the desk asks for besides its own fields: the version that was seen, and a fresh sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from support_portal.domain.errors import BadInput
from support_portal.web import session
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, Lines
from support_portal.web.proof import proved_at

Answers = Mapping[str, str]
ALWAYS: Mapping[str, Field] = {
    "version": Line("Open the case again, then decide", longest=9),
    "note": Lines(),
    "password": Line(longest=LONGEST_PASSWORD, is_secret=True),
}
# Where a sentence of the rules is about one field of the form, the error leads there.
_ABOUT_A_FIELD = {
    "Write a reason": "note",
    "Choose the reason": "reason",
    "Choose the role": "role",
    "Choose another role": "role",
    "Enter your password": "password",
}


def seen_version(answers: Answers) -> int:
    """The version of the case that was looked at; raises BadInput."""
    if not answers["version"].isdecimal():
        raise BadInput({"version": "Open the case again, then decide"})
    return int(answers["version"])


def signed_in_at(answers: Answers) -> datetime:
    """When whoever answers has signed in; a password that was entered again counts from now. Raises BadInput."""
    proved_at(answers["password"])
    return session.present_session().signed_in_at


def by_field(reasons: Iterable[str]) -> dict[str, str]:
    """Each reason of a refusal, under the field that it is about."""
    return {_field_of(reason, number): reason for number, reason in enumerate(reasons)}


def _field_of(reason: str, number: int) -> str:
    about = (name for beginning, name in _ABOUT_A_FIELD.items() if reason.startswith(beginning))
    return next(about, f"case-{number}")
