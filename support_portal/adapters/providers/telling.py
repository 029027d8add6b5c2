"""What answers tell besides repositories, in headers that the providers share: limits, scopes and ends of tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from support_portal.adapters.providers.credentials import Access
from support_portal.domain.evidence import CannotCheck, Missing, Moved, Unknown
from support_portal.domain.standing import Limit, Way

PATIENCE = 5.0  # seconds for each answer: somebody waits in front of it


def way_of(access: Access) -> Way:
    """As whom a provider is asked."""
    if access.token is not None:
        return Way.TOKEN
    if access.app is not None:
        return Way.APP
    return Way.OAUTH_APP if access.login is not None else Way.STRANGER


def fault_of(answer: object) -> Unknown | None:
    """Why an answer is none: what should be there and isn't means that the address is wrong."""
    if isinstance(answer, Unknown):
        return answer
    if isinstance(answer, Missing | Moved):
        return Unknown(CannotCheck.UNAVAILABLE, f"answered {answer.status}: is this the address of its API?")
    return None


def limit_of(headers: Mapping[str, str]) -> Limit | None:
    """What the headers say of limits; None where they say nothing."""
    for prefix in ("x-ratelimit", "ratelimit"):
        of = headers.get(f"{prefix}-limit", "").partition(",")[0]
        if of.isdecimal():
            return Limit(int(of), _number(headers, f"{prefix}-remaining"), _moment(headers, f"{prefix}-reset"))
    return None


def scopes_of(headers: Mapping[str, str]) -> tuple[str, ...] | None:
    """The scopes of the token that was sent; None where they are not told."""
    told = headers.get("x-oauth-scopes")
    return None if told is None else tuple(part.strip() for part in told.split(",") if part.strip())


def expiry_of(headers: Mapping[str, str]) -> datetime | None:
    """When the token that was sent ends, as GitHub tells it: `2027-01-31 08:00:00 UTC`, or with an offset."""
    told = headers.get("github-authentication-token-expiration", "").replace(" UTC", "+00:00")
    try:
        return datetime.fromisoformat(told.replace(" +", "+").replace(" -", "-")).astimezone(UTC)
    except ValueError:
        return None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    told = headers.get(name, "")
    return int(told) if told.isdecimal() else None


def _moment(headers: Mapping[str, str], name: str) -> datetime | None:
    seconds = _number(headers, name)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None
