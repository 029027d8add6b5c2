"""The fixtures for real parts. A part that is missing fails the test that needs it; nothing is skipped."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, create_engine

from support_portal.local.embedded import Postgres
from tests.adapters.providers import document
from tests.browsing import Visitors, chromium
from tests.parts import (
    TEMPLATE,
    Database,
    Parts,
    Portal,
    World,
    cloned_database,
    running_parts,
    start_broker,
    start_portal,
    start_postgres,
    start_world,
)
from tests.printed_tables import print_tables

_started: list[Parts] = []
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def parts() -> Iterator[Parts]:
    """The supervisor of this test process."""
    with running_parts() as started:
        _started.append(started)
        yield started
        _started.remove(started)


@pytest.fixture(scope="session")
def postgres_server(parts: Parts) -> Postgres:
    """A PostgreSQL with a migrated template database."""
    return start_postgres(parts)


@pytest.fixture
def database(postgres_server: Postgres) -> Iterator[Database]:
    """A clean, migrated database for one test."""
    with cloned_database(postgres_server, f"test_{next(_numbers)}") as clone:
        yield clone


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """An engine on the clean database, as the portal's own role."""
    made = create_engine(database.url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def broker_server(parts: Parts) -> str:
    """The address of a Valkey."""
    return start_broker(parts)


@pytest.fixture
def broker(broker_server: str) -> str:
    """The address of an empty Valkey database."""
    with redis.Redis.from_url(broker_server) as client:
        client.flushdb()
    return broker_server


@pytest.fixture(scope="session")
def world(parts: Parts) -> World:
    """The stand-in providers and the mail catcher."""
    return start_world(parts)


@pytest.fixture(scope="session")
def portal(parts: Parts, postgres_server: Postgres, broker_server: str, world: World) -> Portal:
    """A running portal, shared by the tests of one test process: each brings accounts of its own."""
    postgres_server.make_database("portal_running", TEMPLATE)
    return start_portal(parts, Database("portal_running", postgres_server), broker_server, world)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with chromium() as started:
        yield started


@pytest.fixture
def visitors(browser: Browser, portal: Portal) -> Iterator[Visitors]:
    """Opens pages on the running portal; the test fails when one breaks the content security policy."""
    opened = Visitors(browser, portal.url)
    yield opened
    opened.leave()
    assert opened.violations == []


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """A page of one visitor to the running portal."""
    return visitors.open()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(document.OPTION, action="store_true", help="write docs/verification.md anew from what is seen")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what the tests of this run filled in."""
    print_tables(terminalreporter)
    if config.getoption(document.OPTION):
        terminalreporter.line(document.write(terminalreporter.getreports("passed")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure, and show the parts' log beside a failed test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing is: {report.longrepr}"
    if report.failed and _started:
        report.sections.append(("log of the running parts", _started[-1].tail()))
    return report
