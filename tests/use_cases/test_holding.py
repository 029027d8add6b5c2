"""A row is held while its job is done: by a lease that is short, renewed beside the job, and never for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from support_portal.adapters.db.tables import due
from support_portal.domain.browsers import Browser
from support_portal.jobs import LEASE, Job
from support_portal.ports.records import DueWork
from support_portal.ports.stores import StoreUnavailable, UnitOfWork, Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.do_work import do_work
from support_portal.use_cases.steps.holding import holding
from tests.cast import an_id
from tests.use_cases.stage import Stage
from tests.waiting import eventually

JOB, SUBJECT, ANOTHER, A_THIRD = Job.VERIFY, an_id(900), an_id(901), an_id(902)
OFTEN = timedelta(milliseconds=10)
LONG = timedelta(minutes=1)


class WorkerDied(BaseException):
    """What no `except Exception` catches."""


@dataclass
class FlakyDatabase:
    """The port `UnitOfWork`, in which a lease can't be renewed while it is away; nobody else notices."""

    real: UnitOfWork
    is_away: bool = True
    asked: int = 0

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """One transaction, or none."""
        if threading.current_thread() is not threading.main_thread():
            self.asked += 1
            if self.is_away:
                raise StoreUnavailable("the server closed the connection")
        with self.real.begin() as work:
            yield work

    def called_from(self, browser: Browser) -> FlakyDatabase:
        """The same for everybody."""
        return self


def claim(stage: Stage) -> DueWork | None:
    with stage.tools.uow.begin() as work:
        return work.due.claim(JOB, SUBJECT, LEASE)


def claimed(stage: Stage, subject: UUID = SUBJECT) -> DueWork:
    with stage.tools.uow.begin() as work:
        work.due.put_off(JOB, subject, work.now)
        held = work.due.claim(JOB, subject, LEASE)
    assert held is not None
    return held


def lease_until(stage: Stage, subject: UUID = SUBJECT) -> datetime:
    with stage.engine.connect() as connection:
        found = connection.execute(select(due.c.lease_until).where(due.c.subject == subject)).scalar_one()
    assert isinstance(found, datetime)
    return found


def is_held_anew(stage: Stage, subject: UUID = SUBJECT) -> Callable[[], bool]:
    return lambda: lease_until(stage, subject) == stage.clock.at + LEASE


def another_is_renewed(stage: Stage) -> None:
    """By then the keeper of leases has come by, and would have renewed whatever else is held."""
    with holding(claimed(stage, ANOTHER), LONG, tools=stage.tools, every=OFTEN):
        stage.clock.move(seconds=1)
        eventually(is_held_anew(stage, ANOTHER))


def test_a_job_that_takes_longer_than_its_lease_stays_with_its_worker(stage: Stage) -> None:
    held = claimed(stage)
    with holding(held, LONG, tools=stage.tools, every=OFTEN):
        for _ in range(5):
            stage.clock.move(seconds=LEASE.total_seconds() - 1)
            eventually(is_held_anew(stage))
            assert claim(stage) is None


@pytest.mark.parametrize("ends_by", [ZeroDivisionError(), WorkerDied()])
def test_a_job_that_failed_is_not_held_on(stage: Stage, ends_by: BaseException) -> None:
    def fails() -> None:
        with holding(claimed(stage), LONG, tools=stage.tools, every=OFTEN):
            raise ends_by

    with pytest.raises(type(ends_by)):
        fails()
    until = lease_until(stage)
    stage.clock.move(seconds=1)
    another_is_renewed(stage)
    assert lease_until(stage) == until


def test_every_job_of_a_worker_is_held_however_many_they_are(stage: Stage) -> None:
    with (
        holding(claimed(stage), LONG, tools=stage.tools, every=LONG),
        holding(claimed(stage, ANOTHER), LONG, tools=stage.tools, every=OFTEN),
    ):
        stage.clock.move(seconds=1)
        eventually(is_held_anew(stage, ANOTHER))
        with holding(claimed(stage, A_THIRD), LONG, tools=stage.tools, every=OFTEN):
            stage.clock.move(seconds=1)
            eventually(is_held_anew(stage, A_THIRD))
            eventually(is_held_anew(stage, ANOTHER))


def test_a_job_that_hangs_is_free_for_another_worker(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    held = claimed(stage)
    with holding(held, 10 * OFTEN, tools=stage.tools, every=OFTEN):
        eventually(lambda: "takes longer than" in caplog.text)
        assert lease_until(stage) < stage.clock.at + 10 * OFTEN, "the last lease ended with the longest time"
        stage.clock.move(seconds=1)
        assert claim(stage)


def test_a_lease_that_is_lost_is_told_and_not_taken_back(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    lost = claimed(stage)
    with holding(lost, LONG, tools=stage.tools, every=OFTEN):
        with stage.tools.uow.begin() as work:
            work.due.cancel(SUBJECT, JOB)
            work.due.put_off(JOB, SUBJECT, work.now)
            assert work.due.claim(JOB, SUBJECT, LEASE)
        eventually(lambda: f"{JOB} of {SUBJECT}: its lease is lost" in caplog.text)
        until = lease_until(stage)
        stage.clock.move(seconds=1)
        another_is_renewed(stage)
    assert lease_until(stage) == until


def test_a_database_that_is_away_is_told_and_asked_again_and_the_job_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    flaky = FlakyDatabase(stage.tools.uow)
    held = claimed(stage)
    with holding(held, LONG, tools=replace(stage.tools, uow=flaky), every=OFTEN):
        stage.clock.move(seconds=1)
        eventually(lambda: flaky.asked > 2)
        assert "the server closed the connection" in caplog.text
        flaky.is_away = False
        eventually(is_held_anew(stage))


def test_every_job_is_held_like_that(stage: Stage) -> None:
    with stage.tools.uow.begin() as work:
        work.due.put_off(JOB, SUBJECT, work.now)

    def takes_its_time(held: DueWork, tools: Tools) -> None:
        stage.clock.move(seconds=LEASE.total_seconds() - 1)
        eventually(is_held_anew(stage))

    do_work(JOB, SUBJECT, takes_its_time, tools=stage.tools)
    assert stage.put_off() == []
