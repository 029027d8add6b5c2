"""The port `RequesterScreens` over SQL: one case for its requester, read in one transaction that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, exists, func, select

from support_portal.adapters.db.blocks import SqlBlocks
from support_portal.adapters.db.cases import read_case
from support_portal.adapters.db.policies import SqlPolicies
from support_portal.adapters.db.records import SqlRecords
from support_portal.adapters.db.screens.looks import look_of
from support_portal.adapters.db.screens.reading import reading
from support_portal.adapters.db.tables import cases, events, messages
from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.addresses import masked
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Author
from support_portal.domain.endings import ASK_AGAIN_WITHIN
from support_portal.domain.errors import NotFound
from support_portal.domain.guards import wait_of
from support_portal.domain.identities import masked_username
from support_portal.domain.moves import Move
from support_portal.domain.policy import Policy, policy_for
from support_portal.ports.outside import AccountDirectory, DirectoryUnavailable
from support_portal.ports.requester_screens import AccountShown, CasePage, MessageShown

MakeDirectory = Callable[[Connection, datetime], AccountDirectory]


class DatabaseRequesterScreens:
    """What the private case page shows; the connected accounts come from their directory."""

    def __init__(self, engine: Engine, directory: MakeDirectory) -> None:
        self._engine = engine
        self._directory = directory

    def policy(self) -> Policy:
        """The figures that a case opened now would have."""
        with reading(self._engine) as (connection, now):
            return policy_for(SqlPolicies(connection).versions(), now)

    def case(self, case_id: UUID) -> CasePage:
        """The page of this case; raises NotFound."""
        with reading(self._engine) as (connection, now):
            return _page(connection, now, case_id, self._directory(connection, now))


def _page(connection: Connection, now: datetime, case_id: UUID, directory: AccountDirectory) -> CasePage:
    row = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such case.")
    case = read_case(connection, row)
    policy = policy_for(SqlPolicies(connection).versions(), case.opened_at)
    moved = _moved_at(connection, case)
    account = _account(directory, case.account_id)
    return CasePage(
        now=now,
        reference=case.reference,
        version=case.version,
        address=masked(case.address),
        state=case.state,
        is_stopped=case.stopped,
        is_compromise=case.compromise,
        is_locked=account is not None and account.status is AccountStatus.LOCKED,
        is_second_look=case.second_look_used,
        opened_at=case.opened_at,
        confirmed_at=case.confirmed_at,
        challenge_at=case.challenge_at,
        state_since=case.state_since,
        passed_at=moved.get(Move.PASS) if case.evidence_run_id else None,
        approved_at=max((moved[move] for move in (Move.APPROVE, Move.APPROVE_SECOND) if move in moved), default=None),
        due_at=case.due_at,
        ended_at=case.ended_at,
        required_name=case.required_name,
        code=case.code,
        link=case.link,
        accounts=_connected(account),
        last_run=SqlRecords(connection).last_run(case.id),
        look=look_of(connection, case),
        denial_reason=case.denial_reason,
        asking_again_ends_at=_asking_again_ends_at(connection, case, now),
        messages=_messages(connection, case.id),
        safety_wait=wait_of(case, policy),
        repository_expected=policy.repository_expected,
        block=policy.block,
    )


def _moved_at(connection: Connection, case: Case) -> dict[str, datetime]:
    """When each move was made for the last time."""
    query = select(events.c.action, func.max(events.c.at)).where(events.c.case_id == case.id).group_by(events.c.action)
    return {action: at for action, at in connection.execute(query)}


def _account(directory: AccountDirectory, account_id: UUID) -> Account | None:
    try:
        return directory.read(account_id)
    except DirectoryUnavailable:
        return None


def _connected(account: Account | None) -> tuple[AccountShown, ...]:
    connected = account.connected if account else ()
    return tuple(AccountShown(one.instance, masked_username(one.username)) for one in connected)


def _asking_again_ends_at(connection: Connection, case: Case, now: datetime) -> datetime | None:
    if case.state is not State.DENIED or case.second_look_used or case.ended_at is None:
        return None
    newer = (cases.c.account_id == case.account_id) & (cases.c.number > case.number)
    has_newer = connection.execute(select(exists().where(newer))).scalar_one()
    is_blocked = SqlBlocks(connection).active(case.account_id, now) is not None
    ends_at = case.ended_at + ASK_AGAIN_WITHIN
    return None if has_newer or is_blocked or now > ends_at else ends_at


def _messages(connection: Connection, case_id: UUID) -> tuple[MessageShown, ...]:
    """The conversation, oldest first: no notes of the agents, and nothing that a stranger may have written."""
    is_shown = (messages.c.case_id == case_id) & ~messages.c.is_internal & (messages.c.author != Author.UNPROVEN)
    query = select(messages).where(is_shown).order_by(messages.c.at, messages.c.id)
    return tuple(MessageShown(row.at, Author(row.author), row.name, row.text) for row in connection.execute(query))
