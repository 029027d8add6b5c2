"""Cases as rows: what is written is read again, and of two writers one wins."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.domain.cases import DenialReason, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotFound, Stale
from support_portal.domain.evidence import Outcome
from support_portal.domain.risk import Level
from support_portal.ports.records import Mail
from tests.adapters.db.at_once import at_once
from tests.adapters.db.stage import Stage, a_unit_of_work
from tests.builders import CASE_ID, REPOSITORY_ID, a_case, a_run, an_approval
from tests.cast import ANA, BEN, CHLOE, NOW, an_id


def test_a_case_is_read_as_it_was_written(stage: Stage) -> None:
    written = stage.with_case(
        State.DENIED,
        denial_reason=DenialReason.CHECKS_NOT_PASSED,
        risk=Level.MEDIUM,
        compromise_was_said=True,
        told_failures="name_matches",
        assignee_id=CHLOE.id,
        first_decider=BEN.id,
    )
    with stage.uow.begin() as work:
        read = work.cases.get(written.id)
        assert read == written
        assert work.cases.by_number(written.number) == written
    assert read.opened_at.utcoffset() == timedelta(0)
    assert isinstance(read.state, State)
    assert isinstance(read.risk, Level)
    assert isinstance(read.denial_reason, DenialReason)


def test_the_approvals_that_stand_are_part_of_the_case_in_the_order_they_were_given(stage: Stage) -> None:
    given = (an_approval(CHLOE, at=NOW - timedelta(hours=2)), an_approval(BEN, at=NOW - timedelta(hours=1)))
    case = stage.with_case(State.COOLING_OFF, approvals=given)
    with stage.uow.begin() as work:
        assert work.cases.get(case.id).approvals == given
        work.cases.void_approvals(case, "evidence lost", NOW)
        assert work.cases.get(case.id).approvals == ()


def test_a_person_may_approve_anew_after_the_first_approval_was_voided(stage: Stage) -> None:
    case = stage.with_case(state=State.AWAITING_SECOND_APPROVAL, approvals=(an_approval(BEN),))
    again = an_approval(BEN, id=an_id(77))
    with stage.uow.begin() as work, pytest.raises(Stale):
        work.cases.give_approval(case, again)
    with stage.uow.begin() as work:
        work.cases.void_approvals(case, "evidence lost", NOW)
        work.cases.give_approval(case, again)
        assert work.cases.get(case.id).approvals == (again,)


def test_the_first_case_is_number_2401_and_no_number_comes_twice(stage: Stage) -> None:
    with stage.uow.begin() as work:
        assert [work.cases.next_number(), work.cases.next_number()] == [2401, 2402]


def test_an_unknown_case_is_not_found(uow: SqlUnitOfWork) -> None:
    with uow.begin() as work, pytest.raises(NotFound):
        work.cases.get(an_id(1))
    with uow.begin() as work, pytest.raises(NotFound):
        work.cases.by_number(9)


def test_of_two_saves_of_the_same_version_one_is_stale(stage: Stage) -> None:
    case = stage.with_case()

    def save() -> None:
        with stage.uow.begin() as work:
            work.cases.save(case, replace(case, state=State.TRIAGE, version=case.version + 1))

    got = at_once(2, save)
    assert sorted(type(one).__name__ for one in got) == ["NoneType", "Stale"]
    with stage.uow.begin() as work:
        assert work.cases.get(case.id).version == case.version + 1


def test_an_account_gets_one_case_however_many_requests_are_matched_at_once(stage: Stage) -> None:
    stage.with_request()
    numbers = iter(range(2401, 2409))

    def open_one() -> None:
        number = next(numbers)
        with stage.uow.begin() as work:
            work.cases.add(a_case(State.UNCONFIRMED, id=an_id(number), number=number))

    got = at_once(8, open_one)
    assert sorted(type(one).__name__ for one in got) == ["NoneType", *["Stale"] * 7]


def test_a_transaction_goes_on_after_it_was_told_that_a_case_is_open(stage: Stage) -> None:
    open_one = stage.with_case(State.AWAITING_REPOSITORY)
    with stage.uow.begin() as work:
        with pytest.raises(Stale):
            work.cases.add(replace(open_one, id=an_id(9), number=2999))
        assert work.cases.open_one(ANA.id) == open_one


def test_a_case_that_is_read_is_locked_until_the_transaction_ends(stage: Stage) -> None:
    case = stage.with_case()

    def count_up() -> None:
        with stage.uow.begin() as work:
            read = work.cases.get(case.id)
            work.cases.save(read, replace(read, version=read.version + 1))

    assert at_once(8, count_up) == [None] * 8
    with stage.uow.begin() as work:
        assert work.cases.get(case.id).version == case.version + 8


def test_the_open_case_and_the_newest_ended_one_are_told_apart(stage: Stage) -> None:
    ended = stage.with_case(State.WITHDRAWN)
    with stage.uow.begin() as work:
        assert work.cases.open_one(ANA.id) is None
        assert work.cases.latest_before(ANA.id) == ended
        new = a_case(State.UNCONFIRMED, id=an_id(33), number=2418, previous_case_id=ended.id)
        work.cases.add(new)
        assert work.cases.open_one(ANA.id) == new
        assert work.cases.latest_before(ANA.id) == ended
        assert work.cases.live_ids() == [new.id]


def test_a_repository_that_passed_is_claimed_from_the_other_cases_also_when_its_own_let_go_of_it(stage: Stage) -> None:
    failed = a_run(Outcome.FAILED, id=an_id(43), repository_id="777")
    stage.with_case(State.WITHDRAWN, repository_id=None, repository_instance=None, runs=(a_run(), failed))
    with stage.uow.begin() as work:
        assert work.cases.is_claimed("github", REPOSITORY_ID, an_id(33))
        assert not work.cases.is_claimed("github", REPOSITORY_ID, CASE_ID)
        assert not work.cases.is_claimed("gitlab", REPOSITORY_ID, an_id(33))
        assert not work.cases.is_claimed("github", "777", an_id(33))


def test_staff_are_told_once_of_a_removal_that_takes_long(stage: Stage) -> None:
    case = stage.with_removal_begun(state_since=NOW - timedelta(hours=2))
    with stage.uow.begin() as work:
        assert work.cases.slow_removals(NOW - timedelta(hours=3)) == []
        assert [slow.id for slow in work.cases.slow_removals(NOW - timedelta(hours=1))] == [case.id]
        work.mails.add(Mail(an_id(60), Letter.STAFF_REMOVAL_SLOW, "lea@support.example", case.id, NOW))
        assert work.cases.slow_removals(NOW - timedelta(hours=1)) == []


def test_two_transactions_that_wait_for_each_other_end_with_one_that_gives_way(stage: Stage) -> None:
    first = stage.with_case(State.WITHDRAWN)
    second = a_case(State.UNCONFIRMED, id=an_id(33), number=2418)
    with stage.uow.begin() as work:
        work.cases.add(second)
    orders = iter([(first.id, second.id), (second.id, first.id)])
    meet = threading.Barrier(2)
    together = a_unit_of_work(stage.engine)

    def lock_both() -> None:
        one, other = next(orders)
        with together.begin() as work:
            work.cases.get(one)
            meet.wait(timeout=30)
            work.cases.get(other)

    got = at_once(2, lock_both)
    assert sorted(type(one).__name__ for one in got) == ["NoneType", "Stale"]
