"""What speed is measured on: a portal without pages, real in every part, and many people who name links at it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import psycopg

from support_portal.jobs import Job
from support_portal.local import programs
from support_portal.local.supervise import Process
from tests.bench.crowd import Somebody, a_crowd
from tests.bench.machine import Usage, usage
from tests.parts import (
    PROVIDERS,
    TEMPLATE,
    Database,
    Parts,
    Portal,
    environment,
    portal_settings,
    running_parts,
    start_broker,
    start_postgres,
    start_world,
)
from tests.waiting import eventually

OWN_APP = "workers.app"
WORKERS = 2
LONGEST = 1800  # seconds for everything


@dataclass(frozen=True)
class Told:
    """What became of one link."""

    somebody: Somebody
    named_at: datetime
    judged_at: datetime
    verdict: str

    @property
    def seconds(self) -> float:
        """From the link to the verdict."""
        return (self.judged_at - self.named_at).total_seconds()


class Field:
    """The running parts, and what is asked of them."""

    def __init__(
        self, portal: Portal, parts: dict[str, Process], latency: float, another: Callable[[int], None]
    ) -> None:
        self.portal = portal
        self.latency = latency
        self.parts = parts
        self.people = 0
        self.workers = WORKERS
        self._start_worker = another

    def one_more_worker(self) -> None:
        """A worker that knows nothing yet; returns when it works."""
        self.workers += 1
        self._start_worker(self.workers)

    def people_who_wait(self, count: int) -> list[Somebody]:
        """So many more, with nothing due yet."""
        crowd = a_crowd(self.portal, count, self.people + 1)
        self.people += count
        for key in PROVIDERS:
            self.portal.world.provider(key).fail("slow", seconds=self.latency)
        return crowd

    def wait_until_quiet(self, connection: psycopg.Connection) -> None:
        """Until nothing is due, mails and all."""
        question = "select count(*) from due where due_at <= now() and parked_at is null"
        eventually(lambda: connection.execute(question).fetchone() == (0,), LONGEST, every=0.25)

    def used(self) -> dict[str, Usage]:
        """What each part has used so far."""
        return {name: usage(process.running.pid) for name, process in self.parts.items() if process.running}

    def name_links(self, connection: psycopg.Connection, crowd: Iterable[Somebody]) -> None:
        """Everybody's link is there now."""
        rows = [(Job.VERIFY, one.case_id, one.provider) for one in crowd]
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany("insert into due (job, subject, due_at, lane) values (%s, %s, now(), %s)", rows)
            cursor.executemany("update cases set confirmed_at = now() where id = %s", [(case,) for _, case, _ in rows])
            cursor.execute("notify due")

    def verdicts(self, connection: psycopg.Connection, crowd: Sequence[Somebody]) -> list[Told]:
        """What is known by now of each."""
        by_case = {one.case_id: one for one in crowd}
        question = """
            select cases.id, cases.confirmed_at, min(events.at), min(events.action) from cases
            join events on events.case_id = cases.id and events.action in ('checks_passed', 'checks_failed')
            where cases.id = any(%s) group by cases.id
        """
        rows: list[tuple[UUID, datetime, datetime, str]] = connection.execute(question, (list(by_case),)).fetchall()
        return [Told(by_case[case], named, judged, verdict) for case, named, judged, verdict in rows]

    def wait_for(self, connection: psycopg.Connection, crowd: Sequence[Somebody], within: float) -> list[Told]:
        """Until everybody has a verdict, or the time is over."""
        question = "select count(*) from due where job = 'verify' and subject = any(%s)"
        ids, end = [one.case_id for one in crowd], time.monotonic() + within
        while time.monotonic() < end:
            found = connection.execute(question, (ids,)).fetchone()
            if found == (0,):
                break
            time.sleep(0.25)
        return self.verdicts(connection, crowd)


@contextmanager
def field(latency: float, app: str = OWN_APP, **more: str) -> Iterator[Field]:
    """A portal without pages: database, broker, stand-ins, relay and workers, of another app where one is named."""
    with running_parts() as parts:
        server, broker, world = start_postgres(parts), start_broker(parts), start_world(parts)
        server.make_database("bench", TEMPLATE)
        settings = portal_settings(parts, Database("bench", server), broker, world)
        env = environment(**settings, **more)
        parts.supervisor.start(Process("relay", programs.relay(), env))
        for number in range(1, WORKERS + 1):
            _start_worker(parts, env, app, number)
        known = {process.name: process for process in parts.supervisor.processes}
        names = ("providers", "valkey", "relay", *(f"worker {number}" for number in range(1, WORKERS + 1)))
        started = {"database": server.process, **{name: known[name] for name in names}}
        portal = Portal(settings["PORTAL_PUBLIC_URL"], settings, Database("bench", server), world, {})
        yield Field(portal, started, latency, partial(_start_worker, parts, env, app))


def _start_worker(parts: Parts, env: dict[str, str], app: str, number: int) -> None:
    name = f"bench-{number}"
    words = [app if word == OWN_APP else word for word in programs.worker(name=name)]
    is_ready = re.compile(rf"\b{name}@\S+ ready").search
    parts.supervisor.start(
        Process(f"worker {number}", words, env, is_ready=lambda: bool(is_ready(parts.log.read_text("utf-8"))))
    )


def burst(ground: Field, connection: psycopg.Connection, count: int) -> list[Told]:
    """So many links at once, and what became of them."""
    crowd = ground.people_who_wait(count)
    for key in PROVIDERS:
        ground.portal.world.provider(key).forget_log()
    ground.name_links(connection, crowd)
    return ground.wait_for(connection, crowd, LONGEST)


def a_second(told: Sequence[Told]) -> float:
    """How many verdicts a second that was."""
    last, first = max(one.judged_at for one in told), min(one.named_at for one in told)
    return len(told) / (last - first).total_seconds()
