"""The port `LockedScreens` over SQL: what was told of locks, and the accounts by way of their directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import distinct_on

from support_portal.adapters.db.screens.reading import reading
from support_portal.adapters.db.tables import events
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.errors import NotFound
from support_portal.domain.staff import Staff, is_own
from support_portal.ports.locked_screens import LockedAccount, LockedAccounts
from support_portal.ports.outside import AccountDirectory

MakeDirectory = Callable[[Connection, datetime], AccountDirectory]


class SqlLockedScreens:
    """Accounts that were locked without a case and still are."""

    def __init__(self, engine: Engine, directory: MakeDirectory) -> None:
        self._engine = engine
        self._directory = directory

    def locked(self, viewer: Staff) -> LockedAccounts:
        """All of them, the newest lock first."""
        with reading(self._engine) as (connection, now):
            return LockedAccounts(now, tuple(_locked(connection, self._directory(connection, now), viewer)))

    def one(self, viewer: Staff, account_id: UUID) -> LockedAccounts:
        """One of them alone; raises NotFound."""
        found = self.locked(viewer)
        alone = tuple(one for one in found.accounts if one.account.id == account_id)
        if not alone:
            raise NotFound("There is no such account.")
        return LockedAccounts(found.now, alone)


def _locked(connection: Connection, directory: AccountDirectory, viewer: Staff) -> Iterator[LockedAccount]:
    about_locks = events.c.account_id.is_not(None) & events.c.case_id.is_(None)
    about_locks &= events.c.action == "account_locked"
    columns = (events.c.account_id, events.c.at, events.c.actor_name)
    newest = select(*columns).where(about_locks).ext(distinct_on(events.c.account_id))
    told = newest.order_by(events.c.account_id, events.c.at.desc()).subquery()
    for row in connection.execute(select(told).order_by(told.c.at.desc())):
        account = directory.read(row.account_id)
        if account is not None and account.status is AccountStatus.LOCKED and not is_own(viewer, account):
            yield LockedAccount(account, row.at, row.actor_name)
