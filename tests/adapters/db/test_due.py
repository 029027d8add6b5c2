"""Put-off work: one worker has it, none is lost when a worker dies, and what is put off anew is done again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from support_portal.adapters.db.due import PARKED
from support_portal.adapters.db.relay import take_due
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.domain.cases import State
from support_portal.jobs import MOST_LOST_TRIES, Job
from support_portal.ports.records import DueWork
from tests.adapters.db.at_once import at_once
from tests.adapters.db.stage import Stage, StoppedClock, a_unit_of_work
from tests.builders import CASE_ID
from tests.cast import NOW, an_id

LEASE = timedelta(seconds=60)
SUBJECT = an_id(900)


def put_off(uow: SqlUnitOfWork, in_seconds: float = 0, job: Job = Job.VERIFY) -> None:
    with uow.begin() as work:
        work.due.put_off(job, SUBJECT, work.now + timedelta(seconds=in_seconds))


def claim(uow: SqlUnitOfWork, job: Job = Job.VERIFY) -> DueWork | None:
    with uow.begin() as work:
        return work.due.claim(job, SUBJECT, LEASE)


def claimed(uow: SqlUnitOfWork) -> DueWork:
    work = claim(uow)
    assert work is not None
    return work


def finish(uow: SqlUnitOfWork, done: DueWork) -> None:
    with uow.begin() as work:
        work.due.finish(done)


def renew(uow: SqlUnitOfWork, held: DueWork) -> bool:
    with uow.begin() as work:
        return work.due.renew(held, LEASE)


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select count(*) from due")).scalar_one())


def test_of_many_workers_that_want_one_row_one_gets_it(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    got = at_once(8, lambda: claim(uow))
    assert len([one for one in got if isinstance(one, DueWork)]) == 1
    assert got.count(None) == 7


def test_work_that_is_done_is_gone(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    finish(uow, claimed(uow))
    assert rows(engine) == 0
    assert claim(uow) is None


def test_work_is_not_given_out_before_its_time(stage: Stage) -> None:
    put_off(stage.uow, in_seconds=10)
    assert claim(stage.uow) is None
    stage.clock.at += timedelta(seconds=10)
    assert claim(stage.uow)


def test_of_two_times_the_earlier_one_counts(stage: Stage) -> None:
    put_off(stage.uow, in_seconds=10)
    put_off(stage.uow, in_seconds=99)
    stage.clock.at += timedelta(seconds=10)
    assert claim(stage.uow)


def test_a_postponed_job_waits_for_exactly_its_new_time(stage: Stage) -> None:
    put_off(stage.uow)
    with stage.uow.begin() as work:
        work.due.postpone(Job.VERIFY, SUBJECT, NOW + timedelta(seconds=30))
    assert claim(stage.uow) is None
    stage.clock.at += timedelta(seconds=30)
    assert claim(stage.uow)


def test_a_row_put_off_anew_while_a_worker_has_it_is_done_again(stage: Stage) -> None:
    put_off(stage.uow)
    first = claimed(stage.uow)
    put_off(stage.uow, in_seconds=5)
    finish(stage.uow, first)
    assert claim(stage.uow) is None
    stage.clock.at += timedelta(seconds=5)
    assert claimed(stage.uow).tries == 1


def test_a_worker_that_lost_its_lease_can_not_finish_the_row_of_the_next(stage: Stage) -> None:
    put_off(stage.uow)
    first = claimed(stage.uow)
    stage.clock.at += LEASE
    second = claimed(stage.uow)
    finish(stage.uow, first)
    assert rows(stage.engine) == 1
    finish(stage.uow, second)
    assert rows(stage.engine) == 0


def test_a_renewed_lease_holds_the_row_from_then_on(stage: Stage) -> None:
    put_off(stage.uow)
    held = claimed(stage.uow)
    stage.clock.at += LEASE - timedelta(seconds=1)
    assert renew(stage.uow, held)
    stage.clock.at += LEASE - timedelta(seconds=1)
    assert claim(stage.uow) is None
    stage.clock.at += timedelta(seconds=1)
    assert claim(stage.uow)


def test_a_lease_that_another_worker_has_can_not_be_renewed(stage: Stage) -> None:
    put_off(stage.uow)
    first = claimed(stage.uow)
    stage.clock.at += LEASE
    second = claimed(stage.uow)
    stage.clock.at += LEASE - timedelta(seconds=1)
    assert not renew(stage.uow, first)
    stage.clock.at += timedelta(seconds=1)
    assert claim(stage.uow), "the first one's try did not make the second one's lease longer"
    assert not renew(stage.uow, second)


def test_a_job_that_was_tried_again_later_done_or_canceled_can_not_be_renewed(stage: Stage) -> None:
    put_off(stage.uow)
    held = claimed(stage.uow)
    with stage.uow.begin() as work:
        work.due.again(held, NOW)
    assert not renew(stage.uow, held)
    held = claimed(stage.uow)
    finish(stage.uow, held)
    assert not renew(stage.uow, held)
    put_off(stage.uow)
    held = claimed(stage.uow)
    with stage.uow.begin() as work:
        work.due.cancel(SUBJECT, Job.VERIFY)
    assert not renew(stage.uow, held)
    assert rows(stage.engine) == 0


def test_a_job_of_a_dead_worker_is_given_to_the_next_and_parked_after_five(stage: Stage) -> None:
    stage.with_case(State.AWAITING_REPOSITORY)
    with stage.uow.begin() as work:
        work.due.put_off(Job.VERIFY, CASE_ID, NOW)
    for number in range(1, MOST_LOST_TRIES + 1):
        with stage.uow.begin() as work:
            held = work.due.claim(Job.VERIFY, CASE_ID, LEASE)
        assert held is not None
        assert held.tries == number
        stage.clock.at += LEASE
    with stage.uow.begin() as work:
        assert work.due.claim(Job.VERIFY, CASE_ID, LEASE) is None
        assert work.records.happened(CASE_ID, PARKED, NOW) == 1
    with stage.uow.begin() as work:
        assert work.due.claim(Job.VERIFY, CASE_ID, LEASE) is None
    assert take_due(stage.engine) == []
    with stage.uow.begin() as work:
        assert work.records.happened(CASE_ID, PARKED, NOW) == 1


def test_a_parked_job_that_is_put_off_anew_has_all_its_tries_again(stage: Stage) -> None:
    test_a_job_of_a_dead_worker_is_given_to_the_next_and_parked_after_five(stage)
    with stage.uow.begin() as work:
        work.due.put_off(Job.VERIFY, CASE_ID, work.now)
        held = work.due.claim(Job.VERIFY, CASE_ID, LEASE)
    assert held is not None
    assert held.tries == 1


def test_a_job_that_is_tried_again_later_is_never_parked_for_it(stage: Stage) -> None:
    put_off(stage.uow)
    for _ in range(MOST_LOST_TRIES * 2):
        held = claimed(stage.uow)
        assert held.tries == 1
        with stage.uow.begin() as work:
            work.due.again(held, stage.clock.at + timedelta(seconds=9))
        stage.clock.at += timedelta(seconds=9)


def test_a_job_tried_again_later_comes_earlier_where_it_was_put_off_anew(stage: Stage) -> None:
    put_off(stage.uow)
    held = claimed(stage.uow)
    put_off(stage.uow, in_seconds=2)
    with stage.uow.begin() as work:
        work.due.again(held, NOW + timedelta(hours=1))
    stage.clock.at += timedelta(seconds=2)
    assert claim(stage.uow)


def test_a_canceled_job_is_forgotten_even_by_the_worker_that_has_it(stage: Stage) -> None:
    put_off(stage.uow)
    held = claimed(stage.uow)
    with stage.uow.begin() as work:
        work.due.cancel(SUBJECT, Job.VERIFY, Job.WATCH)
        work.due.put_off(Job.VERIFY, SUBJECT, NOW)
    finish(stage.uow, held)
    assert claim(stage.uow), "the job that was put off after the cancelling is another one"


def test_canceling_leaves_other_jobs_and_other_subjects_alone(stage: Stage) -> None:
    put_off(stage.uow, job=Job.WATCH)
    with stage.uow.begin() as work:
        work.due.put_off(Job.VERIFY, an_id(901), NOW)
        work.due.cancel(SUBJECT, Job.VERIFY)
    assert rows(stage.engine) == 2


def test_what_is_put_off_in_a_transaction_that_fails_was_never_put_off(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    try:
        with uow.begin() as work:
            work.due.put_off(Job.VERIFY, SUBJECT, work.now)
            raise KeyError
    except KeyError:
        pass
    assert rows(engine) == 0


def test_a_clock_of_a_story_is_the_time_of_its_transactions(engine: Engine) -> None:
    with a_unit_of_work(engine, StoppedClock(NOW)).begin() as work:
        assert work.now == NOW
