"""The owner says no, or needs it no more: by any stop link, on the case page, and after the removal by a lock."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author, Purpose
from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, WrongState
from support_portal.domain.staff import Role
from support_portal.use_cases import case_page, lock, protect, stop
from support_portal.use_cases.confirm import Confirmed
from support_portal.use_cases.steps.deciding import Decision
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

STOPPED = "Request stopped"


def unconfirmed(stage: Stage) -> str:
    stage.an_account()
    stage.ask()
    return f"SP-{stage.numbers()[0]}"


def in_triage(stage: Stage) -> str:
    stage.an_account()
    stage.ask(set_up_by_me=False)
    return stage.confirm().reference


def awaiting(stage: Stage) -> str:
    return stage.asked_and_confirmed().reference


def in_review(stage: Stage) -> str:
    return stage.in_review().reference


def cooling_off(stage: Stage) -> str:
    return stage.cooling_off(stage.staff("Ben")).reference


LIVE = [unconfirmed, in_triage, awaiting, in_review, cooling_off]


def removed(stage: Stage) -> Confirmed:
    """A case at whose end 2FA is off."""
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED
    return done


@pytest.mark.parametrize("arrange", LIVE)
def test_a_stop_ends_a_case_wherever_it_stands_blocks_new_ones_and_alerts_staff(
    stage: Stage, arrange: Callable[[Stage], str]
) -> None:
    reference = arrange(stage)
    lea = stage.staff("Lea", Role.LEAD)
    token = stage.link("stop")
    before = stage.case(reference)
    shown = stop.look(token, tools=stage.tools)
    assert (shown.offers, shown.block_days, stage.case(reference)) == ("stop", 14, before)
    assert stop.stop(token, "not-me", tools=stage.tools).done == "stopped"
    stage.work_off()
    case = stage.case(reference)
    assert (case.state, case.stopped) == (State.WITHDRAWN, True)
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == STOPPED
    assert stage.subjects(lea.address) == [f"{reference} was stopped by the owner"]
    stage.passes(days=2)
    stage.ask()
    assert stage.subjects()[-1] == "New requests for this account are stopped for now"
    assert stage.directory.orders == []


@pytest.mark.parametrize("arrange", LIVE)
def test_who_asked_and_needs_it_no_more_withdraws_without_a_block(
    stage: Stage, arrange: Callable[[Stage], str]
) -> None:
    reference = arrange(stage)
    lea = stage.staff("Lea", Role.LEAD)
    assert stop.stop(stage.link("stop"), "me", tools=stage.tools).done == "withdrawn"
    stage.work_off()
    case = stage.case(reference)
    assert (case.state, case.stopped, stage.subjects(lea.address)) == (State.WITHDRAWN, False, [])
    told = [address for address in (ANAS, ANAS_SECOND) if "Request withdrawn" in stage.subjects(address)]
    assert told == ([] if case.confirmed_at is None else [ANAS, ANAS_SECOND])
    stage.ask()
    assert stage.subjects()[-1] == "Confirm your request"


def test_every_owners_stop_link_works_without_any_other(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    assert stop.stop(stage.link("stop", ANAS_SECOND), "not-me", tools=stage.tools).done == "stopped"
    by = stage.events(done.reference)[-2].actor.name + stage.events(done.reference)[-1].actor.name
    assert "a•••@example.net" in by


def test_a_second_press_changes_nothing_and_says_so(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    token = stage.link("stop")
    stop.stop(token, "not-me", tools=stage.tools)
    stage.work_off()
    before, mailed = stage.case(done.reference), len(stage.mails.taken)
    for who in ("not-me", "me"):
        assert stop.stop(token, who, tools=stage.tools).done == "nothing"
    stage.work_off()
    assert (stage.case(done.reference), len(stage.mails.taken)) == (before, mailed)
    assert stop.look(token, tools=stage.tools).offers == "nothing"


def test_an_answer_that_is_none_stops_nothing(stage: Stage) -> None:
    reference = awaiting(stage)
    with pytest.raises(BadInput) as refusal:
        stop.stop(stage.link("stop"), "", tools=stage.tools)
    assert list(refusal.value.fields) == ["who"]
    assert stage.case(reference).state is State.AWAITING_REPOSITORY


def test_a_stop_link_works_until_30_days_after_the_end_and_then_sets_the_block(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    token = stage.link("stop")
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.passes(days=30)
    assert stop.look(token, tools=stage.tools).offers == "block"
    assert stop.stop(token, "me", tools=stage.tools).done == "nothing"
    assert stop.stop(token, "not-me", tools=stage.tools).done == "blocked"
    assert stage.case(done.reference).state is State.WITHDRAWN
    stage.ask()
    assert stage.subjects()[-1] == "New requests for this account are stopped for now"
    stage.clock.move(seconds=1)
    with pytest.raises(LinkNotGood):
        stop.stop(token, "not-me", tools=stage.tools)


@pytest.mark.parametrize("after_its_end", [False, True])
def test_a_lead_finds_and_lifts_the_block_of_a_case_that_nobody_confirmed(stage: Stage, after_its_end: bool) -> None:
    lea = stage.staff("Lea", Role.LEAD)
    stage.an_account()
    stage.ask(reason="I am the owner, believe me!")
    reference = f"SP-{stage.numbers()[0]}"
    if after_its_end:
        stage.passes(hours=24)
        assert stage.case(reference).state is State.EXPIRED
    stop.stop(stage.link("stop"), "not-me", tools=stage.tools)
    stage.work_off()
    view = stage.tools.screens.desk.case(lea, reference)
    assert [message.author for message in view.messages] == [Author.UNPROVEN], "a stranger's words are nobody's"
    decision = Decision(lea.id, stage.clock.at, view.case.version, "The owner called me back.")
    protect.lift_block(reference, decision, tools=stage.tools)
    stage.ask()
    assert stage.subjects()[-1] == "Confirm your request"


def test_cut_and_foreign_stop_links_stop_nothing(stage: Stage) -> None:
    reference = awaiting(stage)
    token, links = stage.link("stop"), stage.tools.links
    for wrong in (token[:-2], "x" * 48, links.token(Purpose.STOP, uuid4()), links.token(Purpose.LOCK, uuid4())):
        with pytest.raises(LinkNotGood):
            stop.stop(wrong, "not-me", tools=stage.tools)
    assert stage.case(reference).state is State.AWAITING_REPOSITORY


def test_this_was_not_me_on_the_case_page_stops_it(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    case_page.disown(done.reference, done.key, tools=stage.tools)
    stage.work_off()
    assert (stage.case(done.reference).state, stage.subjects()[-1]) == (State.WITHDRAWN, STOPPED)


def test_after_the_end_the_case_page_moves_nothing(stage: Stage) -> None:
    done = removed(stage)
    before = stage.case(done.reference)
    for act in (case_page.withdraw, case_page.disown, case_page.check_again):
        with pytest.raises(WrongState):
            act(done.reference, done.key, tools=stage.tools)
    with pytest.raises(WrongState):
        case_page.send_message(done.reference, done.key, "Hello?", tools=stage.tools)
    with pytest.raises(WrongState):
        stage.submit(done)
    with pytest.raises(NotAllowed):
        case_page.correct_answer(done.reference, done.key, tools=stage.tools)
    assert stage.case(done.reference) == before


def test_after_the_removal_a_stop_link_offers_the_lock(stage: Stage) -> None:
    done = removed(stage)
    lea = stage.staff("Lea", Role.LEAD)
    token = stage.link("stop", ANAS_SECOND)
    assert stop.look(token, tools=stage.tools).offers == "lock"
    assert stop.stop(token, "not-me", tools=stage.tools).done == "locked"
    stage.work_off()
    assert stage.account(stage.case(done.reference).account_id).status is AccountStatus.LOCKED
    assert stage.subjects(lea.address) == [f"{done.reference}: an account was locked"]


def test_the_lock_link_shows_and_only_the_press_locks_at_once(stage: Stage) -> None:
    done = removed(stage)
    lea = stage.staff("Lea", Role.LEAD)
    account_id = stage.case(done.reference).account_id
    token = stage.link("lock")
    assert not lock.look(token, tools=stage.tools).is_locked
    assert stage.account(account_id).status is AccountStatus.ACTIVE
    for _ in range(2):
        lock.lock(token, tools=stage.tools)
        stage.work_off()
    assert lock.look(token, tools=stage.tools).is_locked
    assert stage.account(account_id).status is AccountStatus.LOCKED
    assert [stage.subjects(address).count("Your account is locked") for address in (ANAS, ANAS_SECOND)] == [1, 1]
    assert len(stage.subjects(lea.address)) == 1
    stage.ask()
    assert stage.subjects()[-1] == "This account can’t be changed at the moment"


def test_the_lock_link_works_for_30_days(stage: Stage) -> None:
    removed(stage)
    token = stage.link("lock")
    stage.clock.move(days=29, hours=23)
    lock.look(token, tools=stage.tools)
    stage.clock.move(hours=1)
    with pytest.raises(LinkNotGood):
        lock.lock(token, tools=stage.tools)
