"""What was asked for, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

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
