"""Sessions of owners and staff: rows that can be ended from the server at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from support_portal.domain.browsers import Browser
from support_portal.domain.identities import GitIdentity
from support_portal.domain.principals import Factor, Principal, Step, proved_at


@dataclass(frozen=True)
class Session:
    """One session that is neither ended, idle nor over; `signed_in_at` is when its person proved themselves last."""

    id: UUID
    principal: Principal
    step: Step
    factor: Factor
    data: Mapping[str, Any]
    signed_in_at: datetime
    through: GitIdentity | None = None  # the git account it was begun through

    @property
    def proved_at(self) -> datetime | None:
        """When its person proved here who they are; None where no proof was ever given."""
        return proved_at(self.factor, self.signed_in_at)


class Sessions(Protocol):
    """Sessions, by a secret that only the browser keeps. Every call may raise StoreUnavailable."""

    def begin(
        self,
        principal: Principal,
        step: Step,
        factor: Factor,
        data: Mapping[str, Any],
        browser: Browser,
        through: GitIdentity | None = None,
    ) -> tuple[str, Session]:
        """A new session and its secret; `through` is the git account it is begun through."""
        ...

    def find(self, secret: str, *, is_activity: bool) -> Session | None:
        """The session of this secret, by the database's time; `is_activity` says whether the person did something."""
        ...

    def keep(self, session_id: UUID, data: Mapping[str, Any]) -> None:
        """Store what the session holds; an ended one stays ended."""
        ...

    def end(self, session_id: UUID) -> None:
        """End it for good."""
        ...
