"""Signed-in sessions of staff: rows that can be ended from the server at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class StaffSession:
    """One session that is neither ended, idle nor over; `signed_in_at` is when the password was last entered."""

    id: UUID
    staff_id: UUID
    data: Mapping[str, Any]
    signed_in_at: datetime


class Sessions(Protocol):
    """Sessions, by a secret that only the browser keeps. Every call may raise StoreUnavailable."""

    def begin(
        self, staff_id: UUID, data: Mapping[str, Any], *, network_address: str, user_agent: str
    ) -> tuple[str, StaffSession]:
        """A new session and its secret."""
        ...

    def find(self, secret: str, *, is_activity: bool) -> StaffSession | None:
        """The session of this secret, by the database's time; `is_activity` says whether the person did something."""
        ...

    def keep(self, session_id: UUID, data: Mapping[str, Any]) -> None:
        """Store what the session holds; an ended one stays ended."""
        ...

    def end(self, session_id: UUID) -> None:
        """End it for good."""
        ...
