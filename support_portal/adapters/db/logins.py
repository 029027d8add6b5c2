"""Passwords and sessions of everybody who signs in, and the counting of tries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, update

from support_portal.adapters.db.tables import accounts, enrolments, sessions, sign_ins, staff, tries
from support_portal.adapters.db.tokens import drop_device_codes
from support_portal.adapters.db.whose import belongs_to
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.addresses import compared
from support_portal.domain.principals import Factor, Principal, PrincipalKind
from support_portal.domain.second_factor import Limit
from support_portal.ports.logins import Login

_MAY_COME_IN = {
    PrincipalKind.STAFF: staff.c.is_active,
    PrincipalKind.ACCOUNT: accounts.c.status == AccountStatus.ACTIVE,
}


class SqlLogins:
    """The port `Logins` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_address(self, address: str) -> Login | None:
        """Who signs in with this address: staff first, and nobody who may not come in."""
        found = [self._find(kind, _table(kind).c.compared == compared(address)) for kind in reversed(PrincipalKind)]
        return next((login for login in found if login is not None), None)

    def of(self, principal: Principal) -> Login | None:
        """The same person anew; None when they may not come in any more."""
        return self._find(principal.kind, _table(principal.kind).c.id == principal.id)

    def set_password(self, principal: Principal, stored: str, at: datetime) -> None:
        """Store a password hash; wrong codes are forgotten, and a locked second factor is free again."""
        self._store(principal, _table(principal.kind).c.id == principal.id, stored, at)

    def change_password(self, principal: Principal, verified: str | None, stored: str, at: datetime) -> bool:
        """The same in place of the hash that was verified; False when it was changed in the meantime."""
        table = _table(principal.kind)
        return self._store(principal, (table.c.id == principal.id) & (table.c.password_hash == verified), stored, at)

    def forget_password(self, principal: Principal) -> None:
        """Nobody signs in as this person any more until a password is set by a link."""
        table = _table(principal.kind)
        self._connection.execute(update(table).where(table.c.id == principal.id).values(password_hash=None))

    def renew_hash(self, principal: Principal, old: str, new: str) -> None:
        """Store the same password hashed anew, unless it was changed in the meantime."""
        table = _table(principal.kind)
        same = (table.c.id == principal.id) & (table.c.password_hash == old)
        self._connection.execute(update(table).where(same).values(password_hash=new))

    def end_sessions(self, principal: Principal, at: datetime, *, but: UUID | None = None) -> None:
        """End every session of theirs, but for one."""
        theirs = belongs_to(sessions, principal) & sessions.c.ended_at.is_(None)
        if but is not None:
            theirs &= sessions.c.id != but
        self._connection.execute(update(sessions).where(theirs).values(ended_at=at))
        drop_device_codes(self._connection, principal)

    def end_session(self, principal: Principal, session_id: UUID, at: datetime) -> bool:
        """End one session of theirs; False when there is none that lives."""
        this = belongs_to(sessions, principal) & (sessions.c.id == session_id) & sessions.c.ended_at.is_(None)
        return bool(self._connection.execute(update(sessions).where(this).values(ended_at=at)).rowcount)

    def note_sign_in(self, principal: Principal, factor: Factor, at: datetime, network_address: str) -> None:
        """Note a finished sign-in of an owner, for the signals of risk and the watch over live cases."""
        if principal.is_staff:
            return  # the audit holds it
        values = {"account_id": principal.id, "at": at, "factor": factor, "network_address": network_address}
        self._connection.execute(insert(sign_ins).values(values))

    def _store(self, principal: Principal, whose: ColumnElement[bool], stored: str, at: datetime) -> bool:
        changed = {"password_hash": stored, "password_changed_at": at}
        if not self._connection.execute(update(_table(principal.kind)).where(whose).values(changed)).rowcount:
            return False
        standing = belongs_to(enrolments, principal) & enrolments.c.ended_at.is_(None)
        self._connection.execute(update(enrolments).where(standing).values(wrong_in_a_row=0, locked_at=None))
        return True

    def _find(self, kind: PrincipalKind, condition: Any) -> Login | None:
        row = self._connection.execute(select(_table(kind)).where(condition, _MAY_COME_IN[kind])).first()
        return _login(kind, row) if row else None


class SqlTries:
    """The port `Tries` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, limits: Sequence[tuple[str, Limit]], at: datetime) -> Sequence[int] | datetime:
        """Count one try under each key, or (nothing counted) say when the next is possible."""
        keys = sorted({key for key, _ in limits})
        for key in keys:  # in one order, so that two never wait for each other
            number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
            self._connection.execute(select(func.pg_advisory_xact_lock(number)))
        free_at = [moment for key, limit in limits if (moment := self._full_until(key, limit, at))]
        if free_at:
            return max(free_at)
        rows = [{"key": key, "at": at} for key in keys]
        return self._connection.execute(insert(tries).returning(tries.c.id), rows).scalars().all()

    def give_back(self, taken: Sequence[int]) -> None:
        """These tries were right: they count no longer."""
        self._connection.execute(delete(tries).where(tries.c.id.in_(taken)))

    def _full_until(self, key: str, limit: Limit, at: datetime) -> datetime | None:
        """When the oldest of so many tries falls out of the time; None while there are fewer."""
        newest = select(tries.c.at).where(tries.c.key == key, tries.c.at > at - limit.within)
        query = newest.order_by(tries.c.at.desc()).offset(limit.most - 1).limit(1)
        oldest: datetime | None = self._connection.execute(query).scalar()
        return oldest + limit.within if oldest else None


def _table(kind: PrincipalKind) -> Table:
    return staff if kind is PrincipalKind.STAFF else accounts


def _login(kind: PrincipalKind, row: Row[Any]) -> Login:
    return Login(Principal(kind, row.id), row.address, row.name, row.password_hash, row.password_changed_at)
