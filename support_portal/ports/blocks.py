"""Blocks of new cases, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.ports.records import Block


class Blocks(Protocol):
    """Blocks go with their case alone; one is lifted at most once, and says by whom and why."""

    def add(self, block: Block) -> None:
        """Block new cases of an account."""
        ...

    def active(self, account_id: UUID, now: datetime) -> Block | None:
        """The block in force that ends last, if any."""
        ...

    def lift(self, account_id: UUID, now: datetime, by: UUID, why: str) -> int:
        """Lift every block of an account that is in force; how many those were."""
        ...

    def last_lifted_at(self, account_id: UUID) -> datetime | None:
        """When a block of this account was lifted last."""
        ...
