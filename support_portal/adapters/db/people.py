"""Staff as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, select, union, update
from sqlalchemy.exc import IntegrityError

from support_portal.adapters.db.tables import account_addresses, accounts, connected_accounts, staff
from support_portal.domain.addresses import compared
from support_portal.domain.errors import BadInput
from support_portal.domain.identities import ConnectedAccount, GitIdentity
from support_portal.domain.staff import Role, Staff


def _connected_to(whose: ColumnElement[bool]) -> Select[Any]:
    """The git accounts of product accounts that have, or had, an address of these people."""
    registered = select(staff.c.id, accounts.c.id.label("account_id"))
    registered = registered.join(accounts, accounts.c.compared == staff.c.compared).where(whose)
    others = select(staff.c.id, account_addresses.c.account_id)
    others = others.join(account_addresses, account_addresses.c.compared == staff.c.compared).where(whose)
    theirs = union(registered, others).subquery()
    git = connected_accounts
    columns = (theirs.c.id, git.c.instance, git.c.external_id, git.c.connected_at, git.c.workspace_ids)
    return select(*columns).join(git, git.c.account_id == theirs.c.account_id)


_BY_ID = select(staff).where(staff.c.id == bindparam("this_person"))
# In one order, and still letting rows be written that speak of somebody.
_EVERYBODY = select(staff).order_by(staff.c.name, staff.c.id).with_for_update(key_share=True)
_WITH_ROLES = (
    select(staff)
    .where(staff.c.role.in_(bindparam("roles", expanding=True)), staff.c.is_active)
    .order_by(staff.c.name, staff.c.id)
)
_CONNECTED = _connected_to(staff.c.id.in_(bindparam("people", expanding=True)))


class SqlPeople:
    """The port `People` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def staff(self, staff_id: UUID) -> Staff | None:
        """One person."""
        return next(iter(self._read(_BY_ID, this_person=staff_id)), None)

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

    def everybody(self) -> Sequence[Staff]:
        """All who work here or did, by name; no other change of people happens until the transaction ends."""
        return self._read(_EVERYBODY)

    def change_role(self, staff_id: UUID, role: Role) -> None:
        """Give somebody another role."""
        self._connection.execute(update(staff).where(staff.c.id == staff_id).values(role=role))

    def let_back(self, staff_id: UUID) -> None:
        """Let somebody who was suspended work here again."""
        self._connection.execute(update(staff).where(staff.c.id == staff_id).values(is_active=True))

    def suspend(self, staff_id: UUID) -> bool:
        """Let somebody work here no longer; False when that was so already."""
        working = (staff.c.id == staff_id) & staff.c.is_active
        return self._connection.execute(update(staff).where(working).values(is_active=False)).rowcount == 1

    def with_roles(self, *roles: Role) -> Sequence[Staff]:
        """All active people in these roles, by name."""
        return self._read(_WITH_ROLES, roles=roles)

    def _read(self, query: Select[Any], **which: object) -> Sequence[Staff]:
        rows = self._connection.execute(query, which).all()
        git: dict[UUID, frozenset[GitIdentity]] = {}
        for one in self._connection.execute(_CONNECTED, {"people": [row.id for row in rows]}) if rows else ():
            account = ConnectedAccount(one.instance, one.external_id, "", one.connected_at, tuple(one.workspace_ids))
            git[one.id] = git.get(one.id, frozenset()) | account.acts_as
        return [_person(row, git.get(row.id, frozenset())) for row in rows]


def _person(row: Row[Any], git: frozenset[GitIdentity]) -> Staff:
    return Staff(row.id, row.name, row.address, Role(row.role), row.is_active, git)
