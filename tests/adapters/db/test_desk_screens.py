"""The queue and the case page, read from a real database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from support_portal.adapters.db.screens.desk import SqlDeskScreens
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Author
from support_portal.domain.errors import NotFound
from support_portal.domain.evidence import Check, CheckResult, Verdict
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.risk import Level
from support_portal.domain.staff import is_own
from support_portal.ports.desk_screens import ROWS_A_PAGE, Owner, QueueQuery, View
from tests.cast import ANAS_BITBUCKET, ANAS_GITHUB, ANAS_WORKSPACE, BEN, CHLOE, LEA, LONG_AGO
from tests.web.desk.desk_stage import DeskStage

S = State


@pytest.fixture
def stage(engine: Engine) -> DeskStage:
    """An empty desk."""
    return DeskStage(engine)


@pytest.fixture
def screens(engine: Engine) -> SqlDeskScreens:
    """The real screens."""
    return SqlDeskScreens(engine, EmbeddedDirectory)


def references(screens: SqlDeskScreens, **asked: Any) -> list[str]:
    return [row.reference for row in screens.queue(BEN, QueueQuery(**asked)).rows]


def failed_case(stage: DeskStage, **changes: Any) -> Case:
    account = stage.account("failed@example.org")
    wrong = CheckResult(Check.NAME_MATCHES, Verdict.FAILED, "bitrise-verification", "bitrise-verification")
    return stage.case(S.AWAITING_REPOSITORY, account, run=stage.failed_run(account, wrong), **changes)


def unfinished_case(stage: DeskStage, **changes: Any) -> Case:
    account = stage.account("unfinished@example.org")
    return stage.case(S.AWAITING_REPOSITORY, account, run=stage.unfinished_run(account), **changes)


def test_the_longest_wait_on_us_comes_first_whatever_the_state(stage: DeskStage, screens: SqlDeskScreens) -> None:
    asked_long_ago = failed_case(stage, since=stage.ago(hours=1))
    stage.say(asked_long_ago, Author.REQUESTER, "Is it the dash?", stage.ago(hours=22))
    waits_for_requester = stage.case(S.AWAITING_REPOSITORY, since=stage.ago(hours=20))
    not_answered = unfinished_case(stage, unchecked_since=stage.ago(hours=4))
    ready = stage.case(S.IN_REVIEW, since=stage.ago(hours=9))
    overdue = stage.case(S.TRIAGE, since=stage.ago(hours=27))
    second = stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(CHLOE,), since=stage.ago(hours=1))
    cooling = stage.case(S.COOLING_OFF, approved_by=(CHLOE,), since=stage.ago(hours=23))
    expected = [overdue, asked_long_ago, ready, not_answered, second, waits_for_requester, cooling]
    assert references(screens) == [case.reference for case in expected]


def test_each_view_holds_its_cases_and_counts_them(stage: DeskStage, screens: SqlDeskScreens) -> None:
    held = {
        "ready": stage.case(S.IN_REVIEW, assignee_id=BEN.id),
        "second": stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(CHLOE,)),
        "new": stage.case(S.TRIAGE),
        "failed": failed_case(stage),
        "unfinished": unfinished_case(stage),
        "waiting": stage.case(S.AWAITING_REPOSITORY),
        "cooling": stage.case(S.COOLING_OFF, approved_by=(CHLOE,)),
        "denied": stage.case(S.DENIED),
        "stopped": stage.case(S.WITHDRAWN, stopped=True),
    }
    expected = {
        View.ALL: {"ready", "second", "new", "failed", "unfinished", "waiting", "cooling"},
        View.READY: {"ready", "second"},
        View.REPLY: set(),
        View.FAILED: {"failed"},
        View.WAITING: {"waiting"},
        View.SAFETY: {"cooling"},
        View.MINE: {"ready"},
        View.CLOSED: {"denied", "stopped"},
    }
    for view, names in expected.items():
        assert set(references(screens, view=view)) == {held[name].reference for name in names}, view
    assert screens.counts(BEN) == {view: len(names) for view, names in expected.items()}


def test_a_case_that_nobody_confirmed_is_nowhere(stage: DeskStage, screens: SqlDeskScreens) -> None:
    unconfirmed = stage.case(S.UNCONFIRMED)
    ended = [stage.case(state, confirmed_at=None, confirmed_address=None) for state in (S.EXPIRED, S.WITHDRAWN)]
    assert set(screens.counts(BEN).values()) == {0}
    for case in (unconfirmed, *ended):
        with pytest.raises(NotFound):
            screens.case(BEN, case.reference)


def test_a_case_that_its_owner_stopped_is_closed_also_where_nobody_confirmed_it(
    stage: DeskStage, screens: SqlDeskScreens
) -> None:
    stopped = stage.case(S.WITHDRAWN, confirmed_at=None, confirmed_address=None, stopped=True)
    assert screens.counts(BEN)[View.CLOSED] == sum(screens.counts(BEN).values()) == 1
    assert screens.case(BEN, stopped.reference).case.stopped


ADDRESSES: dict[str, Callable[[DeskStage], dict[str, Any]]] = {
    "registered": lambda stage: {"address": "BEN@support.example"},
    "another confirmed one": lambda stage: {"other_addresses": ("Ben@Support.Example",)},
    "a replaced one": lambda stage: {"replaced_addresses": ((BEN.address, stage.ago(days=900)),)},
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_nobody_sees_a_case_of_an_account_with_an_address_of_their_own(
    stage: DeskStage, screens: SqlDeskScreens, kind: str
) -> None:
    changes: dict[str, Any] = {"address": "somebody@example.org"} | ADDRESSES[kind](stage)
    account = stage.account(**changes)
    case = stage.case(S.IN_REVIEW, account)
    assert is_own(BEN, account)
    assert set(screens.counts(BEN).values()) == {0}
    assert references(screens, search=case.reference) == []
    assert screens.unowned(BEN).count == 0
    assert screens.arrived(BEN, View.ALL, stage.ago(days=9)) == 0
    assert screens.neighbors(BEN, QueueQuery(), case.reference).position is None
    with pytest.raises(NotFound):
        screens.case(BEN, case.reference)
    assert screens.case(CHLOE, case.reference).case.id == case.id
    assert screens.counts(CHLOE)[View.READY] == 1


GIT: dict[str, ConnectedAccount] = {
    "the same git account": ANAS_GITHUB,
    "a workspace that both administer": ConnectedAccount("bitbucket", "{b2}", "Ben", LONG_AGO, (ANAS_WORKSPACE,)),
}


@pytest.mark.parametrize("kind", GIT)
def test_nobody_sees_a_case_of_an_account_with_a_git_account_of_their_own(
    stage: DeskStage, screens: SqlDeskScreens, kind: str
) -> None:
    ben = replace(BEN, git=GIT[kind].acts_as)
    own = stage.case(S.IN_REVIEW, stage.account("somebody@example.org", connected=(ANAS_GITHUB, ANAS_BITBUCKET)))
    other = stage.case(S.IN_REVIEW, stage.account("another@example.org"))
    assert [row.reference for row in screens.queue(ben, QueueQuery()).rows] == [other.reference]
    with pytest.raises(NotFound):
        screens.case(ben, own.reference)
    assert screens.case(BEN, own.reference).case.id == own.id


def test_a_case_needs_a_reply_until_an_agent_answered(stage: DeskStage, screens: SqlDeskScreens) -> None:
    case = stage.case(S.AWAITING_REPOSITORY, since=stage.ago(hours=23))
    stage.say(case, Author.UNPROVEN, "I can't find the button", stage.ago(hours=3), via="email")
    stage.say(case, Author.REQUESTER, "Hello?", stage.ago(hours=2))
    stage.say(case, Author.AGENT, "Who takes this?", stage.ago(hours=1), staff_id=BEN.id, is_internal=True)
    row = screens.queue(BEN, QueueQuery(view=View.REPLY)).rows[0]
    assert (row.needs_reply, row.waits_on_us_since) == (True, stage.ago(hours=3))
    assert row.last_words == "Hello?"
    stage.say(case, Author.AGENT, "It is on the right.", stage.ago(minutes=5), staff_id=BEN.id)
    assert references(screens, view=View.REPLY) == []
    assert screens.case(BEN, case.reference).needs_reply is False


def test_what_was_said_before_the_end_needs_no_reply_and_what_came_after_does(
    stage: DeskStage, screens: SqlDeskScreens
) -> None:
    denied = stage.case(S.DENIED, since=stage.ago(hours=3))
    stage.say(denied, Author.REQUESTER, "Please hurry", stage.ago(hours=4))
    assert references(screens, view=View.REPLY) == []
    stage.say(denied, Author.REQUESTER, "But why?", stage.ago(hours=1))
    assert references(screens, view=View.REPLY) == [denied.reference]


def test_search_finds_address_name_reference_and_repository(stage: DeskStage, screens: SqlDeskScreens) -> None:
    account = stage.account("mira.lund@halvorsen.example", name="Mira 100% Lindqvane")
    case = stage.case(S.IN_REVIEW, account)
    stage.case(S.IN_REVIEW)
    owner = account.connected[0].username
    for words in ("MIRA.LUND@", "lindqvane", "100%", case.reference.lower(), str(case.number), f"github.com/{owner}/"):
        assert references(screens, search=words) == [case.reference], words
    assert references(screens, search="%") == [case.reference]  # a sign like any other
    assert references(screens, search="nobody@nowhere") == []


def test_filters_narrow_a_view(stage: DeskStage, screens: SqlDeskScreens) -> None:
    mine = stage.case(S.IN_REVIEW, risk=Level.HIGH, assignee_id=BEN.id)
    others = stage.case(S.IN_REVIEW, assignee_id=CHLOE.id)
    nobodys = stage.case(S.IN_REVIEW)
    assert references(screens, risk=Level.HIGH) == [mine.reference]
    assert references(screens, owner=Owner.ME) == [mine.reference]
    assert references(screens, owner=Owner.NOBODY) == [nobodys.reference]
    assert set(references(screens, provider="github")) == {mine.reference, others.reference, nobodys.reference}
    assert references(screens, provider="gitlab") == []
    assert screens.unowned(BEN).oldest == nobodys.reference


def test_many_cases_come_in_pages_and_a_page_beyond_the_last_is_the_last(
    stage: DeskStage, screens: SqlDeskScreens
) -> None:
    cases = [stage.case(S.IN_REVIEW, since=stage.ago(minutes=100 - n)) for n in range(ROWS_A_PAGE + 3)]
    first, last = (screens.queue(BEN, QueueQuery(page=page)) for page in (1, 99))
    assert (first.total, first.pages, len(first.rows), first.first) == (ROWS_A_PAGE + 3, 2, ROWS_A_PAGE, 1)
    assert (last.page, len(last.rows), last.first) == (2, 3, ROWS_A_PAGE + 1)
    shown = [row.reference for row in (*first.rows, *last.rows)]
    assert shown == [case.reference for case in cases]


def test_a_case_knows_its_neighbors_in_a_view(stage: DeskStage, screens: SqlDeskScreens) -> None:
    first, middle, last = (stage.case(S.IN_REVIEW, since=stage.ago(hours=hours)) for hours in (9, 5, 1))
    stage.case(S.AWAITING_REPOSITORY)
    found = screens.neighbors(BEN, QueueQuery(view=View.READY), middle.reference)
    assert (found.position, found.total) == (2, 3)
    assert (found.previous, found.next) == (first.reference, last.reference)
    assert screens.neighbors(BEN, QueueQuery(view=View.READY), last.reference).next is None


def test_a_row_tells_what_the_four_answers_rest_on(stage: DeskStage, screens: SqlDeskScreens) -> None:
    failed_case(stage, assignee_id=LEA.id)
    row = screens.queue(BEN, QueueQuery()).rows[0]
    assert row.is_mailbox_confirmed
    assert row.git_accounts_before == 1
    assert row.providers == ("github",)
    assert row.last_run is not None
    assert (row.last_run.passed, row.last_run.asked, row.last_run.failed) == (8, 9, (Check.NAME_MATCHES,))
    assert row.assignee == LEA


def test_an_address_that_changed_since_is_not_confirmed(stage: DeskStage, screens: SqlDeskScreens) -> None:
    stage.case(S.IN_REVIEW, confirmed_address="the.old.one@example.org")
    assert not screens.queue(BEN, QueueQuery()).rows[0].is_mailbox_confirmed


def test_one_case_is_read_whole(stage: DeskStage, screens: SqlDeskScreens) -> None:
    account = stage.account("mira@example.org", other_addresses=("mira@private.example",))
    before = stage.case(S.DENIED, account, since=stage.ago(days=30))
    case = stage.case(S.AWAITING_SECOND_APPROVAL, account, approved_by=(CHLOE,), assignee_id=BEN.id)
    view = screens.case(BEN, case.reference.lower())
    assert (view.case.id, view.case.state, view.case.version) == (case.id, case.state, case.version)
    assert view.account is not None
    assert view.account.other_addresses == ("mira@private.example",)
    assert view.last_run is not None
    assert view.last_run.id == case.evidence_run_id
    assert [given.staff_id for given in view.case.approvals] == [CHLOE.id]
    assert view.people[CHLOE.id] == CHLOE
    assert [event.action for event in view.events] == ["checks_passed", "confirm", "opened"]
    assert [one.reference for one in view.earlier] == [before.reference]
    assert view.assessment is not None
    assert view.assessment.level is Level.LOW
    assert view.now - stage.now < timedelta(minutes=1)


def test_a_deleted_account_leaves_the_case_readable(stage: DeskStage, screens: SqlDeskScreens) -> None:
    case = stage.case(S.WITHDRAWN, stage.account("gone@example.org", status="deleted"))
    view = screens.case(BEN, case.reference)
    assert (view.account, view.directory_answers, view.assessment) == (None, True, None)


def test_mails_without_a_case_are_listed_newest_first(stage: DeskStage, screens: SqlDeskScreens) -> None:
    for hours in (3, 1, 2):
        stage.say(None, Author.UNPROVEN, "Help", stage.ago(hours=hours), via="email", subject=f"{hours} h ago")
    stage.say(stage.case(S.IN_REVIEW), Author.UNPROVEN, "Mine", stage.ago(hours=1), via="email")
    found = screens.mails_without_case(1)
    assert [mail.message.subject for mail in found.mails] == ["1 h ago", "2 h ago", "3 h ago"]
    assert (found.total, found.pages) == (3, 1)


def test_cases_go_to_active_agents_and_leads_alone(stage: DeskStage, screens: SqlDeskScreens) -> None:
    assert screens.deciders() == (BEN, CHLOE, LEA)
