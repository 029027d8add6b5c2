"""The stand-in providers and the real client libraries, for the tests of the adapters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from demo.providers.__main__ import PROVIDERS
from support_portal.local.embedded import Postgres
from tests.adapters.providers.asking import KINDS, Scene, a_scene
from tests.adapters.providers.worker import Worker
from tests.parts import TEMPLATE, Database
from tests.stand_ins import StandIn, stand_in_providers

VERIFYING = "verifying"


@pytest.fixture(scope="session")
def running_providers() -> Iterator[dict[str, StandIn]]:
    with stand_in_providers(keys=PROVIDERS) as providers:
        yield providers


@pytest.fixture(scope="session")
def worker(postgres_server: Postgres) -> Iterator[Worker]:
    """A worker with a case that waits for its repository."""
    postgres_server.make_database(VERIFYING, TEMPLATE)
    engine = create_engine(Database(VERIFYING, postgres_server).url)
    yield Worker(engine)
    engine.dispose()


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, running_providers: dict[str, StandIn]) -> Scene:
    """Each provider in turn, clean, with Ana's account."""
    return a_scene(running_providers[request.param])


@pytest.fixture
def github(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["github"])


@pytest.fixture
def gitlab(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["gitlab"])


@pytest.fixture
def bitbucket(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["bitbucket"])


@pytest.fixture
def enterprise(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["github_enterprise"])


@pytest.fixture
def self_managed(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["gitlab_self_managed"])


@pytest.fixture
def data_center(running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers["data_center"])
