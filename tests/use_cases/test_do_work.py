"""Put-off work: held by one, delivered as often as may be, never lost, and left alone where it kills."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from support_portal.domain.errors import NotFound, Stale, TryLater
from support_portal.jobs import LEASE, MOST_LOST_TRIES, Job
from support_portal.ports.records import DueWork
from support_portal.ports.tools import Tools
from support_portal.use_cases.do_work import do_work
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import Stage

JOB = Job.VERIFY


class WorkerDied(BaseException):
    """What no `except Exception` catches: the process is gone."""


class Work:
    """A job about something: what is done is counted, and what a try comes to is set."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.subject = stage, uuid4()
        self.tries = 0
        self.comes_to: BaseException | None = None
        with stage.tools.uow.begin() as work:
            work.due.put_off(JOB, self.subject, work.now)

    def doing(self, held: DueWork, tools: Tools) -> None:
        """One try."""
        assert held.subject == self.subject
        self.tries += 1
        if self.comes_to is not None:
            raise self.comes_to

    def deliver(self) -> None:
        """A message arrives."""
        do_work(JOB, self.subject, self.doing, tools=self.stage.tools)

    def is_put_off(self) -> bool:
        """Whether there is a row."""
        return bool(self.stage.put_off())


def test_a_message_that_comes_twice_is_work_once(stage: Stage) -> None:
    work = Work(stage)
    for _ in range(100):
        work.deliver()
    assert (work.tries, work.is_put_off()) == (1, False)


def test_of_many_workers_one_does_it(stage: Stage) -> None:
    work = Work(stage)
    at_once([work.deliver] * 32)
    assert work.tries == 1


def test_a_message_that_comes_early_is_none(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = TryLater(stage.clock.at.replace(minute=30), "not yet")
    work.deliver()
    work.comes_to = None
    stage.clock.move(minutes=29, seconds=59)
    work.deliver()
    assert work.tries == 1
    stage.clock.move(seconds=1)
    work.deliver()
    assert (work.tries, work.is_put_off()) == (2, False)


def test_the_work_of_a_dead_worker_is_free_when_its_lease_ends(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = WorkerDied()
    with pytest.raises(WorkerDied):
        work.deliver()
    work.comes_to = None
    stage.clock.move(seconds=LEASE.total_seconds() - 1)
    work.deliver()
    assert work.tries == 1
    stage.clock.move(seconds=1)
    work.deliver()
    assert (work.tries, work.is_put_off()) == (2, False)


def test_work_that_kills_its_worker_each_time_is_left_alone_after_five_and_told(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = WorkerDied()
    for _ in range(MOST_LOST_TRIES):
        with pytest.raises(WorkerDied):
            work.deliver()
        stage.clock.move(seconds=LEASE.total_seconds())
    for _ in range(10):
        work.deliver()
        stage.clock.move(hours=1)
    assert work.tries == 5
    assert stage.due() == []
    with stage.engine.connect() as connection:
        assert connection.execute(text("select count(*) from events where action = 'job_parked'")).scalar() == 1


def test_other_work_goes_on_beside_it(stage: Stage) -> None:
    poison, work = Work(stage), Work(stage)
    poison.comes_to = WorkerDied()
    with pytest.raises(WorkerDied):
        poison.deliver()
    work.deliver()
    assert work.tries == 1


def test_tries_that_said_when_to_come_back_are_no_lost_ones(stage: Stage) -> None:
    work = Work(stage)
    for _ in range(3 * MOST_LOST_TRIES):
        work.comes_to = TryLater(stage.clock.at, "not yet")
        work.deliver()
    work.comes_to = None
    work.deliver()
    assert (work.tries, work.is_put_off()) == (3 * MOST_LOST_TRIES + 1, False)


def test_a_fault_is_tried_again_after_a_minute_and_not_hidden(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = ZeroDivisionError("a mistake of ours")
    with pytest.raises(ZeroDivisionError):
        work.deliver()
    work.comes_to = None
    stage.clock.move(seconds=59)
    work.deliver()
    assert work.tries == 1
    stage.clock.move(seconds=1)
    work.deliver()
    assert work.tries == 2


def test_what_somebody_else_changed_meanwhile_is_read_again_at_once(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = Stale()
    work.deliver()
    work.comes_to = None
    work.deliver()
    assert (work.tries, work.is_put_off()) == (2, False)


def test_work_about_nothing_is_forgotten(stage: Stage) -> None:
    work = Work(stage)
    work.comes_to = NotFound("gone")
    work.deliver()
    assert (work.tries, work.is_put_off()) == (1, False)


@pytest.mark.parametrize("job", list(Job))
def test_a_forged_message_about_something_else_does_nothing(stage: Stage, job: Job) -> None:
    done = stage.asked_and_confirmed()
    case = stage.case(done.reference)
    before, mailed = stage.put_off(), len(stage.mails.taken)
    for subject in (case.id, case.account_id, case.request_id, uuid4()):
        stage.deliver(job, subject)
    assert (stage.case(done.reference), stage.put_off(), len(stage.mails.taken)) == (case, before, mailed)


def test_work_put_off_anew_while_it_is_done_is_done_again(stage: Stage) -> None:
    work = Work(stage)
    inner = work.doing

    def doing(held: DueWork, tools: Tools) -> None:
        inner(held, tools)
        if work.tries == 1:
            with tools.uow.begin() as anew:
                anew.due.put_off(JOB, work.subject, anew.now)

    for _ in range(3):
        do_work(JOB, work.subject, partial(doing), tools=stage.tools)
    assert (work.tries, work.is_put_off()) == (2, False)
