"""The relay publishes what is due: once, again where nothing came of it, and soon where a worker died."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from support_portal.adapters.db.relay import listen, take_due
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.jobs import LEASE, Job
from support_portal.ports.records import DueWork
from tests.adapters.db.at_once import at_once
from tests.adapters.db.stage import a_unit_of_work
from tests.cast import an_id
from tests.parts import Database

SUBJECT = an_id(900)


def put_off(uow: SqlUnitOfWork, in_seconds: float = 0, job: Job = Job.VERIFY) -> None:
    with uow.begin() as work:
        work.due.put_off(job, SUBJECT, work.now + timedelta(seconds=in_seconds))


def claimed(uow: SqlUnitOfWork) -> DueWork:
    with uow.begin() as work:
        held = work.due.claim(Job.VERIFY, SUBJECT, LEASE)
    assert held is not None
    return held


def renew(uow: SqlUnitOfWork, held: DueWork) -> bool:
    with uow.begin() as work:
        return work.due.renew(held, LEASE)


def passes(engine: Engine, seconds: float) -> None:
    """Time goes by for the relay, whose clock is the database's."""
    back = "nudged_at = nudged_at - make_interval(secs => :s), lease_until = lease_until - make_interval(secs => :s)"
    with engine.begin() as connection:
        connection.execute(text(f"update due set {back}"), {"s": seconds})


def test_the_relay_takes_each_due_row_once(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    put_off(uow, in_seconds=3600, job=Job.EXPIRE)
    taken = at_once(4, lambda: list(take_due(engine)))
    assert sorted(map(str, taken)) == sorted(map(str, [[(Job.VERIFY, SUBJECT)], [], [], []]))
    assert take_due(engine) == []


def test_the_relay_takes_a_row_again_when_it_was_put_off_anew(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    assert take_due(engine)
    put_off(uow)
    assert take_due(engine) == [(Job.VERIFY, SUBJECT)]


def test_the_relay_takes_a_row_again_when_nothing_came_of_it_for_twenty_seconds(engine: Engine) -> None:
    put_off(a_unit_of_work(engine))
    assert take_due(engine)
    passes(engine, seconds=19)
    assert take_due(engine) == []
    passes(engine, seconds=2)
    assert take_due(engine) == [(Job.VERIFY, SUBJECT)]


def test_the_relay_leaves_what_a_worker_holds_and_takes_it_when_the_lease_is_over(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    claimed(uow)
    assert take_due(engine) == []
    passes(engine, seconds=LEASE.total_seconds())
    assert take_due(engine) == [(Job.VERIFY, SUBJECT)]


def test_the_relay_does_not_let_the_work_of_a_dead_worker_wait_for_having_been_published_lately(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    put_off(uow)
    assert take_due(engine)
    lost = claimed(uow)
    passes(engine, seconds=LEASE.total_seconds())
    assert take_due(engine) == [(Job.VERIFY, SUBJECT)]
    assert renew(uow, lost), "it lives after all"
    passes(engine, seconds=LEASE.total_seconds())
    assert take_due(engine) == [(Job.VERIFY, SUBJECT)]


def test_the_relay_takes_the_oldest_first_and_no_more_than_asked(engine: Engine) -> None:
    uow = a_unit_of_work(engine)
    with uow.begin() as work:
        for number in range(5):
            work.due.put_off(Job.VERIFY, an_id(number), work.now - timedelta(minutes=number))
    assert [subject.int for _, subject in take_due(engine, most=2)] == [4, 3]


def test_the_relay_is_woken_when_the_transaction_commits(database: Database, engine: Engine) -> None:
    wakes = listen(database.url, seconds=5)
    assert next(wakes)
    put_off(a_unit_of_work(engine))
    assert next(wakes)
    wakes.close()


def test_the_relay_looks_by_itself_when_nobody_wakes_it(database: Database) -> None:
    wakes = listen(database.url, seconds=0.1)
    next(wakes)
    assert next(wakes) is False
    wakes.close()


def test_a_broken_connection_is_made_anew(database: Database, engine: Engine) -> None:
    wakes = listen(database.url, seconds=0.1)
    next(wakes)
    ours = "datname = current_database() and pid <> pg_backend_pid()"
    with engine.begin() as connection:
        connection.execute(text(f"select pg_terminate_backend(pid) from pg_stat_activity where {ours}"))
    assert next(wakes) is False
    assert next(wakes) is True
    wakes.close()
