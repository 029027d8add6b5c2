"""Work goes on soon after its worker was killed, also where the broker never gives its message out again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from support_portal.jobs import Job
from support_portal.local import programs
from support_portal.local.supervise import Process
from tests.parts import Database, Parts, World, environment, portal_settings
from tests.stand_ins import StandIn
from tests.use_cases.stage import Owner, Stage
from tests.waiting import eventually

TAKEN_AGAIN_WITHIN = 30  # seconds after the kill
STARTED_WITHIN = 30  # seconds


@pytest.fixture
def github(world: World) -> Iterator[StandIn]:
    """A provider of which nobody else's looks hang."""
    stand_in = world.provider("github")
    yield stand_in
    stand_in.fail("normal")


class Workers:
    """A relay, and workers over a database of their own."""

    def __init__(self, parts: Parts, settings: dict[str, str]) -> None:
        self._parts = parts
        self._env = environment(**settings)
        self._start("relay", programs.relay())

    def one_more(self) -> Process:
        """Start one more worker."""
        number = len(self._parts.supervisor.processes)
        return self._start("worker", programs.worker(f"worker-{number}"))

    def _start(self, name: str, argv: list[str]) -> Process:
        process = Process(name, argv, self._env)
        self._parts.supervisor.start(process)
        return process


@pytest.fixture
def workers(parts: Parts, database: Database, broker: str, world: World) -> Iterator[Workers]:
    started = len(parts.supervisor.processes)
    yield Workers(parts, portal_settings(parts, database, broker, world))
    for process in parts.supervisor.processes[started:]:
        process.kill()


def test_the_job_of_a_killed_worker_is_with_another_one_within_30_seconds(
    engine: Engine, github: StandIn, workers: Workers
) -> None:
    slow = github.account("slow-dev")
    github.fail("hang", path=f"user/{slow['id']}")
    stage = Stage(engine)
    stage.clock.at = datetime.now(UTC)
    stage.an_account_of(Owner("slow@example.org", "", str(slow["id"]), "slow-dev"))
    stage.ask("slow@example.org")
    case = stage.case(stage.confirm("slow@example.org").reference)
    first = workers.one_more()
    with stage.tools.uow.begin() as work:
        work.due.postpone(Job.WATCH, case.id, work.now)

    def row() -> Any:
        with engine.connect() as connection:
            return connection.execute(text("select * from due where job = 'watch'")).one()

    eventually(lambda: row().lease_until, within=STARTED_WITHIN)
    lease_ended = row().lease_until
    eventually(lambda: row().lease_until > lease_ended)  # the worst moment to die is right after a renewal
    second = workers.one_more()
    first.kill()
    killed = time.monotonic()
    eventually(lambda: row().tries == 2, within=TAKEN_AGAIN_WITHIN)
    print(f"with another worker after {time.monotonic() - killed:.1f} s")
    assert not second.has_ended
    github.fail("normal")
    eventually(lambda: row().lease_token is None and row().due_at > stage.clock.at)
