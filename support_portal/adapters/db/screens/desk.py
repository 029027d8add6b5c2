"""The port `DeskScreens` over SQL: each answer is read in one transaction that changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, RowMapping, func, select

from support_portal.adapters.db.people import SqlPeople
from support_portal.adapters.db.screens.desk_case import view_of, visible_row
from support_portal.adapters.db.screens.desk_mails import loose_mail, mails_page
from support_portal.adapters.db.screens.desk_queue import (
    WAITS_ON_US,
    asked_for,
    held_by,
    in_order,
    joined,
    rows_of,
    visible_to,
)
from support_portal.adapters.db.screens.desk_runs import two_runs
from support_portal.adapters.db.screens.reading import reading
from support_portal.adapters.db.tables import cases
from support_portal.domain.addresses import compared
from support_portal.domain.cases import State, read_reference
from support_portal.domain.evidence import Check, Outcome, Verdict
from support_portal.domain.risk import Level
from support_portal.domain.staff import DECIDERS, Role, Staff
from support_portal.ports.desk_runs import TwoRuns
from support_portal.ports.desk_screens import (
    ROWS_A_PAGE,
    CaseView,
    LastRun,
    LooseMail,
    MailsPage,
    Neighbors,
    QueuePage,
    QueueQuery,
    QueueRow,
    Unowned,
    View,
)
from support_portal.ports.outside import AccountDirectory

MakeDirectory = Callable[[Connection, datetime], AccountDirectory]


class SqlDeskScreens:
    """What agents see, straight from the tables; accounts by way of their directory where a case is opened."""

    def __init__(self, engine: Engine, directory: MakeDirectory) -> None:
        self._engine = engine
        self._directory = directory

    def counts(self, viewer: Staff) -> Mapping[View, int]:
        """How many cases each view holds."""
        counted = (func.count().filter(held_by(view, viewer)).label(view.value) for view in View)
        with reading(self._engine) as (connection, _):
            query = select(*counted).select_from(joined()).where(visible_to(viewer))
            row = connection.execute(query).mappings().one()
        return {view: row[view.value] for view in View}

    def queue(self, viewer: Staff, query: QueueQuery) -> QueuePage:
        """One page of a view; a page beyond the last is the last."""
        with reading(self._engine) as (connection, now):
            wanted = asked_for(query, viewer)
            total = connection.execute(select(func.count()).select_from(joined()).where(wanted)).scalar_one()
            pages = max(1, -(-total // ROWS_A_PAGE))
            page = min(max(1, query.page), pages)
            part = rows_of(query, viewer).limit(ROWS_A_PAGE).offset((page - 1) * ROWS_A_PAGE)
            rows = tuple(_queue_row(row) for row in connection.execute(part).mappings())
        return QueuePage(rows, total, page, pages, now)

    def arrived(self, viewer: Staff, view: View, since: datetime) -> int:
        """How many cases came to where they stand, in this view, after that moment."""
        wanted = visible_to(viewer) & held_by(view, viewer) & (cases.c.state_since > since)
        with reading(self._engine) as (connection, _):
            return connection.execute(select(func.count()).select_from(joined()).where(wanted)).scalar_one()

    def unowned(self, viewer: Staff) -> Unowned:
        """What is ready to decide and has no owner."""
        wanted = visible_to(viewer) & held_by(View.READY, viewer) & cases.c.assignee_id.is_(None)
        columns = (cases.c.number, WAITS_ON_US.label("since"), func.count().over().label("total"))
        query = select(*columns).select_from(joined()).where(wanted).order_by(*in_order(View.READY)).limit(1)
        with reading(self._engine) as (connection, _):
            row = connection.execute(query).first()
        return Unowned(row.total, f"SP-{row.number}", row.since) if row else Unowned(0, None, None)

    def neighbors(self, viewer: Staff, query: QueueQuery, reference: str) -> Neighbors:
        """The cases before and after this one in a view."""
        order = in_order(query.view)
        place = (
            select(
                cases.c.number,
                func.row_number().over(order_by=order).label("position"),
                func.lag(cases.c.number).over(order_by=order).label("before"),
                func.lead(cases.c.number).over(order_by=order).label("after"),
                func.count().over().label("total"),
            )
            .select_from(joined())
            .where(asked_for(query, viewer))
            .subquery()
        )
        with reading(self._engine) as (connection, _):
            row = connection.execute(select(place).where(place.c.number == read_reference(reference))).first()
        if row is None:
            return Neighbors(None, 0, None, None)
        return Neighbors(row.position, row.total, _reference(row.before), _reference(row.after))

    def case(self, viewer: Staff, reference: str) -> CaseView:
        """One case; raises NotFound also for one that the viewer may not see."""
        with reading(self._engine) as (connection, now):
            return view_of(connection, now, viewer, reference, self._directory(connection, now))

    def two_runs(self, viewer: Staff, reference: str, earlier_id: UUID | None) -> TwoRuns:
        """The newest run of a case beside an earlier one, the one before where none is named."""
        with reading(self._engine) as (connection, _):
            return two_runs(connection, visible_row(connection, viewer, reference), earlier_id)

    def deciders(self) -> tuple[Staff, ...]:
        """Everybody a case can be assigned to, by name."""
        with reading(self._engine) as (connection, _):
            return tuple(SqlPeople(connection).with_roles(*DECIDERS))

    def mails_without_case(self, page: int) -> MailsPage:
        """Mails that fit no case, newest first."""
        with reading(self._engine) as (connection, _):
            return mails_page(connection, page)

    def mail_without_case(self, message_id: UUID) -> LooseMail:
        """One of them; raises NotFound."""
        with reading(self._engine) as (connection, _):
            return loose_mail(connection, message_id)


def _reference(number: int | None) -> str | None:
    return f"SP-{number}" if number is not None else None


def _queue_row(row: RowMapping) -> QueueRow:
    confirmed, present = row["confirmed_address"], row["account_address"]
    return QueueRow(
        reference=f"SP-{row['number']}",
        state=State(row["state"]),
        stopped=row["stopped"],
        address=row["address"],
        account_name=row["account_name"] or "",
        providers=tuple(sorted(row["providers"] or ())),
        is_mailbox_confirmed=bool(confirmed and present and compared(confirmed) == compared(present)),
        git_accounts_before=row["accounts_before"],
        last_run=_last_run(row),
        risk=Level(row["risk"]),
        waits_on_us_since=row["waits_on_us_since"],
        state_since=row["state_since"],
        due_at=row["due_at"],
        ended_at=row["ended_at"],
        needs_reply=row["unanswered_at"] is not None,
        last_words=row["last_words"] or "",
        assignee=_owner(row),
    )


def _last_run(row: RowMapping) -> LastRun | None:
    if row["run_at"] is None:
        return None
    results: list[dict[str, Any]] = row["run_results"]
    unasked = (Check.CHALLENGE_PRESENT, Verdict.NOT_RUN)
    asked = [one for one in results if (one["check"], one["verdict"]) != unasked]
    return LastRun(
        at=row["run_at"],
        outcome=Outcome(row["run_outcome"]),
        passed=sum(one["verdict"] == Verdict.PASSED for one in asked),
        asked=len(asked),
        failed=tuple(Check(one["check"]) for one in asked if one["verdict"] == Verdict.FAILED),
        next_try_at=row["run_next_try_at"],
        link=row["run_link"],
    )


def _owner(row: RowMapping) -> Staff | None:
    if row["owner_id"] is None:
        return None
    role = Role(row["owner_role"])
    return Staff(row["owner_id"], row["owner_name"], row["owner_address"], role, row["owner_is_active"])
