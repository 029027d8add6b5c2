"""The second factor: how a code is read, which step it is of, how often it may be guessed, and the recovery codes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP_SECONDS, DIGITS, SEED_BYTES = 30, 6, 20  # RFC 6238 as every authenticator knows it: 30 s, 6 digits, 160 bits
STEPS_AROUND = 1  # a clock may be one step off (RFC 6238, 5.2)
SET_UP_WITHIN = timedelta(minutes=10)

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1
CODE_LETTERS, CODE_GROUP = 24, 4  # 24 of 31 letters are 118 bits: too many to guess, also from a stolen digest
LONGEST_TYPED = 60

LOW_ON_CODES = 3
LOCKED_AFTER = 100  # wrong codes in a row (NIST SP 800-63B-4, 3.2.2)


@dataclass(frozen=True)
class Limit:
    """At most so many tries within a time."""

    most: int
    within: timedelta


OF_ONE_FACTOR = (
    Limit(5, timedelta(minutes=5)),
    Limit(20, timedelta(hours=1)),
    Limit(50, timedelta(days=1)),
)
OF_ONE_NETWORK = (Limit(10, timedelta(minutes=5)), Limit(50, timedelta(hours=1)))


def step_at(at: datetime) -> int:
    """The number of the 30-second step that a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def steps_accepted(at: datetime) -> range:
    """The steps whose codes are accepted at a moment: the present one, the one before and the one after."""
    return range(step_at(at) - STEPS_AROUND, step_at(at) + STEPS_AROUND + 1)


def read_code(typed: str) -> str | None:
    """The six digits that were typed; None for anything else. Spaces and dashes within are fine.

    Only the digits 0 to 9 count: full-width or Arabic ones would be other characters with the same value.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    digits = "".join(character for character in typed if character not in " -\t")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def read_recovery_code(typed: str) -> str | None:
    """The letters of a recovery code that was typed; None for what can't be one. Capitals, spaces, dashes are fine."""
    if len(typed) > LONGEST_TYPED:
        return None
    letters = "".join(character for character in typed if character not in " -\t")
    if not letters.isascii():
        return None
    letters = letters.lower()
    return letters if len(letters) == CODE_LETTERS and set(letters) <= set(_LETTERS) else None


def step_that_fits(code: str, codes: Mapping[int, str]) -> int | None:
    """The step whose code this is, of those accepted now (step to code); all are compared, whichever fits."""
    fitting = [step for step, right in codes.items() if secrets.compare_digest(right.encode(), code.encode())]
    return max(fitting, default=None)


def new_recovery_codes() -> tuple[str, ...]:
    """Ten new codes, as they are shown: `abcd-efgh-…`."""
    return tuple(_shown("".join(secrets.choice(_LETTERS) for _ in range(CODE_LETTERS))) for _ in range(CODES))


def _shown(letters: str) -> str:
    return "-".join(letters[at : at + CODE_GROUP] for at in range(0, CODE_LETTERS, CODE_GROUP))


def digest_of(letters: str) -> bytes:
    """What is kept of a recovery code: a plain digest is enough for 118 random bits (OWASP ASVS 5.0, V6.5.2)."""
    return hashlib.sha256(f"recovery code {letters}".encode()).digest()
