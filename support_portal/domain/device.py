"""Signing in at the command line: the short code that a person types on the page (RFC 8628)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.principals import Principal
from support_portal.domain.second_factor import LONGEST_TYPED, Limit
from support_portal.domain.tokens import Scope

CODE_LIVES = timedelta(minutes=10)
ASKED_EVERY = timedelta(seconds=5)  # the command may ask this often whether somebody has confirmed
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels and nothing that is taken for something else (RFC 8628, 6.1)
_LENGTH, _GROUP = 8, 4  # 20^8 codes: at 20 guesses an hour, one of them is right once in a hundred thousand years
LONGEST_CLIENT = 60

GUESSES = (Limit(5, timedelta(minutes=5)), Limit(20, timedelta(hours=1)))
GUESSES_OF_ONE_NETWORK = (Limit(10, timedelta(minutes=5)), Limit(50, timedelta(hours=1)))
CODES_OF_ONE_NETWORK = (Limit(20, timedelta(minutes=5)), Limit(100, timedelta(hours=1)))


class Answer(StrEnum):
    """What the person said on the page."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True)
class DeviceCode:
    """One sign-in of a command that waits for a person; `client` is what it calls itself, which proves nothing."""

    id: UUID
    client: str
    scopes: frozenset[Scope]
    network_address: str
    made_at: datetime
    expires_at: datetime
    answer: Answer | None = None
    owner: Principal | None = None


def new_user_code() -> str:
    """A short code as it is shown: `WDJB-MJHT`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def read_user_code(typed: str) -> str | None:
    """The code that was typed, as it was shown; None for what can't be one. Small letters and spaces are fine."""
    if len(typed) > LONGEST_TYPED:
        return None
    letters = "".join(character for character in typed if character not in " -\t").upper()
    if len(letters) != _LENGTH or not set(letters) <= set(_LETTERS):
        return None
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"
