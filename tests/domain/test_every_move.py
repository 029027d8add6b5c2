"""Every pair of state and move is tried against the table of the product, written down here by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed, WrongState
from support_portal.domain.moves import Actor, By, Move
from tests.cast import NOW
from tests.domain.moments import Moment, the_moment
from tests.printed_tables import Record, fill

STATES = (
    "unconfirmed",
    "triage",
    "awaiting_repository",
    "in_review",
    "awaiting_second_approval",
    "cooling_off",
    "removing",
    "removed",
    "denied",
    "withdrawn",
    "expired",
)
LIVE = STATES[:6]

# move: from where, where to, by whom; whatever is not here is refused
TABLE: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "confirm": (("unconfirmed",), {"triage", "awaiting_repository"}, {"link"}),
    "send_instructions": (("triage",), {"awaiting_repository"}, {"decider"}),
    "pass": (("awaiting_repository",), {"in_review"}, {"worker"}),
    "lose_evidence": (LIVE[3:], {"awaiting_repository"}, {"worker"}),
    "approve": (("in_review",), {"awaiting_second_approval", "cooling_off"}, {"decider"}),
    "approve_second": (("awaiting_second_approval",), {"cooling_off"}, {"decider"}),
    "reject": (("awaiting_second_approval",), {"in_review"}, {"decider"}),
    "void": (("awaiting_second_approval", "cooling_off"), {"in_review"}, {"portal"}),
    "begin_removal": (("cooling_off",), {"removing"}, {"worker"}),
    "finish": (("removing",), {"removed"}, {"worker"}),
    "refuse": (("removing",), {"in_review"}, {"worker"}),
    "deny": (LIVE[1:], {"denied"}, {"decider"}),
    "withdraw": (LIVE, {"withdrawn"}, {"case_page", "link", "owner"}),
    "stop": (LIVE, {"withdrawn"}, {"case_page", "link", "owner"}),
    "signed_in": (LIVE, {"withdrawn"}, {"directory"}),
    "account_changed": (LIVE, {"withdrawn"}, {"directory"}),
    "expire": (("unconfirmed", "awaiting_repository"), {"expired"}, {"clock"}),
    "ask_again": (("denied",), {"triage"}, {"case_page"}),
}
ALLOWED = [(state, move) for move, (states, _, _) in TABLE.items() for state in states]
REFUSED = [(state, move) for state, move in product(STATES, TABLE) if (state, move) not in ALLOWED]


def moment(state: str, move: str) -> Moment:
    return the_moment(Move(move), State(state))


def test_the_code_knows_these_states_and_moves_and_no_others() -> None:
    assert [str(state) for state in State] == list(STATES)
    assert [str(move) for move in Move] == list(TABLE)
    assert len(ALLOWED) + len(REFUSED) == 11 * 18


@pytest.mark.parametrize("move", TABLE)
@pytest.mark.parametrize("state", STATES)
def test_each_state_and_move_does_what_the_table_says(state: str, move: str, record_property: Record) -> None:
    right = moment(state, move)
    if (state, move) in ALLOWED:
        expected = TABLE[move][1]
        assert right.targets() == expected
        fill(record_property, "states and moves", move, state, "to " + " ".join(_numbers(expected)))
        return
    with pytest.raises(WrongState) as refusal:
        right.happens()
    assert (refusal.value.state, refusal.value.move) == (state, move)
    assert str(refusal.value) == f"A case in state {state} has no move {move}."
    fill(record_property, "states and moves", move, state, "refused")


def _numbers(states: set[str]) -> list[str]:
    return [str(number) for number, state in enumerate(STATES, 1) if state in states]


@pytest.mark.parametrize(("state", "move"), REFUSED)
def test_a_refused_move_is_refused_whoever_makes_it_and_changes_nothing(state: str, move: str) -> None:
    right = moment(state, move)
    before = replace(right.case)
    for maker in By:
        with pytest.raises(WrongState):
            right.by(maker).happens()
    assert right.case == before


@pytest.mark.parametrize("maker", By)
@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_a_move_is_made_by_those_the_table_names_alone(state: str, move: str, maker: By) -> None:
    right = moment(state, move)
    if maker in TABLE[move][2]:
        assert right.by(maker).happens()[0].state in TABLE[move][1]
        return
    with pytest.raises(NotAllowed) as refusal:
        right.by(maker).happens()
    assert refusal.value.reasons == (f"The move {move} is not made by {maker}.",)


@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_a_move_counts_the_version_and_leaves_an_event_behind(state: str, move: str) -> None:
    right = moment(state, move)
    after, event, _ = right.happens()
    assert after.version == right.case.version + 1
    assert after.state_since == right.about.at
    assert (event.case_id, event.at, event.action) == (right.case.id, right.about.at, move)
    assert (event.from_state, event.to_state) == (state, after.state)
    assert (event.actor, event.why) == (right.actor, "so it was")


@pytest.mark.parametrize(("state", "move"), ALLOWED)
def test_a_case_has_an_end_exactly_in_the_four_last_states(state: str, move: str) -> None:
    after, _, _ = moment(state, move).happens()
    is_over = after.state in {"removed", "denied", "withdrawn", "expired"}
    assert after.has_ended is is_over
    assert (after.ended_at is not None) is is_over


@pytest.mark.parametrize("state", STATES)
def test_live_is_everything_from_unconfirmed_to_the_safety_wait(state: str) -> None:
    assert moment(state, "withdraw").case.is_live is (state in LIVE)


def test_a_move_happens_at_the_time_of_the_circumstances() -> None:
    after, event, _ = moment("in_review", "approve").happens()
    assert (after.state_since, event.at) == (NOW, NOW)


def test_the_event_of_a_decision_names_the_decider() -> None:
    right = moment("in_review", "approve")
    _, event, _ = right.happens()
    assert event.actor == Actor(By.DECIDER, "Chloe Martin", right.about.the_decider.id)
