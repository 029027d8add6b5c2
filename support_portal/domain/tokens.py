"""Personal access tokens: what one looks like, what it may do, how long it lives, and when its owner is reminded."""

from __future__ import annotations

import calendar
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.errors import BadInput
from support_portal.domain.policy import Policy
from support_portal.domain.principals import Principal
from support_portal.domain.staff import Permission, Staff, may_enter

PREFIX = "spp_"
SECRET_BITS = 256
SECRET_LETTERS, CHECK_LETTERS = 43, 6  # what 256 random bits and a CRC32 take in base 62
SHOWN_LETTERS = 4  # after the prefix: enough to tell tokens apart, far too few to guess one
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{SECRET_LETTERS + CHECK_LETTERS}}}")

LONGEST_DESCRIPTION = 200
MOST_TOKENS = 50  # of one person at a time, expired ones included until they are removed
USE_NOTED_EVERY = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=30)  # from when it was removed, or expired
REFUSAL_TOLD_EVERY = timedelta(hours=1)  # of one token and for one reason: a script that goes on floods no page
REMINDED_BEFORE = (timedelta(days=7), timedelta(days=1))

AUTO_LIVES = timedelta(days=30)  # a token that the command line keeps, from each renewal
RENEWED_BEFORE = timedelta(days=7)  # the command renews a token that ends this soon


class TokenKind(StrEnum):
    """How a token came to be."""

    AUTO = "auto"  # made when the command line signed in; it renews itself
    USER = "user"  # made by its owner, for a script


class Scope(StrEnum):
    """What a token may be made for; none of them decides a case, makes a token or changes a factor."""

    READ_ACCOUNT = "read_account"
    READ_CASES = "read_cases"
    WRITE_CASES = "write_cases"


# What the owner must have for the token to have it: asked when it is granted, and again at each use.
PERMISSION_OF: dict[Scope, Permission] = {
    Scope.READ_ACCOUNT: Permission.OWN_ACCOUNT,
    Scope.READ_CASES: Permission.SEE_CASES,
    Scope.WRITE_CASES: Permission.WORK_ON_CASES,
}


class Refused(StrEnum):
    """Why a token that the portal once made is refused."""

    EXPIRED = "expired"
    REMOVED = "removed"
    OUT_OF_SCOPE = "out_of_scope"  # it works, but not for this


class Expiry(StrEnum):
    """How long a token of one's own making lives."""

    HOUR = "1h"
    DAY = "1d"
    MONTH = "1m"
    NEVER = "never"


@dataclass(frozen=True)
class AccessToken:
    """One token as it is kept: whose, for what and until when (None: for ever), but never its value."""

    id: UUID
    owner: Principal
    kind: TokenKind
    description: str
    scopes: frozenset[Scope]
    shown: str
    made_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    reminded_at: datetime | None = None
    removed_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over; it ends at that very moment."""
        return self.expires_at is not None and now >= self.expires_at

    def why_dead(self, now: datetime) -> Refused | None:
        """Why it does not work any more, whichever came first; None for one that works."""
        ends, removed = self.expires_at, self.removed_at
        if removed is not None and (ends is None or removed < ends):
            return Refused.REMOVED
        return Refused.EXPIRED if self.is_expired(now) else None

    def should_renew(self, now: datetime) -> bool:
        """Whether the command that keeps it had better renew it now."""
        ends = self.expires_at
        return self.kind is TokenKind.AUTO and ends is not None and ends - now <= RENEWED_BEFORE

    def ends_soon(self, now: datetime) -> bool:
        """Whether it ends within the first reminder's time."""
        return self.expires_at is not None and not self.is_expired(now) and self.expires_at - now <= REMINDED_BEFORE[0]


def base62(number: int, length: int) -> str:
    """A number in so many digits and letters, zeros in front."""
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters))


def new_token() -> str:
    """A new value: the prefix, 256 random bits, and a checksum over both."""
    text = PREFIX + base62(secrets.randbits(SECRET_BITS), SECRET_LETTERS)
    return text + _checksum(text)


def is_whole(text: str) -> bool:
    """Whether a text has the form of a token and its checksum fits: one wrong letter never does."""
    return bool(_FORM.fullmatch(text)) and _checksum(text[:-CHECK_LETTERS]) == text[-CHECK_LETTERS:]


def shown(token: str) -> str:
    """What is kept of a value for its owner's eyes."""
    return token[: len(PREFIX) + SHOWN_LETTERS]


def _checksum(text: str) -> str:
    # CRC32 finds every error within 32 bits in a row, so any one letter.
    return base62(zlib.crc32(text.encode()), CHECK_LETTERS)


def grantable(staff: Staff | None) -> tuple[Scope, ...]:
    """What somebody may grant: one of the staff as they are now, or (None) the owner of an account."""
    return tuple(scope for scope in Scope if may_enter(staff, PERMISSION_OF[scope]))


def granted(chosen: frozenset[Scope], staff: Staff | None) -> frozenset[Scope]:
    """The scopes chosen for a token; raises BadInput for none, or for more than its owner may."""
    if not chosen:
        raise BadInput({Scope.READ_ACCOUNT.value: "Choose what the token may do"})
    beyond = chosen - set(grantable(staff))
    if beyond:
        raise BadInput({scope.value: "You may not do this yourself, so no token of yours can" for scope in beyond})
    return chosen


def in_force(scopes: frozenset[Scope], staff: Staff | None) -> frozenset[Scope]:
    """What a token may do now: never more than its owner, whatever it was granted once."""
    return scopes & set(grantable(staff))


def read_description(text: str) -> str:
    """A description without spaces around it; raises BadInput."""
    plain = text.strip()
    if not plain:
        raise BadInput({"description": "Say what uses the token"})
    if len(plain) > LONGEST_DESCRIPTION:
        most = f"Use {LONGEST_DESCRIPTION} characters at most. You used {len(plain):,}"
        raise BadInput({"description": most})
    if not plain.isprintable():
        raise BadInput({"description": "Use letters that can be seen, on one line"})
    return plain


def read_expiry(text: str, policy: Policy) -> Expiry:
    """How long a token shall live; raises BadInput. A date is none of the answers, past or not."""
    allowed = expiries(policy)
    if text not in allowed:
        raise BadInput({"expires": f"Choose one of: {', '.join(allowed)}"})
    return Expiry(text)


def expiries(policy: Policy) -> tuple[Expiry, ...]:
    """The answers that a policy allows."""
    return tuple(Expiry) if policy.endless_tokens == "allowed" else (Expiry.HOUR, Expiry.DAY, Expiry.MONTH)


def expires_at(expiry: Expiry, at: datetime) -> datetime | None:
    """When a token that is made now ends."""
    match expiry:
        case Expiry.HOUR:
            return at + timedelta(hours=1)
        case Expiry.DAY:
            return at + timedelta(days=1)
        case Expiry.MONTH:
            return a_month_after(at)
        case Expiry.NEVER:
            return None


def a_month_after(at: datetime) -> datetime:
    """The same time of the same day of the next month, or of its last day where it is shorter."""
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def reminders(token: AccessToken) -> tuple[datetime, ...]:
    """When the owner is reminded: not of a token that lives no longer than that, nor of one that renews itself."""
    if token.expires_at is None or token.kind is TokenKind.AUTO:
        return ()
    moments = (token.expires_at - before for before in REMINDED_BEFORE)
    return tuple(moment for moment in moments if moment > token.made_at)


def is_reminder_due(token: AccessToken, now: datetime) -> bool:
    """Whether a reminder's time has come that was not sent yet; several that were missed are one."""
    come = [moment for moment in reminders(token) if moment <= now]
    return bool(come) and not token.is_expired(now) and (token.reminded_at is None or token.reminded_at < max(come))


def next_reminder(token: AccessToken, now: datetime) -> datetime | None:
    """When the next reminder goes after now; None when there is none."""
    return min((moment for moment in reminders(token) if moment > now), default=None)
