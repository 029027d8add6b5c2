"""One case for the desk: everything known of it, read in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from support_portal.adapters.db.blocks import SqlBlocks
from support_portal.adapters.db.cases import read_case
from support_portal.adapters.db.people import SqlPeople
from support_portal.adapters.db.policies import SqlPolicies
from support_portal.adapters.db.records import SqlRecords, read_message
from support_portal.adapters.db.screens.desk_queue import UNANSWERED, WAITS_ON_US, joined, visible_to
from support_portal.adapters.db.screens.desk_runs import has_earlier_run
from support_portal.adapters.db.screens.looks import look_of
from support_portal.adapters.db.tables import cases, events, messages, requests, staff
from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case, Channel, State, read_reference
from support_portal.domain.errors import NotFound
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import Policy, policy_for
from support_portal.domain.risk import Assessment, Facts, assess
from support_portal.domain.staff import Role, Staff, whose_it_is
from support_portal.ports.desk_screens import CaseView, EarlierCase
from support_portal.ports.outside import AccountDirectory, DirectoryUnavailable
from support_portal.ports.records import Message, Request


def view_of(
    connection: Connection, now: datetime, viewer: Staff, reference: str, directory: AccountDirectory
) -> CaseView:
    """One case; raises NotFound also for one that the viewer may not see."""
    row = visible_row(connection, viewer, reference)
    case = read_case(connection, row)
    account, answers = _account(directory, case.account_id)
    told = events_of(connection, case.id)
    said = messages_of(connection, case.id)
    policy = policy_for(SqlPolicies(connection).versions(), case.opened_at)
    return CaseView(
        now=now,
        case=case,
        request=_request(connection, case.request_id),
        account=account,
        directory_answers=answers,
        assessment=_assessment(connection, case, account, policy) if account else None,
        policy=policy,
        last_run=SqlRecords(connection).last_run(case.id),
        has_earlier_run=has_earlier_run(connection, case.id),
        look=look_of(connection, case),
        messages=said,
        events=told,
        people=_people(connection, case, said),
        block=SqlBlocks(connection).active(case.account_id, now),
        earlier=_others(connection, case),
        waits_on_us_since=row["waits_on_us_since"],
        needs_reply=row["unanswered_at"] is not None,
    )


def visible_row(connection: Connection, viewer: Staff, reference: str) -> RowMapping:
    """The row of a case; raises NotFound also for one that the viewer may not see."""
    columns = (cases, WAITS_ON_US.label("waits_on_us_since"), UNANSWERED.c.at.label("unanswered_at"))
    wanted = (cases.c.number == read_reference(reference)) & visible_to(viewer)
    row = connection.execute(select(*columns).select_from(joined()).where(wanted)).mappings().first()
    if row is None:
        raise NotFound("There is no such case.")
    return row


def _account(directory: AccountDirectory, account_id: UUID) -> tuple[Account | None, bool]:
    try:
        return directory.read(account_id), True
    except DirectoryUnavailable:
        return None, False


def _assessment(connection: Connection, case: Case, account: Account, policy: Policy) -> Assessment:
    lifted_at = SqlBlocks(connection).last_lifted_at(case.account_id)
    colleague = whose_it_is(account, SqlPeople(connection).with_roles(*Role))
    return assess(Facts(account, case.opened_at, case.compromise_was_said, lifted_at, colleague), policy)


def _request(connection: Connection, request_id: UUID) -> Request:
    row = connection.execute(select(requests).where(requests.c.id == request_id)).mappings().one()
    return Request(**{**row, "channel": Channel(row["channel"])})


def messages_of(connection: Connection, case_id: UUID | None) -> tuple[Message, ...]:
    """The conversation, oldest first."""
    query = select(messages).where(messages.c.case_id == case_id).order_by(messages.c.at, messages.c.id)
    return tuple(read_message(row) for row in connection.execute(query).mappings())


def events_of(connection: Connection, case_id: UUID) -> tuple[Event, ...]:
    """What happened, newest first."""
    query = select(events).where(events.c.case_id == case_id).order_by(events.c.at.desc(), events.c.id.desc())
    return tuple(_event(row) for row in connection.execute(query).mappings())


def _event(row: RowMapping) -> Event:
    actor = Actor(By(row["actor"]), row["actor_name"], row["staff_id"])
    came_from, went_to = (State(row[name]) if row[name] else None for name in ("from_state", "to_state"))
    return Event(row["case_id"], row["at"], row["action"], actor, came_from, went_to, row["why"], row["details"])


def _people(connection: Connection, case: Case, said: Iterable[Message]) -> dict[UUID, Staff]:
    """Everybody of the staff who is named on the page."""
    ids = {case.assignee_id, case.decided_by, case.first_decider, *(given.staff_id for given in case.approvals)}
    ids |= {message.staff_id for message in said}
    query = select(staff).where(staff.c.id.in_(ids - {None}))
    return {
        row.id: Staff(row.id, row.name, row.address, Role(row.role), row.is_active) for row in connection.execute(query)
    }


def _others(connection: Connection, case: Case) -> tuple[EarlierCase, ...]:
    query = (
        select(cases)
        .where(cases.c.account_id == case.account_id, cases.c.id != case.id, cases.c.number < case.number)
        .order_by(cases.c.number.desc())
    )
    return tuple(
        EarlierCase(f"SP-{row.number}", State(row.state), row.stopped, row.opened_at, row.ended_at)
        for row in connection.execute(query)
    )
