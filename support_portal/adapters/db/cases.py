"""Cases and their approvals as rows; every write is a compare-and-set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from support_portal.adapters.db.tables import approvals, case_numbers, cases, mails, runs
from support_portal.domain.cases import LIVE, NOT_DECIDED, Approval, ApprovalReason, Case, Channel, DenialReason, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotFound, Stale
from support_portal.domain.evidence import Outcome
from support_portal.domain.risk import Level

_KINDS = {"state": State, "channel": Channel, "risk": Level, "denial_reason": DenialReason}
_COLUMNS = tuple(field.name for field in fields(Case) if field.name != "approvals")


def _locked(where: ColumnElement[bool]) -> Select[Any]:
    # A weaker lock than FOR UPDATE: rows that speak of the case may still be written beside it.
    return select(cases).where(where).order_by(cases.c.number.desc()).limit(1).with_for_update(key_share=True)


_READ = select(cases).where(cases.c.id == bindparam("this_id"))
_BY_ID = _locked(cases.c.id == bindparam("this_id"))
_BY_NUMBER = _locked(cases.c.number == bindparam("this_number"))
_OPEN = _locked((cases.c.account_id == bindparam("this_account")) & cases.c.ended_at.is_(None))
_ENDED = _locked((cases.c.account_id == bindparam("this_account")) & cases.c.ended_at.is_not(None))
_SAVE = update(cases).where(cases.c.id == bindparam("this_id"), cases.c.version == bindparam("this_version"))
_CLAIMED = (
    select(runs.c.id)
    .where(runs.c.instance == bindparam("this_instance"), runs.c.repository_id == bindparam("this_repository"))
    .where(runs.c.outcome == Outcome.PASSED, runs.c.case_id != bindparam("this_case"))
    .limit(1)
)
_STANDING = (
    select(approvals)
    .where(approvals.c.case_id == bindparam("this_case"), approvals.c.voided_at.is_(None))
    .order_by(approvals.c.at)
)
_ALREADY_THERE = "23505"  # unique_violation


class SqlCases:
    """The port `Cases` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self) -> int:
        """The next number of the sequence; one that was drawn is never drawn again."""
        return int(self._connection.execute(select(case_numbers.next_value())).scalar_one())

    def add(self, case: Case) -> None:
        """Insert the row; raises Stale where the account has a case that has not ended, and the transaction goes on."""
        with _one_wins(), self._connection.begin_nested():
            self._connection.execute(insert(cases), _values(case))

    def get(self, case_id: UUID) -> Case:
        """The case, locked until the transaction ends; raises NotFound."""
        return self._needed(_BY_ID, this_id=case_id)

    def read(self, case_id: UUID) -> Case:
        """The case as it is now, for whoever comes back to it later; raises NotFound."""
        return self._needed(_READ, this_id=case_id)

    def by_number(self, number: int) -> Case:
        """The same by its number; raises NotFound."""
        return self._needed(_BY_NUMBER, this_number=number)

    def save(self, before: Case, after: Case) -> None:
        """Write the case; raises Stale when the row has another version, or its repository is another case's."""
        same = {"this_id": before.id, "this_version": before.version}
        with _one_wins():
            done = self._connection.execute(_SAVE, {**same, **_values(after)})
        if done.rowcount != 1:
            raise Stale

    def give_approval(self, case: Case, approval: Approval) -> None:
        """Write one approval; raises Stale when this person's stands already."""
        values = {field.name: getattr(approval, field.name) for field in fields(Approval)}
        with _one_wins():
            self._connection.execute(insert(approvals), {"case_id": case.id, **values})

    def void_approvals(self, case: Case, why: str, at: datetime) -> None:
        """Mark all approvals that stand as void."""
        standing = (approvals.c.case_id == case.id) & approvals.c.voided_at.is_(None)
        self._connection.execute(update(approvals).where(standing).values(voided_at=at, voided_why=why))

    def open_one(self, account_id: UUID) -> Case | None:
        """The case of this account that has not ended, locked."""
        return self._one(_OPEN, this_account=account_id)

    def latest_before(self, account_id: UUID) -> Case | None:
        """The newest case of this account that has ended."""
        return self._one(_ENDED, this_account=account_id)

    def live_ids(self) -> Sequence[UUID]:
        """Ids of all live cases, oldest first."""
        query = select(cases.c.id).where(cases.c.state.in_(sorted(LIVE))).order_by(cases.c.number)
        return list(self._connection.execute(query).scalars())

    def is_claimed(self, instance: str, repository_id: str, case_id: UUID) -> bool:
        """Whether a repository ever passed for another case than this one."""
        this = {"this_instance": instance, "this_repository": repository_id, "this_case": case_id}
        return self._connection.execute(_CLAIMED, this).first() is not None

    def slow_removals(self, since: datetime) -> Sequence[Case]:
        """Cases in `removing` since before then, with no letter about it."""
        told = select(mails.c.id).where(
            mails.c.case_id == cases.c.id,
            mails.c.letter == Letter.STAFF_REMOVAL_SLOW,
            mails.c.made_at >= cases.c.state_since,
        )
        query = select(cases).where(cases.c.state == State.REMOVING, cases.c.state_since < since, ~told.exists())
        rows = self._connection.execute(query.order_by(cases.c.number)).mappings().all()
        return [self._case(row) for row in rows]

    def _needed(self, query: Select[Any], **which: object) -> Case:
        found = self._one(query, **which)
        if found is None:
            raise NotFound("There is no such case.")
        return found

    def _one(self, query: Select[Any], **which: object) -> Case | None:
        row = self._connection.execute(query, which).mappings().first()
        return self._case(row) if row else None

    def _case(self, row: RowMapping) -> Case:
        return read_case(self._connection, row)


@contextmanager
def _one_wins() -> Iterator[None]:
    """What another transaction did first makes this one stale: without a savepoint the database ends it, too."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") == _ALREADY_THERE:
            raise Stale from None
        raise


def read_case(connection: Connection, row: RowMapping) -> Case:
    """A case from its row, with the approvals that stand."""
    given = [] if row["state"] in NOT_DECIDED else connection.execute(_STANDING, {"this_case": row["id"]}).all()
    found = tuple(
        Approval(one.id, one.staff_id, one.at, one.run_id, ApprovalReason(one.reason), one.note) for one in given
    )
    values = {name: _typed(name, row[name]) for name in _COLUMNS}
    return Case(**values, approvals=found)


def _values(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _COLUMNS}


def _typed(name: str, value: Any) -> Any:
    kind = _KINDS.get(name)
    return kind(value) if kind and value is not None else value
