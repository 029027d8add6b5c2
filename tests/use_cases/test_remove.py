"""The removal: of that one enrolment, exactly once, whatever dies, doubles or comes late."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from support_portal.adapters.db.tables import removals
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import State
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.staff import Role
from support_portal.jobs import Job
from support_portal.ports.outside import DirectoryUnavailable, RemovalOrder
from support_portal.use_cases import case_page, remove, stop, tidy
from support_portal.use_cases.confirm import Confirmed
from tests.use_cases.outside import set_status, turn_off, turn_on
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

OFF = "Two-factor authentication is off"
PATH = "ana-dev/bitrise_verification"


class WorkerDied(BaseException):
    """What no `except Exception` catches: the process is gone."""


def due(stage: Stage) -> Confirmed:
    """A case whose wait is over this minute."""
    done = stage.cooling_off(stage.staff("Ben"))
    stage.clock.move(hours=24)
    return done


def test_a_removal_is_of_the_enrolment_the_case_was_opened_for_and_told_at_every_owners_address(
    stage: Stage,
) -> None:
    done = due(stage)
    case = stage.case(done.reference)
    enrolment = stage.account(case.account_id).two_factor
    stage.work_off()
    assert enrolment is not None
    [order] = stage.directory.orders
    assert (order.account_id, order.enrolment_id, order.case_id) == (case.account_id, enrolment.id, case.id)
    assert order.key == f"{case.id}:{enrolment.id}"
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == OFF
        assert "can be deleted" in stage.last(address).text
        assert "https://portal.example/lock/" in stage.last(address).text
    assert stage.link("lock", ANAS) != stage.link("lock", ANAS_SECOND)
    with stage.engine.connect() as connection:
        [row] = connection.execute(select(removals)).all()
    # Not the newest run: the watcher may have looked at the very same moment of the set clock.
    evidence = stage.case(done.reference).evidence_run_id
    assert (row.case_id, row.enrolment_id, row.run_id) == (case.id, enrolment.id, evidence)
    assert evidence != case.evidence_run_id  # it passed anew, just before


def test_a_new_enrolment_during_the_wait_is_never_removed(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    account_id = stage.case(done.reference).account_id
    stage.clock.move(hours=12)
    turn_off(stage.engine, account_id, stage.clock.at)
    new = turn_on(stage.engine, account_id, stage.clock.at)
    stage.passes(hours=12)
    case = stage.case(done.reference)
    assert (case.state, stage.directory.orders) == (State.WITHDRAWN, [])
    factor = stage.account(account_id).two_factor
    assert factor is not None
    assert factor.id == new
    assert "two-factor authentication was set up anew" in stage.last().text


def test_the_order_delivered_again_a_hundred_times_keeps_the_factor_set_up_after_the_removal(stage: Stage) -> None:
    done = due(stage)
    case = stage.case(done.reference)
    stage.work_off()
    new = turn_on(stage.engine, case.account_id, stage.clock.at)
    before = stage.case(done.reference)
    [order] = stage.directory.orders
    for _ in range(100):
        remove.remove(case.id, tools=stage.tools)
        stage.deliver(Job.REMOVE, case.id)
        with stage.tools.uow.begin() as work:
            work.directory.remove_second_factors(order)
    factor = stage.account(case.account_id).two_factor
    assert factor is not None
    assert factor.id == new
    assert stage.case(done.reference) == before
    assert stage.subjects().count(OFF) == 1


def test_a_new_enrolment_while_the_removal_is_under_way_stays(stage: Stage) -> None:
    done = due(stage)
    account_id = stage.case(done.reference).account_id
    stage.directory.on_removal = _dies
    with pytest.raises(WorkerDied):
        stage.work_off()
    stage.directory.on_removal = None
    turn_off(stage.engine, account_id, stage.clock.at)
    new = turn_on(stage.engine, account_id, stage.clock.at)
    stage.work_off()
    factor = stage.account(account_id).two_factor
    assert factor is not None
    assert (factor.id, stage.case(done.reference).state) == (new, State.REMOVED)


def _dies(order: RemovalOrder) -> None:
    raise WorkerDied


def test_what_a_dead_worker_began_the_next_one_finishes(stage: Stage) -> None:
    done = due(stage)
    stage.directory.on_removal = _dies
    with pytest.raises(WorkerDied):
        stage.work_off()
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.REMOVING, True)
    assert OFF not in stage.subjects()
    stage.directory.on_removal = None
    stage.passes(minutes=2)
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.REMOVED, False)
    assert len({order.key for order in stage.directory.orders}) == 1
    assert [stage.subjects(address).count(OFF) for address in (ANAS, ANAS_SECOND)] == [1, 1]
    assert stage.moves(done).count("begin_removal") == 1


def test_a_removal_whose_answer_got_lost_is_read_back_and_not_ordered_again(stage: Stage) -> None:
    done = due(stage)

    def removes_and_is_gone(order: RemovalOrder) -> None:
        turn_off(stage.engine, order.account_id, stage.clock.at)
        raise DirectoryUnavailable("the answer got lost")

    stage.directory.on_removal = removes_and_is_gone
    stage.work_off()
    assert stage.case(done.reference).state is State.REMOVED
    assert len(stage.directory.orders) == 1


def test_while_the_provider_is_down_a_due_removal_waits_and_can_still_be_stopped(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.github.answers[PATH] = Unknown(CannotCheck.UNAVAILABLE, "503")
    stage.passes(hours=24)
    stage.passes(hours=3)
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.COOLING_OFF, True)
    stop.stop(stage.link("stop"), "not-me", tools=stage.tools)
    stage.creates()
    stage.passes(hours=24)
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.WITHDRAWN, True)


def test_a_removal_goes_on_when_the_provider_is_back(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    right = stage.github.answers[PATH]
    stage.github.answers[PATH] = Unknown(CannotCheck.UNAVAILABLE, "503")
    stage.passes(hours=26)
    stage.github.answers[PATH] = right
    stage.passes(hours=1)
    assert stage.case(done.reference).state is State.REMOVED


@pytest.mark.parametrize("way_out", ["stop link", "case page", "withdraw"])
def test_while_the_directory_is_down_a_due_removal_waits_and_can_still_be_stopped(stage: Stage, way_out: str) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.directory.is_away = True
    for _ in range(4):
        stage.passes(hours=8)
    assert stage.case(done.reference).state is State.COOLING_OFF
    if way_out == "stop link":
        stop.stop(stage.link("stop", ANAS_SECOND), "not-me", tools=stage.tools)
    elif way_out == "case page":
        case_page.disown(done.reference, done.key, tools=stage.tools)
    else:
        case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.directory.is_away = False
    stage.passes(hours=8)
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.WITHDRAWN, True)


def test_a_removal_goes_on_when_the_directory_is_back(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.directory.is_away = True
    for _ in range(4):
        stage.passes(hours=8)
    stage.directory.is_away = False
    stage.passes(hours=1)
    assert stage.case(done.reference).state is State.REMOVED


def test_staff_are_told_once_of_a_removal_that_takes_over_an_hour(stage: Stage) -> None:
    done = due(stage)
    lea = stage.staff("Lea", Role.LEAD)

    def is_gone(order: RemovalOrder) -> None:
        stage.directory.is_away = True
        raise DirectoryUnavailable("no answer")

    stage.directory.on_removal = is_gone
    stage.work_off()
    for _ in range(5):
        stage.passes(minutes=20)
        tidy.tidy(tools=stage.tools)
    stage.work_off()
    assert stage.subjects(lea.address) == [f"{done.reference}: a removal takes long"]


def test_a_directory_that_refuses_keeps_2fa_on_and_the_owner_is_told(stage: Stage) -> None:
    done = due(stage)
    stage.directory.refuses = "the account is under legal hold"
    stage.work_off()
    case = stage.case(done.reference)
    assert (case.state, case.approvals, stage.is_on(done)) == (State.IN_REVIEW, (), True)
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "The approval doesn’t stand any more"
    stage.directory.refuses = ""
    stage.passes(days=2)
    assert stage.is_on(done)
    with stage.engine.connect() as connection:
        assert connection.execute(select(removals)).all() == []


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.LOCKED, AccountStatus.DELETED])
def test_an_account_that_changed_in_the_last_minute_keeps_its_2fa(stage: Stage, status: AccountStatus) -> None:
    done = due(stage)
    set_status(stage.engine, stage.case(done.reference).account_id, status)
    stage.work_off()
    assert (stage.case(done.reference).state, stage.directory.orders) == (State.WITHDRAWN, [])
