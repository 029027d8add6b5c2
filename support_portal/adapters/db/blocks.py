"""Blocks as rows; the database lets each be lifted once, and nothing else of it be changed."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from support_portal.adapters.db.tables import blocks
from support_portal.ports.records import Block

_COLUMNS = tuple(blocks.c[field.name] for field in fields(Block))

_LAST_LIFTED = select(func.max(blocks.c.lifted_at)).where(blocks.c.account_id == bindparam("this_account"))


class SqlBlocks:
    """The port `Blocks` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, block: Block) -> None:
        """Block new cases of an account."""
        self._connection.execute(insert(blocks).values(asdict(block)))

    def active(self, account_id: UUID, now: datetime) -> Block | None:
        """The block in force that ends last, if any."""
        query = select(*_COLUMNS).where(_in_force(account_id, now)).order_by(blocks.c.until.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return Block(**row) if row else None

    def lift(self, account_id: UUID, now: datetime, by: UUID, why: str) -> int:
        """Lift every block of an account that is in force; how many those were."""
        lifted = {"lifted_at": now, "lifted_by": by, "lifted_why": why}
        return self._connection.execute(update(blocks).where(_in_force(account_id, now)).values(lifted)).rowcount

    def last_lifted_at(self, account_id: UUID) -> datetime | None:
        """When a block of this account was lifted last."""
        found: datetime | None = self._connection.execute(_LAST_LIFTED, {"this_account": account_id}).scalar_one()
        return found


def _in_force(account_id: UUID, now: datetime) -> ColumnElement[bool]:
    return (blocks.c.account_id == account_id) & (blocks.c.until > now) & blocks.c.lifted_at.is_(None)
