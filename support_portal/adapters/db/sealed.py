"""The columns that hold sealed secrets, in one list, and their re-encryption row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Table, func, select, update

from support_portal.adapters.db.tables import authenticators, enrolments, set_ups
from support_portal.domain.sealed import SealedFor
from support_portal.ports.sealed import Place, SealedSecret


@dataclass(frozen=True)
class _Sealed:
    """A sealed column, what its secrets are sealed for, and the table that says whose each row is."""

    column: Column[Any]
    purpose: SealedFor
    whose: Table


# A new sealed column is a line here. The order counts: a set-up that is finished copies its seed as it is, so set-ups
# come first, and no seed slips by in a row that was behind already.
SEALED = (
    _Sealed(set_ups.c.seed, SealedFor.SEED, set_ups),
    _Sealed(set_ups.c.codes, SealedFor.RECOVERY_CODES, set_ups),
    _Sealed(authenticators.c.seed, SealedFor.SEED, enrolments),
)
_BY_NAME = {str(one.column): one for one in SEALED}


class SqlSealedSecrets:
    """The port `SealedSecrets` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def places(self) -> Sequence[Place]:
        """Every place, in the order in which secrets move."""
        return [Place(name, one.purpose) for name, one in _BY_NAME.items()]

    def older(self, place: Place, newest: bytes, after: UUID | None, most: int) -> Sequence[UUID]:
        """Rows whose secret another key sealed, in the order of their ids, from behind `after` on."""
        column = _BY_NAME[place.name].column
        query = select(column.table.c.id).where(_is_older(column, newest)).order_by(column.table.c.id).limit(most)
        if after is not None:
            query = query.where(column.table.c.id > after)
        return self._connection.execute(query).scalars().all()

    def count_older(self, place: Place, newest: bytes) -> int:
        """How many those are."""
        older = _is_older(_BY_NAME[place.name].column, newest)
        return self._connection.execute(select(func.count()).where(older)).scalar_one()

    def hold(self, place: Place, row: UUID, newest: bytes) -> SealedSecret | None:
        """One of them, locked until the transaction ends; None when it is gone, or sealed with the newest key."""
        column, whose = _BY_NAME[place.name].column, _BY_NAME[place.name].whose
        table = column.table
        owner = func.coalesce(whose.c.account_id, whose.c.staff_id)
        source = table if whose is table else table.join(whose)
        query = select(owner, column).select_from(source).where(table.c.id == row, _is_older(column, newest))
        found = self._connection.execute(query.with_for_update(of=table)).one_or_none()
        return SealedSecret(*found) if found else None

    def put(self, place: Place, row: UUID, sealed: bytes) -> None:
        """The same secret sealed anew."""
        column = _BY_NAME[place.name].column
        self._connection.execute(update(column.table).where(column.table.c.id == row).values({column: sealed}))


def _is_older(column: Column[Any], newest: bytes) -> ColumnElement[bool]:
    return func.substr(column, 1, len(newest)) != newest  # no secret at all: neither so nor not
