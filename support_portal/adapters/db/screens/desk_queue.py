"""The queue of cases in SQL: who may see what, what each view holds, and in which order."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from support_portal.adapters.db.tables import (
    account_addresses,
    accounts,
    cases,
    connected_accounts,
    messages,
    requests,
    runs,
    staff,
)
from support_portal.domain.addresses import compared
from support_portal.domain.cases import State, read_reference
from support_portal.domain.correspondence import Author
from support_portal.domain.errors import NotFound
from support_portal.domain.evidence import Outcome
from support_portal.domain.identities import GitIdentity
from support_portal.domain.staff import Staff
from support_portal.ports.desk_screens import Owner, QueueQuery, View

_TO_DECIDE = (State.TRIAGE, State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL)
_LONG_AGO = literal("-infinity").cast(cases.c.opened_at.type)
SHORTENED = 200  # characters of the last words that a row shows


def _newest_run() -> FromClause:
    one = select(runs).where(runs.c.case_id == cases.c.id).order_by(runs.c.at.desc()).limit(1)
    return one.lateral("newest_run")


def _unanswered() -> FromClause:
    """The oldest message that nobody has answered; what was said before the confirmation is the request itself."""
    answers = messages.alias("answers")
    answered = (
        select(func.max(answers.c.at))
        .where(answers.c.case_id == cases.c.id, answers.c.author == Author.AGENT, not_(answers.c.is_internal))
        .correlate(cases)
        .scalar_subquery()
    )
    since = func.greatest(
        func.coalesce(cases.c.confirmed_at, cases.c.opened_at),
        func.coalesce(answered, _LONG_AGO),
        func.coalesce(cases.c.ended_at, _LONG_AGO),
    )
    oldest = select(func.min(messages.c.at).label("at")).where(
        messages.c.case_id == cases.c.id,
        messages.c.author != Author.AGENT,
        messages.c.at > since,
    )
    return oldest.lateral("unanswered")


def _last_words() -> FromClause:
    one = (
        select(func.left(messages.c.text, SHORTENED).label("text"))
        .where(messages.c.case_id == cases.c.id, not_(messages.c.is_internal))
        .order_by(messages.c.at.desc())
        .limit(1)
    )
    return one.lateral("last_words")


NEWEST_RUN, UNANSWERED, LAST_WORDS = _newest_run(), _unanswered(), _last_words()
OWNER = staff.alias("owner")
WAITS_ON_US: ColumnElement[Any] = func.least(
    UNANSWERED.c.at,
    case(
        (cases.c.state.in_(_TO_DECIDE), cases.c.state_since),
        (
            and_(cases.c.state == State.AWAITING_REPOSITORY, NEWEST_RUN.c.outcome == Outcome.CANNOT_CHECK),
            func.coalesce(cases.c.unchecked_since, NEWEST_RUN.c.at),
        ),
    ),
)
_BEFORE = and_(
    connected_accounts.c.account_id == cases.c.account_id, connected_accounts.c.connected_at < cases.c.opened_at
)
ACCOUNTS_BEFORE = select(func.count()).where(_BEFORE).select_from(connected_accounts).scalar_subquery()
PROVIDERS = (
    select(func.array_agg(func.distinct(connected_accounts.c.instance)))
    .where(connected_accounts.c.account_id == cases.c.account_id)
    .scalar_subquery()
)


def joined() -> FromClause:
    """A case beside its account, its newest run, what nobody answered yet, the last words and its owner."""
    return (
        cases.join(requests, requests.c.id == cases.c.request_id)
        .outerjoin(accounts, accounts.c.id == cases.c.account_id)
        .outerjoin(OWNER, OWNER.c.id == cases.c.assignee_id)
        .outerjoin(NEWEST_RUN, true())
        .outerjoin(UNANSWERED, true())
        .outerjoin(LAST_WORDS, true())
    )


def visible_to(viewer: Staff) -> ColumnElement[bool]:
    """Cases for the desk (`Case.is_for_the_desk`); never one of the viewer's own account (`domain.staff.is_own`)."""
    mine = compared(viewer.address)
    is_own = or_(
        accounts.c.compared.is_not_distinct_from(mine),
        exists().where(account_addresses.c.account_id == cases.c.account_id, account_addresses.c.compared == mine),
        *(_is_connected_to(git) for git in sorted(viewer.git, key=astuple)),
    )
    is_for_the_desk = or_(cases.c.confirmed_at.is_not(None), cases.c.stopped)
    return and_(is_for_the_desk, not_(is_own))


def _is_connected_to(git: GitIdentity) -> ColumnElement[bool]:
    table = connected_accounts.c
    is_it = or_(table.external_id == git.external_id, literal(git.external_id) == table.workspace_ids.any_())
    return exists().where(table.account_id == cases.c.account_id, table.instance == git.instance, is_it)


def held_by(view: View, viewer: Staff) -> ColumnElement[bool]:
    """Which cases a view holds."""
    waits = cases.c.state == State.AWAITING_REPOSITORY
    is_open = cases.c.ended_at.is_(None)
    outcome = NEWEST_RUN.c.outcome
    without_verdict = or_(outcome.is_(None), outcome.not_in((Outcome.FAILED, Outcome.CANNOT_CHECK)))
    conditions: dict[View, ColumnElement[bool]] = {
        View.ALL: is_open,
        View.READY: cases.c.state.in_((State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL)),
        View.REPLY: UNANSWERED.c.at.is_not(None),
        View.FAILED: and_(waits, outcome == Outcome.FAILED),
        View.WAITING: and_(waits, without_verdict),
        View.SAFETY: cases.c.state.in_((State.COOLING_OFF, State.REMOVING)),
        View.MINE: and_(is_open, cases.c.assignee_id == viewer.id),
        View.CLOSED: not_(is_open),
    }
    return conditions[view]


def asked_for(query: QueueQuery, viewer: Staff) -> ColumnElement[bool]:
    """Everything a query asks for: the view, the filters, the words searched for."""
    wanted = [visible_to(viewer), held_by(query.view, viewer)]
    if query.provider:
        here = connected_accounts.c.instance == query.provider
        wanted.append(exists().where(connected_accounts.c.account_id == cases.c.account_id, here))
    if query.risk is not None:
        wanted.append(cases.c.risk == query.risk)
    if query.owner is not Owner.ANYONE:
        wanted.append(cases.c.assignee_id == (viewer.id if query.owner is Owner.ME else None))
    if query.search:
        wanted.append(_holds(query.search))
    return and_(*wanted)


def _holds(words: str) -> ColumnElement[bool]:
    """The words stand in an address, the account's name or a repository's address, or are the case's reference."""
    texts = (cases.c.address, accounts.c.name, accounts.c.address, cases.c.link, NEWEST_RUN.c.link)
    return or_(_is_reference(words), *(text.icontains(words, autoescape=True) for text in texts))


def _is_reference(words: str) -> ColumnElement[bool]:
    try:
        return cases.c.number == read_reference(words if words.upper().startswith("SP-") else f"SP-{words}")
    except NotFound:
        return false()


def in_order(view: View) -> tuple[ColumnElement[Any], ...]:
    """The longest wait on us first, then what failed, what waits for the requester, and what waits for the clock."""
    if view is View.CLOSED:
        return (cases.c.ended_at.desc(), cases.c.number.desc())
    waits = cases.c.state == State.AWAITING_REPOSITORY
    rank = case((and_(waits, NEWEST_RUN.c.outcome == Outcome.FAILED), 0), (waits, 1), else_=2)
    return (WAITS_ON_US.asc().nulls_last(), rank, cases.c.state_since, cases.c.number)


def rows_of(query: QueueQuery, viewer: Staff) -> Select[Any]:
    """All rows that a query asks for, in order, without their page."""
    columns = (
        cases.c.number,
        cases.c.state,
        cases.c.stopped,
        cases.c.address,
        cases.c.confirmed_address,
        cases.c.risk,
        cases.c.state_since,
        cases.c.due_at,
        cases.c.ended_at,
        accounts.c.name.label("account_name"),
        accounts.c.address.label("account_address"),
        PROVIDERS.label("providers"),
        ACCOUNTS_BEFORE.label("accounts_before"),
        *(NEWEST_RUN.c[name].label(f"run_{name}") for name in ("at", "outcome", "results", "next_try_at", "link")),
        WAITS_ON_US.label("waits_on_us_since"),
        UNANSWERED.c.at.label("unanswered_at"),
        func.coalesce(LAST_WORDS.c.text, func.left(requests.c.reason, SHORTENED)).label("last_words"),
        *(OWNER.c[name].label(f"owner_{name}") for name in ("id", "name", "address", "role", "is_active")),
    )
    return select(*columns).select_from(joined()).where(asked_for(query, viewer)).order_by(*in_order(query.view))
