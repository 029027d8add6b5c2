"""What was asked for, as it is kept: help without a second factor, or a new password."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.browsers import Browser
from support_portal.ports.records import Request


class Requests(Protocol):
    """What was asked for, before and beside cases."""

    def add(self, request: Request) -> None:
        """Write it down."""
        ...

    def get(self, request_id: UUID) -> Request:
        """The request, locked; raises NotFound."""
        ...

    def settle(self, request_id: UUID, at: datetime, case_id: UUID | None, result: str) -> None:
        """Write what came of it."""
        ...


class Resets(Protocol):
    """Requests for a new password; each is kept until it is matched, and no longer."""

    def ask(self, asked: UUID, address: str, browser: Browser | None, at: datetime) -> None:
        """Write down that somebody typed this address, and where."""
        ...

    def take(self, asked: UUID) -> tuple[str, Browser]:
        """The address that was typed, and where; the request is gone. Raises NotFound."""
        ...
