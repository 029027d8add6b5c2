"""How the portal stands with a provider: whether it answers, as whom it is asked, and what that opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support_portal.domain.evidence import Unknown


class Way(StrEnum):
    """As whom a provider is asked; in words for people."""

    STRANGER = "a stranger"
    TOKEN = "a token"  # noqa: S105  no secret
    APP = "a GitHub App"
    OAUTH_APP = "an OAuth app"


@dataclass(frozen=True)
class Limit:
    """How many questions a provider answers, in all and until its next reset; None: not told."""

    of: int
    left: int | None = None
    resets_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """What a provider told of itself and of what it is asked with; empty and None: it does not tell."""

    api_url: str
    way: Way
    fault: Unknown | None = None  # why no repository can be checked there now
    identity: str = ""
    version: str = ""
    scopes: tuple[str, ...] | None = None
    too_wide: tuple[str, ...] = ()  # those of the scopes that the portal has no use for
    expires_at: datetime | None = None
    limit: Limit | None = None

    @property
    def is_fine(self) -> bool:
        """Whether it answers and lets the portal in."""
        return self.fault is None

    @property
    def rights(self) -> str:
        """What the token may do, in words."""
        if self.scopes is None:
            return "not told"
        return ", ".join(self.scopes) or "only what is public"

    @property
    def limits(self) -> str:
        """How many questions are left, in words."""
        if self.limit is None:
            return "none told"
        if self.limit.left is None:
            return f"{self.limit.of}"
        return f"{self.limit.left} of {self.limit.of} left"

    @property
    def advice(self) -> str:
        """What to do about a token that opens more than it has to; empty where there is nothing to do."""
        if not self.too_wide:
            return ""
        return f"It may do more than it has to ({', '.join(self.too_wide)}): replace it by one that may not"
