"""What the tests of the demo's parts share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand_ins import StandIn, stand_in_providers

DESCRIPTIONS = Path(
    os.environ.get("PORTAL_API_DESCRIPTIONS") or Path(__file__).resolve().parents[3] / "shared" / "specs"
)
collect_ignore = [] if DESCRIPTIONS.is_dir() else ["test_providers_contract.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.line(
            "Not collected: tests/demo/test_providers_contract.py. The providers' API descriptions are not at "
            f"{DESCRIPTIONS}; PORTAL_API_DESCRIPTIONS names another folder."
        )


@pytest.fixture(scope="session")
def running_providers() -> Iterator[dict[str, StandIn]]:
    with stand_in_providers() as providers:
        yield providers


@pytest.fixture
def providers(running_providers: dict[str, StandIn]) -> dict[str, StandIn]:
    for stand_in in running_providers.values():
        stand_in.reset()
    return running_providers


@pytest.fixture
def github(providers: dict[str, StandIn]) -> StandIn:
    return providers["github"]


@pytest.fixture
def gitlab(providers: dict[str, StandIn]) -> StandIn:
    return providers["gitlab"]


@pytest.fixture
def bitbucket(providers: dict[str, StandIn]) -> StandIn:
    return providers["bitbucket"]
