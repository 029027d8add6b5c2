"""Accounts that the portal keeps itself: read, locked and freed of 2FA in the transaction of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    delete,
    func,
    select,
    update,
)

from support_portal.adapters.db.factors import take_away
from support_portal.adapters.db.tables import (
    account_addresses,
    accounts,
    connected_accounts,
    enrolments,
    links,
    sessions,
    set_ups,
    sign_ins,
)
from support_portal.adapters.db.tokens import drop_device_codes, end_tokens
from support_portal.domain.accounts import Account, AccountStatus, Enrolment
from support_portal.domain.addresses import compared
from support_portal.domain.correspondence import CHANGE_THE_SIGN_IN
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.principals import SECOND_FACTORS, Principal, PrincipalKind
from support_portal.ports.outside import DirectoryRefused, RemovalOrder


def _all_of(table: Table, order: ColumnElement[Any]) -> ScalarSelect[Any]:
    """All rows of an account in another table, as a list in its own row: one question is asked, not one a table."""
    rows = select(table).where(table.c.account_id == accounts.c.id).order_by(order).correlate(accounts).subquery()
    return select(func.jsonb_agg(func.to_jsonb(rows.table_valued()))).scalar_subquery()


def _with_what_it_has(where: ColumnElement[bool]) -> Select[Any]:
    """An account that is not deleted, its enrolment, and its last sign-ins.

    A sign-in through git, or in a remembered browser, is none with a second factor.
    """
    theirs = (sign_ins.c.account_id == accounts.c.id, sign_ins.c.factor.in_(SECOND_FACTORS))
    has_not_ended = (enrolments.c.account_id == accounts.c.id) & enrolments.c.ended_at.is_(None)
    return (
        select(
            accounts,
            enrolments.c.id.label("enrolment_id"),
            enrolments.c.enrolled_at,
            select(func.max(sign_ins.c.at)).where(theirs[0]).scalar_subquery().label("signed_in_at"),
            select(func.max(sign_ins.c.at)).where(*theirs).scalar_subquery().label("with_second_factor_at"),
            _all_of(connected_accounts, connected_accounts.c.connected_at).label("connected"),
            _all_of(account_addresses, account_addresses.c.id).label("addresses"),
        )
        .select_from(accounts.outerjoin(enrolments, has_not_ended))
        .where(where, accounts.c.status != AccountStatus.DELETED)
    )


_BY_ID = _with_what_it_has(accounts.c.id == bindparam("this_account"))
_BY_ADDRESS = _with_what_it_has(accounts.c.compared == bindparam("this_address"))


class EmbeddedDirectory:
    """The port `AccountDirectory` over the portal's own tables."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def find(self, address: str) -> Sequence[Account]:
        """All accounts whose registered address compares equal to this one; the table lets there be one at most."""
        rows = self._connection.execute(_BY_ADDRESS, {"this_address": compared(address)}).all()
        return [_account(row) for row in rows]

    def read(self, account_id: UUID) -> Account | None:
        """The account as it is now; None when it was deleted."""
        row = self._connection.execute(_BY_ID, {"this_account": account_id}).first()
        return _account(row) if row else None

    def remove_second_factors(self, order: RemovalOrder) -> None:
        """End the enrolment; one that has ended already is done. Raises DirectoryRefused.

        The database lets it commit only beside the removal that the case is about.
        """
        query = select(accounts.c.status).where(accounts.c.id == order.account_id).with_for_update(key_share=True)
        status = self._connection.execute(query).scalar()
        if status != AccountStatus.ACTIVE:
            raise DirectoryRefused(f"The account is {status or AccountStatus.DELETED}.")
        ours = (enrolments.c.id == order.enrolment_id) & (enrolments.c.account_id == order.account_id)
        found = self._connection.execute(select(enrolments).where(ours).with_for_update()).first()
        if found is None:
            raise DirectoryRefused("The account has no such enrolment.")
        if found.ended_at is None:
            self._connection.execute(update(enrolments).where(ours).values(ended_at=self._now, ended_by="removal"))
            take_away(self._connection, order.enrolment_id)
            self._end_sessions(order.account_id)

    def lock(self, account_id: UUID) -> None:
        """Let nobody in any more. A locked account stays as it is."""
        usable = (accounts.c.id == account_id) & (accounts.c.status == AccountStatus.ACTIVE)
        self._connection.execute(update(accounts).where(usable).values(status=AccountStatus.LOCKED))
        self._end_sessions(account_id)
        end_tokens(self._connection, Principal(PrincipalKind.ACCOUNT, account_id), self._now)

    def unlock(self, account_id: UUID) -> None:
        """Let people in again. Raises DirectoryRefused for an account that is not locked."""
        locked = (accounts.c.id == account_id) & (accounts.c.status == AccountStatus.LOCKED)
        if not self._connection.execute(update(accounts).where(locked).values(status=AccountStatus.ACTIVE)).rowcount:
            raise DirectoryRefused("The account is not locked.")

    def _end_sessions(self, account_id: UUID) -> None:
        theirs = (sessions.c.account_id == account_id) & sessions.c.ended_at.is_(None)
        self._connection.execute(update(sessions).where(theirs).values(ended_at=self._now))
        self._connection.execute(delete(set_ups).where(set_ups.c.account_id == account_id))
        drop_device_codes(self._connection, Principal(PrincipalKind.ACCOUNT, account_id))
        waiting = (links.c.account_id == account_id) & links.c.purpose.in_(CHANGE_THE_SIGN_IN)
        self._connection.execute(update(links).where(waiting, links.c.used_at.is_(None)).values(used_at=self._now))


def _account(row: Row[Any]) -> Account:
    addresses = row.addresses or ()
    moments = [at for at in (row.last_sign_in_at, row.signed_in_at) if at]
    return Account(
        id=row.id,
        address=row.address,
        name=row.name,
        status=AccountStatus(row.status),
        two_factor=Enrolment(row.enrolment_id, row.enrolled_at) if row.enrolment_id else None,
        connected=tuple(_connected(one) for one in row.connected or ()),
        other_addresses=tuple(one["address"] for one in addresses if one["replaced_at"] is None),
        replaced_addresses=tuple(
            (one["address"], datetime.fromisoformat(one["replaced_at"])) for one in addresses if one["replaced_at"]
        ),
        created_at=row.created_at,
        address_changed_at=row.address_changed_at,
        password_changed_at=row.password_changed_at,
        last_sign_in_at=max(moments, default=None),
        last_second_factor_at=row.with_second_factor_at,
        privileged=row.privileged,
    )


def _connected(row: Mapping[str, Any]) -> ConnectedAccount:
    return ConnectedAccount(
        row["instance"],
        row["external_id"],
        row["username"],
        datetime.fromisoformat(row["connected_at"]),
        tuple(row["workspace_ids"]),
        datetime.fromisoformat(row["last_used_at"]) if row["last_used_at"] else None,
    )
