"""Who may approve what, when a second person is needed, and what an approval is worth later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed
from support_portal.domain.evidence import Outcome
from support_portal.domain.guards import wait_of, what_voids
from support_portal.domain.moves import Move
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from tests.builders import a_case, a_run, an_account, an_approval, circumstances
from tests.cast import BEN, CHLOE, LEA, NOW
from tests.domain.moments import the_moment

ALWAYS = Policy(second_approval="always")
MOVES_BACK = [
    (Move.LOSE_EVIDENCE, State.AWAITING_SECOND_APPROVAL),
    (Move.LOSE_EVIDENCE, State.COOLING_OFF),
    (Move.REJECT, State.AWAITING_SECOND_APPROVAL),
    (Move.VOID, State.AWAITING_SECOND_APPROVAL),
    (Move.VOID, State.COOLING_OFF),
    (Move.REFUSE, State.REMOVING),
]


@pytest.mark.parametrize(("move", "state"), MOVES_BACK)
def test_a_move_back_voids_the_approvals_and_says_why(move: Move, state: State) -> None:
    right = the_moment(move, state).but(why="the repository is gone")
    assert right.case.approvals
    after, event, _ = right.happens()
    assert after.state in {State.IN_REVIEW, State.AWAITING_REPOSITORY}
    assert (after.approvals, after.due_at, after.wait_ends_told) == ((), None, False)
    assert event.why == "the repository is gone"


@pytest.mark.parametrize("move", [Move.WITHDRAW, Move.DENY])
def test_an_end_leaves_the_approvals_on_record(move: Move) -> None:
    after, _, _ = the_moment(move, State.COOLING_OFF).happens()
    assert after.approvals == (an_approval(BEN),)


def test_one_approval_at_low_risk_starts_the_safety_wait() -> None:
    after, _, _ = the_moment(Move.APPROVE).happens()
    assert after.state is State.COOLING_OFF
    assert [given.staff_id for given in after.approvals] == [CHLOE.id]
    assert after.due_at is None, "the wait begins when the notices are taken or refused, not before"


def test_medium_risk_needs_no_second_decider() -> None:
    assert the_moment(Move.APPROVE).but(risk=Level.MEDIUM).happens()[0].state is State.COOLING_OFF


def test_risk_that_has_become_high_asks_for_a_second_decider_at_once() -> None:
    right = the_moment(Move.APPROVE).but(risk=Level.HIGH)
    assert right.case.risk is Level.LOW
    after, _, _ = right.happens()
    assert (after.state, after.risk) == (State.AWAITING_SECOND_APPROVAL, Level.HIGH)


def test_risk_that_was_high_when_the_checks_passed_still_asks_for_two() -> None:
    after, _, _ = the_moment(Move.APPROVE).with_case(risk=Level.HIGH).happens()
    assert (after.state, after.risk) == (State.AWAITING_SECOND_APPROVAL, Level.HIGH)


def test_a_team_may_always_ask_for_two() -> None:
    assert the_moment(Move.APPROVE).but(policy=ALWAYS).happens()[0].state is State.AWAITING_SECOND_APPROVAL


def test_the_second_approver_is_somebody_else_and_both_are_kept() -> None:
    after, _, _ = the_moment(Move.APPROVE_SECOND).happens()
    assert [given.staff_id for given in after.approvals] == [BEN.id, CHLOE.id]
    assert after.state is State.COOLING_OFF


def test_the_first_approver_cannot_be_the_second() -> None:
    with pytest.raises(NotAllowed, match="another person's"):
        the_moment(Move.APPROVE_SECOND).but(decider=BEN).happens()


def test_the_first_approver_may_take_it_back() -> None:
    assert the_moment(Move.REJECT).but(decider=BEN).happens()[0].state is State.IN_REVIEW


@pytest.mark.parametrize("decider", [BEN, LEA])
def test_agents_and_leads_decide(decider: object) -> None:
    assert the_moment(Move.APPROVE).but(decider=decider).happens()[0].state is State.COOLING_OFF


@pytest.mark.parametrize("move", [Move.APPROVE, Move.DENY, Move.REJECT, Move.APPROVE_SECOND])
def test_a_sign_in_of_exactly_5_minutes_is_fresh_enough(move: Move) -> None:
    the_moment(move).but(signed_in_at=NOW - timedelta(minutes=5)).happens()


def test_low_risk_is_decided_without_a_note() -> None:
    the_moment(Move.APPROVE).but(note="").happens()
    the_moment(Move.DENY).but(note="").happens()


def test_evidence_of_exactly_six_hours_still_counts() -> None:
    the_moment(Move.APPROVE).but(run=a_run(at=NOW - timedelta(hours=6))).happens()


def test_a_stricter_policy_makes_evidence_old_sooner() -> None:
    stricter = Policy(evidence_valid=timedelta(minutes=5))
    with pytest.raises(NotAllowed, match="too long ago"):
        the_moment(Move.APPROVE).but(policy=stricter).happens()


@pytest.mark.parametrize("move", [Move.APPROVE, Move.APPROVE_SECOND, Move.BEGIN_REMOVAL])
def test_an_address_confirmed_before_it_was_replaced_counts_no_more(move: Move) -> None:
    with pytest.raises(NotAllowed) as refusal:
        the_moment(move).but(account=an_account(address="new@example.org")).happens()
    assert refusal.value.reasons == (
        "The mailbox of the account's present address is not confirmed.",
        "The account changed: its registered address is another one.",
    )


def test_the_same_address_in_other_letters_is_the_same_address() -> None:
    the_moment(Move.APPROVE).but(account=an_account(address="Ana@EXAMPLE.org")).happens()


@pytest.mark.parametrize("role_free_moment", [Move.APPROVE, Move.BEGIN_REMOVAL])
def test_not_even_the_lead_gets_past_a_failed_check(role_free_moment: Move) -> None:
    with pytest.raises(NotAllowed):
        the_moment(role_free_moment).but(decider=LEA, run=a_run(Outcome.FAILED)).happens()


def test_the_wait_is_a_day_and_at_high_risk_a_week() -> None:
    assert wait_of(a_case(), Policy()) == timedelta(hours=24)
    assert wait_of(a_case(risk=Level.HIGH), Policy()) == timedelta(days=7)


def test_high_risk_never_waits_shorter_than_low_risk() -> None:
    longer = Policy(safety_wait=timedelta(days=9))
    assert wait_of(a_case(risk=Level.HIGH), longer) == timedelta(days=9)


@pytest.mark.parametrize(("waited", "is_over"), [(timedelta(days=6, hours=23), False), (timedelta(days=7), True)])
def test_the_wait_grows_when_the_risk_becomes_high_after_the_approval(waited: timedelta, is_over: bool) -> None:
    both = (an_approval(BEN), an_approval(LEA))
    right = the_moment(Move.BEGIN_REMOVAL).with_case(state_since=NOW - waited, approvals=both).but(risk=Level.HIGH)
    if is_over:
        assert right.happens()[0].state is State.REMOVING
        return
    with pytest.raises(NotAllowed, match="The safety wait is not over"):
        right.happens()


def test_a_policy_with_a_longer_wait_reaches_a_case_that_waits_already() -> None:
    longer = Policy(safety_wait=timedelta(days=3))
    with pytest.raises(NotAllowed, match="The safety wait is not over"):
        the_moment(Move.BEGIN_REMOVAL).but(policy=longer).happens()


def test_the_wait_is_over_at_its_last_second() -> None:
    assert the_moment(Move.BEGIN_REMOVAL).with_case(due_at=NOW).happens()[0].state is State.REMOVING


def test_nothing_voids_two_good_approvals_at_high_risk() -> None:
    case = a_case(State.COOLING_OFF, risk=Level.HIGH, approvals=(an_approval(BEN), an_approval(LEA)))
    assert what_voids(case, circumstances(case)) is None


def test_approving_twice_counts_once() -> None:
    case = a_case(State.COOLING_OFF, risk=Level.HIGH, approvals=(an_approval(BEN), an_approval(BEN)))
    assert what_voids(case, circumstances(case)) == "A second approval is needed now."


@pytest.mark.parametrize("state", [State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF])
@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"deciders": frozenset({CHLOE.id})}, "Somebody who approved may not decide any more."),
        ({"bounced": True}, "The mail server of the registered address refused our mail."),
    ],
)
def test_approvals_are_voided_by_people_and_bounces(state: State, about: dict[str, object], why: str) -> None:
    right = replace(the_moment(Move.VOID, state), about=circumstances(a_case(state)))
    with pytest.raises(NotAllowed, match="The approvals stand"):
        right.happens()
    moved = right.but(**about)
    assert what_voids(moved.case, moved.about) == why
    assert moved.happens()[0].state is State.IN_REVIEW


@pytest.mark.parametrize(("about", "risk"), [({"policy": ALWAYS}, Level.LOW), ({"risk": Level.HIGH}, Level.LOW)])
def test_a_second_approval_that_is_needed_by_now_sends_the_case_back(about: dict[str, object], risk: Level) -> None:
    case = a_case(State.COOLING_OFF, risk=risk)
    right = replace(the_moment(Move.VOID, State.COOLING_OFF), case=case, about=circumstances(case)).but(**about)
    assert what_voids(case, right.about) == "A second approval is needed now."
    assert right.happens()[0].state is State.IN_REVIEW


@pytest.mark.parametrize(("overdue", "is_void"), [(timedelta(days=7), True), (timedelta(days=6, hours=23), False)])
def test_a_removal_that_waits_a_week_for_a_provider_is_decided_anew(overdue: timedelta, is_void: bool) -> None:
    case = a_case(State.COOLING_OFF, due_at=NOW - overdue)
    assert (what_voids(case, circumstances(case)) == "The removal could not be done for 7 days.") is is_void
