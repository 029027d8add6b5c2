"""The demo's sample data: made once through the use cases, whole or not at all, and explained by its guide."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from demo.mailbox.authenticator import code_now
from demo.mailbox.guide import Guide, load_guide
from demo.story.clock import SetClock
from demo.story.drain import Drain
from demo.story.people import CUSTOMERS, LEA, STAFF, VISITORS, WITH_A_PHONE
from support_portal.domain.cases import State
from support_portal.domain.principals import Factor, Step
from support_portal.local.demo import Demo
from support_portal.local.embedded import Postgres
from support_portal.ports.tools import Tools
from support_portal.settings import PREFIX, Settings
from support_portal.use_cases.second_step import by_code
from support_portal.use_cases.sign_in import sign_in, who
from support_portal.wiring import tools_from
from tests.parts import SECRET_KEYS, Database, Parts, World, cloned_database, environment, free_row
from tests.waiting import eventually

COMMAND = [sys.executable, "-m", "demo.story"]
LONGEST = 120  # seconds, on a machine that has much else to do
HALF = 6  # cases of twenty


@dataclass(frozen=True)
class Stage:
    """Where the story is told: a database, stand-ins and a mailbox of its own."""

    database: Database
    world: World
    folder: Path

    def settings(self) -> dict[str, str]:
        """What `run --demo` hands over."""
        own = {"DATABASE_URL": self.database.url, "SECRET_KEYS": SECRET_KEYS, "DATA_DIR": str(self.folder)}
        own["PORT"] = str(self.world.demo.port)
        return {**self.world.demo.settings(), **{PREFIX + name: value for name, value in own.items()}}

    def tell(self) -> subprocess.CompletedProcess[str]:
        """Tell the story to its end."""
        env = environment(**self.settings())
        return subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=LONGEST)

    def tools(self, clock: SetClock | None = None) -> Tools:
        """The portal's tools over the same database."""
        named = {name.removeprefix(PREFIX).lower(): value for name, value in self.settings().items()}
        return tools_from(Settings.model_validate(named), clock=clock)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.database.connect() as connection:
            return connection.execute(query).fetchall()

    def guide(self) -> Guide:
        """The guide, as the mail catcher reads it."""
        found = load_guide(self.folder / "guide.json")
        assert found is not None
        return found


@pytest.fixture(scope="module")
def stage(parts: Parts, postgres_server: Postgres) -> Iterator[Stage]:
    """A story that was killed half way at first, and then told to its end."""
    folder = parts.folder / "story"
    folder.mkdir()
    demo = Demo(*free_row(6), folder)
    for process in demo.processes(environment()):
        parts.supervisor.start(process)
    with cloned_database(postgres_server, "story") as database:
        stage = Stage(database, World(demo), folder)
        half = subprocess.Popen(COMMAND, env=environment(**stage.settings()))
        eventually(lambda: stage.ask("select count(*) from cases")[0][0] >= HALF, LONGEST)
        half.kill()
        half.wait()
        done = stage.tell()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        yield stage


def test_a_story_killed_half_way_is_told_anew_with_twenty_cases_over_every_state(stage: Stage) -> None:
    states = Counter(state for (state,) in stage.ask("select state from cases"))
    assert set(states) == set(State)
    assert states.total() == 20
    assert len(stage.ask("select id from accounts")) == len(CUSTOMERS)


def test_no_mail_is_left_and_no_work_was_given_up(stage: Stage) -> None:
    assert stage.ask("select count(*) from mails where settled_at is null or refusal <> ''") == [(0,)]
    assert stage.ask("select count(*) from due where parked_at is not null or due_at < now()") == [(0,)]


def test_ten_minutes_of_work_later_every_case_is_where_it_was(stage: Stage) -> None:
    before = stage.ask("select number, state, stopped from cases order by number")
    later = datetime.now(UTC) + timedelta(minutes=10)
    clock = SetClock(later)
    engine = create_engine(stage.database.url)
    Drain(engine, stage.tools(clock), clock).until(later, everything=True)
    engine.dispose()
    assert stage.ask("select number, state, stopped from cases order by number") == before


def test_everybody_with_a_password_in_the_guide_signs_in_with_it_and_the_app_beside_it(stage: Stage) -> None:
    shown = {one.address: one for one in stage.guide().signins if one.password}
    assert set(shown) == {one.address for one in (*STAFF, *WITH_A_PHONE)}
    for address, one in shown.items():
        tools = stage.tools()
        entered = sign_in(address, one.password, "192.0.2.1", tools=tools)
        assert entered.step is Step.SECOND_FACTOR
        step, factor = by_code(entered.principal, code_now(one), "192.0.2.1", tools=tools)
        assert (step, factor) == (Step.SIGNED_IN, Factor.TOTP)
        found = who(entered.principal, tools=tools)
        assert found is not None
        assert found.name == one.name


def test_for_those_whom_a_visitor_plays_nothing_was_asked_yet(stage: Stage) -> None:
    asked = {address for (address,) in stage.ask("select address from requests")}
    assert asked.isdisjoint(customer.address for customer in VISITORS)
    assert {customer.address for customer in VISITORS} <= {one.address for one in stage.guide().signins}


def test_the_guide_leads_to_every_case_that_agents_see(stage: Stage) -> None:
    led_to = {step.url.rpartition("/")[2] for story in stage.guide().stories for step in story.steps}
    # Of two cases of one account, the older is led to by the newer.
    newest = "select distinct on (account_id) 'SP-' || number from cases where confirmed_at is not null"
    shown = stage.ask(f"{newest} order by account_id, number desc")
    assert {reference for (reference,) in shown} <= led_to


def test_a_mail_from_a_stranger_waits_in_the_list_of_its_own(stage: Stage) -> None:
    [lea] = [person for person in stage.tools().screens.desk.deciders() if person.address == LEA.address]
    assert stage.tools().screens.desk.mails_without_case(1).total == 1
    assert stage.tools().screens.desk.unowned(lea).count > 0


def test_a_second_start_changes_nothing_but_the_guide_which_follows_the_ports(stage: Stage) -> None:
    before = stage.ask("select number, version from cases order by number")
    elsewhere = replace(stage, world=World(Demo(23450, stage.world.demo.smtp_port, stage.folder)))
    assert elsewhere.tell().returncode == 0
    assert stage.ask("select number, version from cases order by number") == before
    assert "http://localhost:23450/" in {place.url for place in elsewhere.guide().places}
    assert stage.tell().returncode == 0
    assert str(stage.world.demo.port) in json.dumps([place.url for place in stage.guide().places])


def test_a_portal_that_is_no_demo_is_left_alone(stage: Stage, tmp_path: Path) -> None:
    before = stage.ask("select number, version from cases order by number")
    refused = replace(stage, folder=tmp_path).tell()
    assert refused.returncode == 1
    assert refused.stderr == f"{tmp_path} holds a portal that is no demo: set PORTAL_DATA_DIR to another.\n"
    assert stage.ask("select number, version from cases order by number") == before
