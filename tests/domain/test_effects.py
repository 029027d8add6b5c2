"""What each move changes at the case, and which letters follow from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.accounts import Enrolment
from support_portal.domain.cases import LIVE, DenialReason, State
from support_portal.domain.correspondence import Audience, Letter, audience_of
from support_portal.domain.errors import NotAllowed
from support_portal.domain.moves import Move
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from tests.builders import CHALLENGE_AT, EVIDENCE_RUN, REPOSITORY_ID, REQUIRED_NAME, a_run, an_account
from tests.cast import ANA, BEN, CHLOE, NOW, OPENED_AT, an_id
from tests.domain.moments import the_moment

BY_AGENT = Policy(instructions_by="agent")


def test_the_click_proves_the_mailbox_and_sends_the_instructions() -> None:
    after, _, letters = the_moment(Move.CONFIRM).happens()
    assert (after.state, after.confirmed_at, after.confirmed_address) == ("awaiting_repository", NOW, ANA.address)
    assert (after.challenge_at, after.required_name, after.code) == (NOW, REQUIRED_NAME, None)
    assert letters == (Letter.INSTRUCTIONS, Letter.OWNERS_TOLD)


@pytest.mark.parametrize(
    "about", [{"compromise": True}, {"policy": BY_AGENT}, {"compromise": True, "policy": BY_AGENT}]
)
def test_a_compromise_answer_or_the_policy_leads_to_an_agent_first(about: dict[str, Any]) -> None:
    after, _, letters = the_moment(Move.CONFIRM).but(**about).happens()
    assert (after.state, after.challenge_at, after.required_name) == ("triage", None, None)
    assert after.compromise is after.compromise_was_said is ("compromise" in about)
    assert letters == (Letter.IN_TRIAGE, Letter.OWNERS_TOLD)


def test_a_code_is_asked_for_by_policy_alone() -> None:
    after, _, _ = the_moment(Move.CONFIRM).but(policy=Policy(ask_for_code=True)).happens()
    assert after.code == "k7wq9m2x"


def test_an_agent_sends_the_instructions_and_the_clock_of_the_challenge_starts() -> None:
    after, _, letters = the_moment(Move.SEND_INSTRUCTIONS).happens()
    assert (after.challenge_at, after.required_name) == (NOW, REQUIRED_NAME)
    assert letters == (Letter.INSTRUCTIONS,)


def test_the_first_sending_fixes_time_name_and_code_for_good() -> None:
    before = {"challenge_at": CHALLENGE_AT, "required_name": "as_it_was", "code": "first"}
    later = the_moment(Move.SEND_INSTRUCTIONS).with_case(**before).but(policy=Policy(ask_for_code=True))
    after, _, _ = later.happens()
    assert (after.challenge_at, after.required_name, after.code) == (CHALLENGE_AT, "as_it_was", "first")


def test_a_pass_claims_the_repository_for_the_case() -> None:
    right = the_moment(Move.PASS).with_case(unchecked_since=NOW, unchecked_tries=3, failing_since=NOW)
    after, _, letters = right.but(risk=Level.MEDIUM).happens()
    assert (after.repository_instance, after.repository_id) == ("github", REPOSITORY_ID)
    assert (after.evidence_run_id, after.evidence_at) == (EVIDENCE_RUN, NOW - timedelta(minutes=10))
    assert (after.unchecked_since, after.unchecked_tries, after.failing_since) == (None, 0, None)
    assert (after.risk, letters) == (Level.MEDIUM, (Letter.CHECKS_PASSED,))


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF])
def test_lost_evidence_counts_for_nothing_and_the_challenge_stays(state: State) -> None:
    after, _, letters = the_moment(Move.LOSE_EVIDENCE, state).happens()
    assert (after.evidence_run_id, after.evidence_at, after.repository_id, after.failing_since) == (None,) * 4
    assert (after.challenge_at, after.required_name) == (CHALLENGE_AT, REQUIRED_NAME)
    put_off = (Letter.REMOVAL_PUT_OFF,) if state is State.COOLING_OFF else ()
    assert letters == (Letter.EVIDENCE_LOST, *put_off), "owners who were told of a date learn that it does not hold"


def test_two_failures_exactly_ten_minutes_apart_are_enough() -> None:
    right = the_moment(Move.LOSE_EVIDENCE)
    right.with_case(failing_since=right.about.the_run.at - timedelta(minutes=10)).happens()


@pytest.mark.parametrize(("risk", "letters"), [(Level.LOW, (Letter.APPROVED,)), (Level.HIGH, ())])
def test_owners_are_told_when_the_wait_can_begin_and_not_before(risk: Level, letters: tuple[Letter, ...]) -> None:
    assert the_moment(Move.APPROVE).but(risk=risk).happens()[2] == letters


def test_the_second_approval_tells_the_owners() -> None:
    assert the_moment(Move.APPROVE_SECOND).happens()[2] == (Letter.APPROVED,)


@pytest.mark.parametrize(
    ("move", "state", "letters"),
    [
        (Move.VOID, State.COOLING_OFF, (Letter.APPROVAL_VOIDED,)),
        (Move.VOID, State.AWAITING_SECOND_APPROVAL, ()),
        (Move.REFUSE, State.REMOVING, (Letter.APPROVAL_VOIDED,)),
        (Move.REJECT, State.AWAITING_SECOND_APPROVAL, ()),
    ],
)
def test_only_owners_who_were_told_of_an_approval_are_told_that_it_is_void(
    move: Move, state: State, letters: tuple[Letter, ...]
) -> None:
    assert the_moment(move, state).happens()[2] == letters


def test_a_removal_stands_on_the_run_made_just_before() -> None:
    again = a_run(id=an_id(43), at=NOW - timedelta(minutes=30))
    after, _, letters = the_moment(Move.BEGIN_REMOVAL).but(run=again).happens()
    assert (after.evidence_run_id, after.evidence_at) == (an_id(43), NOW - timedelta(minutes=30))
    assert after.approvals, "the approvals are what the removal is done by"
    assert letters == ()


def test_a_removal_is_done_when_the_directory_says_so_or_the_enrolment_is_gone() -> None:
    said = the_moment(Move.FINISH)
    assert said.happens()[2] == (Letter.REMOVED,)
    for left in (None, Enrolment(an_id(22), NOW)):
        read_back = said.but(removal_is_done=False, account=an_account(two_factor=left))
        assert read_back.happens()[0].state is State.REMOVED


def test_a_denial_keeps_its_reason_and_who_decided() -> None:
    after, _, letters = the_moment(Move.DENY).happens()
    assert (after.denial_reason, after.decided_by) == (DenialReason.CHECKS_NOT_PASSED, CHLOE.id)
    assert letters == (Letter.DENIED,)


def test_only_a_stop_marks_the_case_as_stopped_by_its_owner() -> None:
    stopped, _, letters = the_moment(Move.STOP, State.COOLING_OFF).happens()
    assert (stopped.stopped, letters) == (True, (Letter.STOPPED, Letter.STAFF_STOPPED))
    assert not the_moment(Move.WITHDRAW, State.COOLING_OFF).happens()[0].stopped


ENDS = {
    Move.WITHDRAW: Letter.WITHDRAWN,
    Move.SIGNED_IN: Letter.SIGNED_IN,
    Move.ACCOUNT_CHANGED: Letter.ACCOUNT_CHANGED,
    Move.EXPIRE: Letter.EXPIRED,
}


@pytest.mark.parametrize(("move", "letter"), ENDS.items())
def test_the_end_of_a_confirmed_case_is_told_and_that_of_an_unconfirmed_one_is_not(move: Move, letter: Letter) -> None:
    assert the_moment(move, State.AWAITING_REPOSITORY).happens()[2] == (letter,)
    assert the_moment(move, State.UNCONFIRMED).happens()[2] == ()


@pytest.mark.parametrize("letter", [*ENDS.values(), Letter.DENIED, Letter.STOPPED, Letter.REMOVED])
def test_every_end_goes_to_all_addresses_of_the_owner(letter: Letter) -> None:
    assert audience_of(letter) is Audience.OWNERS


@pytest.mark.parametrize("letter", Letter)
def test_a_typed_address_gets_nothing_but_the_word_that_there_is_no_account(letter: Letter) -> None:
    assert (audience_of(letter) is Audience.TYPED) is (letter is Letter.NO_ACCOUNT)
    assert (audience_of(letter) is Audience.LEADS) is (
        letter.startswith("staff_") and letter is not Letter.STAFF_INVITATION
    )


def test_a_second_look_is_another_deciders_and_starts_from_nothing() -> None:
    after, _, letters = the_moment(Move.ASK_AGAIN).happens()
    assert (after.state, after.first_decider, after.second_look_used) == ("triage", BEN.id, True)
    assert (after.denial_reason, after.ended_at, after.evidence_run_id, after.repository_id) == (None,) * 4
    assert (after.confirmed_address, after.challenge_at) == (ANA.address, CHALLENGE_AT)
    assert letters == (Letter.SECOND_LOOK,)


def test_a_second_look_can_be_asked_for_until_the_fourteenth_day() -> None:
    the_moment(Move.ASK_AGAIN).with_case(ended_at=NOW - timedelta(days=14)).happens()


@pytest.mark.parametrize(
    ("state", "case", "about"),
    [
        ("unconfirmed", {}, {"at": OPENED_AT + timedelta(hours=24)}),
        ("unconfirmed", {}, {"at": NOW + timedelta(hours=24), "last_link_at": NOW}),
        ("awaiting_repository", {"state_since": NOW - timedelta(days=14)}, {"at": NOW}),
    ],
)
def test_time_is_up_a_day_after_the_last_link_or_two_weeks_into_the_wait(
    state: str, case: dict[str, Any], about: dict[str, Any]
) -> None:
    right = the_moment(Move.EXPIRE, State(state)).with_case(**case).but(**about)
    assert right.happens()[0].state is State.EXPIRED
    with pytest.raises(NotAllowed):
        right.but(at=right.about.at - timedelta(seconds=1)).happens()


def test_no_case_expires_while_its_link_cannot_be_checked() -> None:
    right = the_moment(Move.EXPIRE, State.AWAITING_REPOSITORY).with_case(unchecked_since=NOW)
    with pytest.raises(NotAllowed, match="A link cannot be checked at the moment"):
        right.happens()


@pytest.mark.parametrize("state", sorted(LIVE))
@pytest.mark.parametrize(("seconds", "counts"), [(0, False), (1, True)])
def test_a_second_factor_used_after_opening_ends_a_live_case(state: State, seconds: int, counts: bool) -> None:
    used = an_account(last_second_factor_at=OPENED_AT + timedelta(seconds=seconds))
    right = the_moment(Move.SIGNED_IN, state).but(account=used)
    if counts:
        assert right.happens()[0].state is State.WITHDRAWN
        return
    with pytest.raises(NotAllowed):
        right.happens()


@pytest.mark.parametrize("changes", [{"name": "Ana R."}, {"last_sign_in_at": NOW}, {"address": "ANA@example.org"}])
def test_what_does_not_matter_at_the_account_does_not_end_the_case(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed, match="The account has not changed"):
        the_moment(Move.ACCOUNT_CHANGED).but(account=an_account(**changes)).happens()


def test_a_deleted_account_ends_the_case() -> None:
    assert the_moment(Move.ACCOUNT_CHANGED).but(account=None).happens()[0].state is State.WITHDRAWN
