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
NEEDS_DESCRIPTIONS = "test_providers_contract.py"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if DESCRIPTIONS.is_dir():
        return
    left_out = [item for item in items if item.path.name == NEEDS_DESCRIPTIONS]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not DESCRIPTIONS.is_dir():
        where = f"{DESCRIPTIONS}; PORTAL_API_DESCRIPTIONS names another folder"
        terminalreporter.line(f"Left out: {NEEDS_DESCRIPTIONS}, as the providers' API descriptions are not at {where}.")


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
