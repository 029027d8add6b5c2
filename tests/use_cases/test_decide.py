"""Deciders decide: each guard, tried from the outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from support_portal.domain.cases import ApprovalReason, DenialReason, State
from support_portal.domain.errors import NotAllowed, NotFound, Refusal, Stale, WrongState
from support_portal.domain.moves import Move
from support_portal.domain.staff import Role, Staff
from support_portal.use_cases import case_page, decide, desk, set_policy
from support_portal.use_cases.held_back import held_back
from support_portal.use_cases.steps.deciding import Decision
from tests.cast import WHY
from tests.use_cases.at_once import at_once
from tests.use_cases.outside import set_password_changed
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

NOT_YOURS = DenialReason.OWNER_NOT_CONFIRMED


def at_high_risk(stage: Stage) -> str:
    """A case in review whose 2FA was set up two days ago."""
    return stage.in_review(two_factor_enrolled_at=stage.clock.at - timedelta(days=2)).reference


def test_a_decision_is_about_the_version_that_was_seen(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    seen = stage.decision(reference, ben)
    with pytest.raises(NotAllowed, match="changed while you were looking"):
        decide.approve(reference, replace(seen, version=seen.version - 1), reason=WHY, tools=stage.tools)
    with pytest.raises(NotAllowed, match="changed while you were looking"):
        decide.deny(
            reference, replace(seen, version=seen.version + 1), reason=NOT_YOURS, block=False, tools=stage.tools
        )
    assert stage.case(reference).state is State.IN_REVIEW


def test_a_decision_needs_a_sign_in_of_the_last_five_minutes(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    fresh = stage.decision(reference, ben)
    stale = replace(fresh, signed_in_at=stage.clock.at - timedelta(minutes=5, seconds=1))
    with pytest.raises(NotAllowed, match="Enter your password again"):
        decide.approve(reference, stale, reason=WHY, tools=stage.tools)
    with pytest.raises(NotAllowed, match="Enter your password again"):
        decide.deny(reference, stale, reason=NOT_YOURS, block=False, tools=stage.tools)
    decide.approve(
        reference, replace(fresh, signed_in_at=stage.clock.at - timedelta(minutes=5)), reason=WHY, tools=stage.tools
    )
    assert stage.case(reference).state is State.COOLING_OFF


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_only_agents_and_leads_decide(stage: Stage, role: Role) -> None:
    someone = stage.staff("Ines", role)
    reference = stage.in_review().reference
    with pytest.raises(NotAllowed, match="Only agents and leads decide"):
        stage.approve(reference, someone)
    with pytest.raises(NotAllowed, match="Only agents and leads decide"):
        decide.deny(reference, stage.decision(reference, someone), reason=NOT_YOURS, block=True, tools=stage.tools)


def test_who_was_suspended_decides_nothing(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    suspend(stage, ben)
    with pytest.raises(NotAllowed, match="Only agents and leads decide"):
        stage.approve(reference, ben)


def suspend(stage: Stage, person: Staff) -> None:
    """A person may not work here any more."""
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set is_active = false where id = :id"), {"id": person.id})


@pytest.mark.parametrize("address", [ANAS.upper(), ANAS_SECOND])
def test_nobody_sees_or_decides_a_case_of_an_account_of_their_own(stage: Stage, address: str) -> None:
    reference = stage.in_review().reference
    own = stage.staff("Own")
    with stage.engine.begin() as connection:
        connection.execute(
            text("update staff set address = :to, compared = lower(:to) where id = :id"), {"to": address, "id": own.id}
        )
    for refused in (
        lambda: desk.open_case(reference, own.id, tools=stage.tools),
        lambda: desk.note(reference, own.id, "Mine", tools=stage.tools),
        lambda: stage.approve(reference, own),
        lambda: decide.deny(
            reference, stage.decision(reference, own), reason=NOT_YOURS, block=False, tools=stage.tools
        ),
        lambda: held_back(reference, own.id, tools=stage.tools),
    ):
        with pytest.raises(NotFound):
            refused()


def test_an_unconfirmed_case_is_nobodys_to_see(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    stage.ask()
    reference = f"SP-{stage.numbers()[0]}"
    for refused in (
        lambda: desk.open_case(reference, ben.id, tools=stage.tools),
        lambda: desk.reply(reference, ben.id, "Hello", tools=stage.tools),
        lambda: stage.approve(reference, ben),
    ):
        with pytest.raises(NotFound):
            refused()


def test_high_risk_needs_a_note_and_a_second_different_decider(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    reference = at_high_risk(stage)
    with pytest.raises(NotAllowed, match="Write a reason: the risk"):
        stage.approve(reference, ben, note="  ")
    stage.approve(reference, ben)
    assert stage.case(reference).state is State.AWAITING_SECOND_APPROVAL
    assert not any(subject.startswith("Approved") for subject in stage.subjects())
    with pytest.raises(NotAllowed, match="You approved this case already"):
        decide.approve_second(reference, stage.decision(reference, ben, "Again"), reason=WHY, tools=stage.tools)
    with pytest.raises(WrongState):
        stage.approve(reference, chloe)
    decide.approve_second(reference, stage.decision(reference, chloe, "I agree"), reason=WHY, tools=stage.tools)
    case = stage.case(reference)
    assert (case.state, {given.staff_id for given in case.approvals}) == (State.COOLING_OFF, {ben.id, chloe.id})


def test_an_approval_names_its_reason_and_the_audit_keeps_it(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    decision = stage.decision(reference, ben, "It fits")
    with pytest.raises(NotAllowed, match="Choose the reason why you approve"):
        decide.approve(reference, decision, reason=None, tools=stage.tools)
    assert stage.case(reference).state is State.IN_REVIEW
    decide.approve(reference, decision, reason=ApprovalReason.OWNER_CONFIRMED_BESIDES, tools=stage.tools)
    given = stage.case(reference).approvals[0]
    assert (given.reason, given.note) == (ApprovalReason.OWNER_CONFIRMED_BESIDES, "It fits")
    approved = next(event for event in stage.events(reference) if event.action == "approve")
    assert approved.details["reason"] == ApprovalReason.OWNER_CONFIRMED_BESIDES


def test_low_risk_needs_no_note_and_no_second(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    stage.approve(reference, ben, note="")
    assert stage.case(reference).state is State.COOLING_OFF


def test_by_policy_every_removal_needs_two_people(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    set_policy.set_policy({"second_approval": "always"}, "Lea", tools=stage.tools)
    stage.approve(reference, ben)
    assert stage.case(reference).state is State.AWAITING_SECOND_APPROVAL


def test_a_second_decider_who_disagrees_says_why_and_the_case_is_in_review_again(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    reference = at_high_risk(stage)
    stage.approve(reference, ben)
    with pytest.raises(NotAllowed, match="Write a reason"):
        decide.reject(reference, stage.decision(reference, chloe), tools=stage.tools)
    decide.reject(reference, stage.decision(reference, chloe, "The enrolment is two days old"), tools=stage.tools)
    case = stage.case(reference)
    assert (case.state, case.approvals) == (State.IN_REVIEW, ())


def test_medium_risk_needs_a_note_and_what_becomes_risky_counts_at_once(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    set_password_changed(stage.engine, stage.case(done.reference).account_id, stage.clock.at)
    with pytest.raises(NotAllowed, match="Write a reason: the risk"):
        stage.approve(done.reference, ben, note="")
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.COOLING_OFF


def test_evidence_older_than_the_policy_is_no_evidence(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = stage.in_review().reference
    stage.clock.move(hours=6)
    assert held_back(reference, ben.id, tools=stage.tools).decisions[Move.APPROVE] == ()
    stage.clock.move(seconds=1)
    assert "too long ago" in held_back(reference, ben.id, tools=stage.tools).decisions[Move.APPROVE][0]
    with pytest.raises(NotAllowed, match="too long ago"):
        decide.approve(reference, stage.decision(reference, ben), reason=WHY, tools=stage.tools)


def test_every_reason_against_an_approval_is_told_at_once(stage: Stage) -> None:
    ben = stage.staff("Ben")
    reference = at_high_risk(stage)
    stage.clock.move(hours=7)
    with pytest.raises(NotAllowed) as refusal:
        decide.approve(
            reference, Decision(ben.id, stage.clock.at - timedelta(hours=1), 1), reason=WHY, tools=stage.tools
        )
    assert len(refusal.value.reasons) == 4


@pytest.mark.parametrize("block", [False, True])
def test_a_denial_is_told_in_its_reasons_words_with_or_without_a_block(stage: Stage, block: bool) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    secret = "I think this is Mallory"
    decision = stage.decision(done.reference, ben, secret)
    with pytest.raises(NotAllowed, match="Choose the reason"):
        decide.deny(done.reference, decision, reason=None, block=block, tools=stage.tools)
    decide.deny(done.reference, decision, reason=NOT_YOURS, block=block, tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).state is State.DENIED
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "We couldn’t approve your request"
        assert "We could not confirm that the account is yours." in stage.last(address).text
    stage.ask()
    stopped = stage.subjects()[-1] == "New requests for this account are stopped for now"
    assert stopped is block


def test_a_deciders_note_is_for_the_desk_alone(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    done = stage.in_review(two_factor_enrolled_at=stage.clock.at - timedelta(days=2))
    desk.note(done.reference, ben.id, "SECRET-1", tools=stage.tools)
    stage.approve(done.reference, ben, note="SECRET-2")
    decide.reject(done.reference, stage.decision(done.reference, chloe, "SECRET-3"), tools=stage.tools)
    denial = stage.decision(done.reference, chloe, "SECRET-4")
    decide.deny(done.reference, denial, reason=NOT_YOURS, block=False, tools=stage.tools)
    stage.work_off()
    assert not [mail.subject for mail in stage.mails.taken if "SECRET" in mail.subject + mail.text + mail.html]
    assert "SECRET" not in str(stage.tools.screens.requester.case(stage.case(done.reference).id))
    told = " ".join(event.why for event in stage.events(done.reference))
    assert all(f"SECRET-{number}" in told for number in (2, 3, 4))


def test_a_denied_requester_may_ask_once_for_another_persons_look(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    done = stage.in_review()
    deny(stage, done.reference, ben)
    stage.clock.move(days=14)
    case_page.ask_again(done.reference, done.key, tools=stage.tools)
    stage.work_off()
    assert (stage.case(done.reference).state, stage.case(done.reference).evidence_run_id) == (State.TRIAGE, None)
    assert stage.subjects()[-1] == "We look at your request again"
    with pytest.raises(NotAllowed, match="You denied this case before"):
        decide.send_instructions(done.reference, stage.decision(done.reference, ben), tools=stage.tools)
    deny(stage, done.reference, chloe)
    with pytest.raises(NotAllowed, match="The decision is final"):
        case_page.ask_again(done.reference, done.key, tools=stage.tools)


def deny(stage: Stage, reference: str, by: Staff, *, block: bool = False) -> None:
    """Deny with a note."""
    decision = stage.decision(reference, by, "I looked at it.")
    decide.deny(reference, decision, reason=NOT_YOURS, block=block, tools=stage.tools)
    stage.work_off()


@pytest.mark.parametrize(
    ("obstacle", "words"),
    [("time", "within 14 days"), ("newer case", "newer case"), ("block", "blocked for now")],
)
def test_no_second_look_after_14_days_beside_a_newer_case_or_a_block(stage: Stage, obstacle: str, words: str) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    deny(stage, done.reference, ben, block=obstacle == "block")
    if obstacle == "time":
        stage.clock.move(days=14, seconds=1)
    if obstacle == "newer case":
        stage.ask()
    with pytest.raises(NotAllowed, match=words):
        case_page.ask_again(done.reference, done.key, tools=stage.tools)
    assert stage.case(done.reference).state is State.DENIED


def test_of_two_agents_at_the_same_moment_one_decides(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    reference = stage.in_review().reference
    by_ben, by_chloe = stage.decision(reference, ben, "Yes"), stage.decision(reference, chloe, "No")
    results = at_once(
        [
            lambda: decide.approve(reference, by_ben, reason=WHY, tools=stage.tools),
            lambda: decide.deny(reference, by_chloe, reason=NOT_YOURS, block=False, tools=stage.tools),
        ]
        * 4
    )
    assert [isinstance(one, Refusal) for one in results].count(False) == 1
    assert all(one is None or isinstance(one, NotAllowed | WrongState | Stale) for one in results)
    assert stage.case(reference).version == by_ben.version + 1
