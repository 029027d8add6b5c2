"""Staff as rows, and the counting of wrong passwords."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from support_portal.adapters.db.tables import password_failures, sessions, staff
from support_portal.domain.addresses import compared
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Role, Staff


class SqlPeople:
    """The port `People` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def staff(self, staff_id: UUID) -> Staff | None:
        """One person."""
        row = self._connection.execute(select(staff).where(staff.c.id == staff_id)).first()
        return _person(row) if row else None

    def by_address(self, address: str) -> tuple[Staff, str | None] | None:
        """A person by address, and the stored password hash."""
        row = self._connection.execute(select(staff).where(staff.c.compared == compared(address))).first()
        return (_person(row), row.password_hash) if row else None

    def add(self, person: Staff) -> None:
        """A new person; raises BadInput when the address is taken."""
        values = {
            "id": person.id,
            "name": person.name,
            "address": person.address,
            "compared": compared(person.address),
            "role": person.role,
            "is_active": person.is_active,
        }
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(staff).values(values))
        except IntegrityError:
            raise BadInput({"email": f"Somebody with the address {person.address} works here already."}) from None

    def set_password(self, staff_id: UUID, stored: str, at: datetime) -> None:
        """Store a password hash; every session of the person ends."""
        changed = {"password_hash": stored, "password_changed_at": at}
        self._connection.execute(update(staff).where(staff.c.id == staff_id).values(changed))
        theirs = (sessions.c.staff_id == staff_id) & sessions.c.ended_at.is_(None)
        self._connection.execute(update(sessions).where(theirs).values(ended_at=at))

    def with_roles(self, *roles: Role) -> Sequence[Staff]:
        """All active people in these roles, by name."""
        query = select(staff).where(staff.c.role.in_(roles), staff.c.is_active).order_by(staff.c.name, staff.c.id)
        return [_person(row) for row in self._connection.execute(query)]

    def failures(self, key: str, since: datetime) -> int:
        """How many wrong passwords were counted under this key since then."""
        query = select(func.count()).where(password_failures.c.key == key, password_failures.c.at >= since)
        return self._connection.execute(query).scalar_one()

    def count_failure(self, key: str, at: datetime) -> None:
        """Count one wrong password."""
        self._connection.execute(insert(password_failures).values(key=key, at=at))


def _person(row: Row[Any]) -> Staff:
    return Staff(row.id, row.name, row.address, Role(row.role), row.is_active)
