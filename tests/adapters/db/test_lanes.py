"""What stands in one lane holds up nothing outside it, and whoever is done takes what waits next there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine, text

from support_portal.adapters.db.relay import take_due
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.jobs import ASKED, LEASE, MAILS, MOST_MAILS_OUT, MOST_OUT, WATCHING, Job
from support_portal.ports.records import DueWork
from tests.adapters.db.stage import a_unit_of_work
from tests.cast import an_id

MANY = 3 * MOST_OUT


def put_off_many(uow: SqlUnitOfWork, job: Job, first: int, lane: str | None = None, count: int = MANY) -> None:
    with uow.begin() as work:
        for number in range(first, first + count):
            work.due.put_off(job, an_id(number), work.now, lane)


def lanes_of(engine: Engine, taken: Sequence[tuple[Job, UUID]]) -> Counter[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("select job, subject, lane from due")).all()
    lane = {(job, subject): lane for job, subject, lane in rows}
    return Counter(lane[job, subject] for job, subject in taken)


def claimed(uow: SqlUnitOfWork, number: int) -> DueWork:
    with uow.begin() as work:
        held = work.due.claim(Job.VERIFY, an_id(number), LEASE)
    assert held is not None
    return held


def next_after(uow: SqlUnitOfWork, held: DueWork) -> DueWork | None:
    with uow.begin() as work:
        work.due.finish(held)
        return work.due.next_in_lane(held, LEASE)


def test_a_provider_with_many_due_checks_leaves_room_for_the_others(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.VERIFY, 1000, "github")
    put_off_many(uow, Job.VERIFY, 2000, "gitlab", count=3)
    taken = list(take_due(engine))
    assert lanes_of(engine, taken) == {"github": MOST_OUT, "gitlab": 3}
    assert take_due(engine) == []  # those are under way


def test_room_in_a_lane_is_filled_again(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.VERIFY, 1000, "github")
    first = [subject for _, subject in take_due(engine)]
    with uow.begin() as work:
        held = work.due.claim(Job.VERIFY, first[0], LEASE)
    assert held is not None
    assert take_due(engine) == []  # it is held, so it still counts
    with uow.begin() as work:
        work.due.finish(held)
    assert len(take_due(engine)) == 1


def test_one_too_many_in_a_lane_ends_with_the_job_that_is_done_next(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.VERIFY, 1000, "github")
    held = [claimed(uow, 1000 + number) for number in range(MOST_OUT + 1)]
    assert next_after(uow, held[0]) is None
    assert next_after(uow, held[1]) is not None


def test_mails_are_few_at_once_so_that_whoever_waits_for_a_verdict_goes_first(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.SEND_MAIL, 1000)
    put_off_many(uow, Job.VERIFY, 2000, "github")
    taken = list(take_due(engine))
    assert lanes_of(engine, taken) == {MAILS: MOST_MAILS_OUT, "github": MOST_OUT}
    mails = [subject for job, subject in taken if job is Job.SEND_MAIL]
    with uow.begin() as work:
        held = [work.due.claim(Job.SEND_MAIL, subject, LEASE) for subject in [*mails, an_id(1000 + MANY - 1)]]
    first, second = held[:2]
    assert first is not None
    assert second is not None
    assert next_after(uow, first) is None, "one was out that nobody had published"
    assert next_after(uow, second) is not None


def test_work_without_a_lane_is_never_kept_back(engine: Engine) -> None:
    put_off_many(a_unit_of_work(engine), Job.EXPIRE, 1000)
    assert len(take_due(engine)) == MANY


def test_a_look_that_somebody_asked_for_goes_before_looks_that_nobody_asked_for(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.WATCH, 1000)
    assert lanes_of(engine, list(take_due(engine))) == {WATCHING: MOST_OUT}
    with uow.begin() as work:
        work.due.postpone(Job.WATCH, an_id(1000 + MANY - 1), work.now, ASKED)  # it was the last in the row
    assert list(take_due(engine)) == [(Job.WATCH, an_id(1000 + MANY - 1))]


def test_a_look_that_was_asked_for_is_watching_again_afterwards(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    with uow.begin() as work:
        work.due.put_off(Job.WATCH, an_id(1), work.now, ASKED)
        held = work.due.claim(Job.WATCH, an_id(1), LEASE)
        assert held is not None
        assert held.lane == ASKED
        work.due.again(held, work.now)
        again = work.due.claim(Job.WATCH, an_id(1), LEASE)
    assert again is not None
    assert again.lane == WATCHING


def test_whoever_is_done_takes_what_waits_longest_in_the_lane(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    for number in (1001, 1002, 1003):
        put_off_many(uow, Job.VERIFY, number, "github", count=1)
    put_off_many(uow, Job.VERIFY, 2000, "gitlab", count=1)
    second = next_after(uow, claimed(uow, 1001))
    assert second is not None
    assert second.subject == an_id(1002)
    third = next_after(uow, second)
    assert third is not None
    assert third.subject == an_id(1003)
    assert next_after(uow, third) is None  # the other lane is none of its business


def test_what_is_under_way_as_a_message_is_left_to_whoever_gets_it(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off_many(uow, Job.VERIFY, 1000, "github", count=2)
    assert len(take_due(engine)) == 2
    assert next_after(uow, claimed(uow, 1000)) is None
    assert claimed(uow, 1001).subject == an_id(1001)
