"""Locking an account for its owner's sake, unlocking it, lifting a block: by whom, and what follows for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import DenialReason, State
from support_portal.domain.errors import NotAllowed, NotFound, Refusal, Stale
from support_portal.domain.risk import Level
from support_portal.domain.staff import Role, Staff
from support_portal.use_cases import case_page, decide, protect, tidy
from support_portal.use_cases.confirm import Confirmed
from support_portal.use_cases.steps.deciding import Decision
from tests.use_cases.at_once import at_once
from tests.use_cases.outside import set_status, sign_in
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

Measure = Callable[..., None]
BLOCKED = "New requests for this account are stopped for now"
SECRET = "SECRET-1: I called her"


def compromise(stage: Stage) -> Confirmed:
    """A case in which the owner says that somebody else set up the 2FA."""
    stage.an_account()
    stage.ask(set_up_by_me=False)
    return stage.confirm()


def stopped(stage: Stage) -> Confirmed:
    """A case that was stopped, so that new ones are blocked."""
    done = stage.asked_and_confirmed()
    case_page.disown(done.reference, done.key, tools=stage.tools)
    stage.work_off()
    return done


def locked(stage: Stage) -> Confirmed:
    """A compromise case whose account an agent has locked."""
    done = compromise(stage)
    protect.lock(done.reference, order(stage, done, stage.staff("Chloe")), tools=stage.tools)
    stage.work_off()
    return done


def order(stage: Stage, done: Confirmed, by: Staff, reason: str = SECRET) -> Decision:
    """Somebody who just signed in wants it, on the version of now."""
    return Decision(by.id, stage.clock.at, stage.case(done.reference).version, reason)


def status(stage: Stage, done: Confirmed) -> AccountStatus:
    return stage.account(stage.case(done.reference).account_id).status


def read_directory(stage: Stage) -> None:
    """The clock starts a reading of all accounts, and what follows is done."""
    tidy.read_directory(tools=stage.tools)
    stage.work_off()


ARRANGED: dict[Measure, Callable[[Stage], Confirmed]] = {
    protect.lock: compromise,
    protect.unlock: locked,
    protect.lift_block: stopped,
}
EACH = pytest.mark.parametrize("measure", ARRANGED, ids=lambda measure: str(measure.__name__))


def nothing_happened(stage: Stage, done: Confirmed, measure: Measure) -> bool:
    """Whether everything is as it was arranged."""
    if measure is protect.lift_block:
        with stage.tools.uow.begin() as work:
            return work.blocks.active(stage.case(done.reference).account_id, work.now) is not None
    return status(stage, done) is (AccountStatus.ACTIVE if measure is protect.lock else AccountStatus.LOCKED)


def test_an_agent_locks_the_account_of_a_compromise_case_and_owner_and_leads_are_told(stage: Stage) -> None:
    done = compromise(stage)
    ben, lea = stage.staff("Ben"), stage.staff("Lea", Role.LEAD)
    protect.lock(done.reference, order(stage, done, ben), tools=stage.tools)
    stage.work_off()
    assert status(stage, done) is AccountStatus.LOCKED
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "Your account is locked"
        assert "set up by another person. So we locked the account." in stage.last(address).text
    assert stage.subjects(lea.address) == [f"{done.reference}: an account was locked"]
    assert "Ben locked an account" in stage.last(lea.address).text
    (event,) = [event for event in stage.events(done.reference) if event.action == "account_locked"]
    assert (event.actor.staff_id, event.why) == (ben.id, SECRET)
    assert not [mail.subject for mail in stage.mails.taken if "SECRET" in mail.subject + mail.text + mail.html]


def test_after_the_lock_the_case_ends_and_the_owner_is_told_what_is_true(stage: Stage) -> None:
    done = locked(stage)
    read_directory(stage)
    assert stage.case(done.reference).state is State.WITHDRAWN
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-2:] == ["Your account is locked", "Request closed: the account changed"]
        told = stage.last(address).text
        assert "is closed, because the account is locked" in told
        assert "We changed nothing" not in told
        assert "/request" not in told
    assert stage.tools.screens.requester.case(stage.case(done.reference).id).is_locked
    stage.ask()
    assert stage.subjects()[-1] == "This account can’t be changed at the moment"
    assert len(stage.numbers()) == 1


def test_a_lead_unlocks_with_a_reason_and_the_owner_is_told_and_can_ask_again(stage: Stage) -> None:
    done = locked(stage)
    read_directory(stage)
    lea = stage.staff("Lea", Role.LEAD)
    protect.unlock(done.reference, order(stage, done, lea), tools=stage.tools)
    stage.work_off()
    assert status(stage, done) is AccountStatus.ACTIVE
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "Your account is unlocked"
    assert not [mail.subject for mail in stage.mails.taken if "SECRET" in mail.subject + mail.text + mail.html]
    (event,) = [event for event in stage.events(done.reference) if event.action == "account_unlocked"]
    assert (event.actor.staff_id, event.why) == (lea.id, SECRET)
    assert stage.is_on(done)
    stage.clock.move(days=1)
    stage.ask()
    assert stage.subjects()[-1] == "Confirm your request"


def test_who_locked_an_account_by_the_link_is_let_in_again_by_a_lead(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    set_status(stage.engine, stage.case(done.reference).account_id, AccountStatus.LOCKED)
    protect.unlock(done.reference, order(stage, done, stage.staff("Lea", Role.LEAD)), tools=stage.tools)
    assert status(stage, done) is AccountStatus.ACTIVE
    assert stage.case(done.reference).state is State.REMOVED


def test_a_lead_lifts_a_block_and_the_next_case_is_high_risk(stage: Stage) -> None:
    done = stopped(stage)
    stage.clock.move(days=1)
    stage.ask()
    assert stage.subjects()[-1] == BLOCKED
    lea, ben = stage.staff("Lea", Role.LEAD), stage.staff("Ben")
    protect.lift_block(done.reference, order(stage, done, lea), tools=stage.tools)
    (event,) = [event for event in stage.events(done.reference) if event.action == "block_lifted"]
    assert (event.actor.staff_id, event.why) == (lea.id, SECRET)
    stage.ask()
    again = stage.confirm()
    assert again.reference != done.reference
    assert stage.case(again.reference).risk is Level.HIGH
    stage.clock.move(minutes=5)
    stage.submit(again, stage.creates())
    stage.approve(again.reference, ben)
    assert stage.case(again.reference).state is State.AWAITING_SECOND_APPROVAL
    signals = stage.tools.screens.desk.case(ben, again.reference).assessment
    assert signals is not None
    assert [signal.key for signal in signals.signals] == ["unblocked"]


def test_a_block_that_ended_by_itself_raises_no_risk_and_a_lifted_one_not_after_a_year(stage: Stage) -> None:
    done = stopped(stage)
    stage.clock.move(days=14)
    stage.ask()
    assert stage.case(stage.confirm().reference).risk is Level.LOW
    case_page.disown(f"SP-{stage.numbers()[-1]}", stage.link("cases"), tools=stage.tools)
    protect.lift_block(done.reference, order(stage, done, stage.staff("Lea", Role.LEAD)), tools=stage.tools)
    stage.clock.move(days=366)
    stage.ask()
    assert stage.case(stage.confirm().reference).risk is Level.LOW


def test_a_lifted_block_lets_a_denied_requester_ask_for_a_second_look(stage: Stage) -> None:
    ben, lea = stage.staff("Ben"), stage.staff("Lea", Role.LEAD)
    done = stage.in_review()
    denial = stage.decision(done.reference, ben, "I doubt it")
    decide.deny(done.reference, denial, reason=DenialReason.OWNER_NOT_CONFIRMED, block=True, tools=stage.tools)
    with pytest.raises(NotAllowed, match="blocked for now"):
        case_page.ask_again(done.reference, done.key, tools=stage.tools)
    protect.lift_block(done.reference, order(stage, done, lea), tools=stage.tools)
    case_page.ask_again(done.reference, done.key, tools=stage.tools)
    assert stage.case(done.reference).state is State.TRIAGE


@EACH
@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_admins_and_auditors_do_none_of_it(stage: Stage, measure: Measure, role: Role) -> None:
    done = ARRANGED[measure](stage)
    with pytest.raises(NotAllowed, match="Only"):
        measure(done.reference, order(stage, done, stage.staff("Ines", role)), tools=stage.tools)
    assert nothing_happened(stage, done, measure)


@pytest.mark.parametrize("measure", [protect.unlock, protect.lift_block])
def test_an_agent_takes_no_protection_away(stage: Stage, measure: Measure) -> None:
    done = ARRANGED[measure](stage)
    with pytest.raises(NotAllowed, match="Only a lead unlocks an account or lifts a block"):
        measure(done.reference, order(stage, done, stage.staff("Ben")), tools=stage.tools)
    assert nothing_happened(stage, done, measure)


@EACH
def test_a_sign_in_that_is_too_old_an_old_version_and_no_reason_do_nothing(stage: Stage, measure: Measure) -> None:
    done = ARRANGED[measure](stage)
    fresh = order(stage, done, stage.staff("Lea", Role.LEAD))
    for wrong, words in (
        (replace(fresh, signed_in_at=stage.clock.at - timedelta(minutes=5, seconds=1)), "Enter your password again"),
        (replace(fresh, version=fresh.version - 1), "The case changed"),
        (replace(fresh, note=" \n"), "Write a reason"),
        (replace(fresh, note="x" * 4001), "at most 4,000 characters"),
    ):
        with pytest.raises(NotAllowed, match=words):
            measure(done.reference, wrong, tools=stage.tools)
        assert nothing_happened(stage, done, measure)
    measure(done.reference, replace(fresh, signed_in_at=stage.clock.at - timedelta(minutes=5)), tools=stage.tools)
    assert not nothing_happened(stage, done, measure)


@EACH
def test_a_case_of_ones_own_account_is_not_there(stage: Stage, measure: Measure) -> None:
    done = ARRANGED[measure](stage)
    own = stage.staff("Own", Role.LEAD)
    with stage.engine.begin() as connection:
        connection.execute(
            text("update staff set address = :to, compared = :to where id = :id"), {"to": ANAS_SECOND, "id": own.id}
        )
    with pytest.raises(NotFound):
        measure(done.reference, order(stage, done, own), tools=stage.tools)
    assert nothing_happened(stage, done, measure)


@EACH
def test_what_is_done_is_not_done_again_and_nobody_is_told_twice(stage: Stage, measure: Measure) -> None:
    done = ARRANGED[measure](stage)
    lea = stage.staff("Lea", Role.LEAD)
    measure(done.reference, order(stage, done, lea), tools=stage.tools)
    stage.work_off()
    told = len(stage.mails.taken)
    with pytest.raises(NotAllowed, match=r"already|not locked|not blocked"):
        measure(done.reference, order(stage, done, lea), tools=stage.tools)
    stage.work_off()
    assert len(stage.mails.taken) == told


@EACH
def test_of_two_leads_at_the_same_moment_one_does_it(stage: Stage, measure: Measure) -> None:
    done = ARRANGED[measure](stage)
    orders = [order(stage, done, stage.staff(name, Role.LEAD)) for name in ("Lea", "Leo")]
    results = at_once([partial(measure, done.reference, one, tools=stage.tools) for one in orders * 3])
    assert [isinstance(one, Refusal) for one in results].count(False) == 1
    assert all(one is None or isinstance(one, NotAllowed | Stale) for one in results)


def test_without_a_compromise_answer_nobody_is_locked_out(stage: Stage) -> None:
    done = stage.in_review()
    ben = stage.staff("Ben")
    with pytest.raises(NotAllowed, match="Nobody says any more"):
        protect.lock(done.reference, order(stage, done, ben), tools=stage.tools)
    assert status(stage, done) is AccountStatus.ACTIVE


def test_a_corrected_answer_locks_nobody_out(stage: Stage) -> None:
    done = compromise(stage)
    case_page.correct_answer(done.reference, done.key, tools=stage.tools)
    with pytest.raises(NotAllowed, match="Nobody says any more"):
        protect.lock(done.reference, order(stage, done, stage.staff("Ben")), tools=stage.tools)


def test_an_intruder_who_ends_the_case_by_signing_in_is_locked_out_all_the_same(stage: Stage) -> None:
    done = compromise(stage)
    stage.clock.move(seconds=10)
    sign_in(stage.engine, stage.case(done.reference).account_id, "totp", stage.clock.at)
    read_directory(stage)
    assert stage.case(done.reference).state is State.WITHDRAWN
    ben = stage.staff("Ben")
    stage.clock.move(days=30)
    protect.lock(done.reference, order(stage, done, ben), tools=stage.tools)
    assert status(stage, done) is AccountStatus.LOCKED


def test_a_suspended_account_is_neither_locked_nor_unlocked(stage: Stage) -> None:
    done = compromise(stage)
    set_status(stage.engine, stage.case(done.reference).account_id, AccountStatus.SUSPENDED)
    lea = stage.staff("Lea", Role.LEAD)
    with pytest.raises(NotAllowed, match="The account is suspended already"):
        protect.lock(done.reference, order(stage, done, lea), tools=stage.tools)
    with pytest.raises(NotAllowed, match="The account is not locked"):
        protect.unlock(done.reference, order(stage, done, lea), tools=stage.tools)
    assert status(stage, done) is AccountStatus.SUSPENDED
