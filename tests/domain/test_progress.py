"""How far a look has come, told from what is written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from support_portal.domain import words
from support_portal.domain.cases import State
from support_portal.domain.evidence import Check, Outcome
from support_portal.domain.progress import Look, Stage, asked_at, can_be_looked_for, has_verdict, is_by_link, stage_of
from tests.builders import a_case, a_run
from tests.cast import INSTANCES, NOW

SOON, BEFORE = NOW + timedelta(seconds=10), NOW - timedelta(seconds=10)
LINK = "https://github.com/ana-dev/bitrise_verification"


@pytest.mark.parametrize(
    ("look", "stage"),
    [
        (None, None),
        (Look(NOW), Stage.WAITING),
        (Look(BEFORE), Stage.WAITING),
        (Look(SOON), None),
        (Look(BEFORE, held_until=SOON), Stage.LOOKING),
        (Look(BEFORE, held_until=SOON, is_asked_for=False), Stage.LOOKING),
        (Look(BEFORE, is_asked_for=False), None),
        (Look(BEFORE, is_parked=True), None),
    ],
)
def test_it_waits_when_it_is_due_and_is_under_way_while_a_worker_holds_it(
    look: Look | None, stage: Stage | None
) -> None:
    assert stage_of(look, NOW) is stage


@pytest.mark.parametrize("held_until", [BEFORE, NOW])
def test_a_look_whose_worker_was_lost_waits_for_its_turn_again(held_until: datetime) -> None:
    assert stage_of(Look(BEFORE, held_until=held_until), NOW) is Stage.WAITING


@pytest.mark.parametrize(
    ("link", "passed_at", "connected", "places"),
    [
        (LINK, None, ["gitlab"], ["GitHub"]),
        (LINK, "gitlab", ["github"], ["GitLab"]),
        (None, None, ["bitbucket", "github", "github"], ["GitHub", "Bitbucket"]),
        (None, None, [], []),
        ("https://elsewhere.example/a/b", None, ["github"], []),
    ],
)
def test_it_asks_where_the_repository_passed_or_its_link_leads_or_at_every_connected_account(
    link: str | None, passed_at: str | None, connected: list[str], places: list[str]
) -> None:
    assert [one.name for one in asked_at(link, passed_at, connected, INSTANCES)] == places


@pytest.mark.parametrize(
    ("outcome", "link", "has"),
    [
        (Outcome.FAILED, LINK, True),
        (Outcome.FAILED, LINK.replace("ana-dev", "Ana-Dev"), True),
        (Outcome.FAILED, None, True),
        (Outcome.PASSED, f"{LINK}-2", False),
        (Outcome.CANNOT_CHECK, LINK, False),
    ],
)
def test_the_newest_verdict_stands_while_the_same_repository_is_looked_at_again(
    outcome: Outcome, link: str | None, has: bool
) -> None:
    assert has_verdict(a_run(outcome), link) is has
    assert not has_verdict(None, link)


@pytest.mark.parametrize("state", State)
def test_nothing_is_looked_for_before_the_instructions_and_after_the_end(state: State) -> None:
    looked_for = {State.AWAITING_REPOSITORY, State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF}
    assert can_be_looked_for(a_case(state)) == (state in looked_for)
    assert is_by_link(a_case(state, link=LINK)) == (state is State.AWAITING_REPOSITORY)
    assert not is_by_link(a_case(state, link=None))


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (None, "soon"),
        (timedelta(0), "soon"),
        (timedelta(minutes=-5), "soon"),
        (timedelta(seconds=30), "at 12:01 UTC"),
        (timedelta(hours=2), "at 14:00 UTC"),
        (timedelta(hours=13), "on 19 November at 01:00 UTC"),
    ],
)
def test_the_next_try_is_never_told_too_early_and_says_soon_where_its_time_is_past(
    ahead: timedelta | None, told: str
) -> None:
    assert words.next_try(None if ahead is None else NOW + ahead, NOW) == told


def test_every_check_that_has_no_answer_is_a_question_to_the_requester() -> None:
    asked = [words.asked(check, "GitHub") for check in Check]
    assert all(one.endswith("?") for one in asked)
    assert len(set(asked)) == len(Check)
    assert asked[0] == "Is it a repository on GitHub?"


@pytest.mark.parametrize(("names", "told"), [("A", "A"), ("AB", "A and B"), ("ABC", "A, B and C")])
def test_names_stand_in_a_row(names: str, told: str) -> None:
    assert words.in_a_row(list(names)) == told
