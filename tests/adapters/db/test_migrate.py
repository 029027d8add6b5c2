"""A new database gets its tables once, however many processes start at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from support_portal.adapters.db.migrate import is_current, upgrade
from support_portal.local.embedded import Postgres
from tests.adapters.db.at_once import at_once

EMPTY = "empty_at_first"


@pytest.fixture
def empty_database(postgres_server: Postgres) -> Iterator[str]:
    """The address of a database without any table."""
    postgres_server.make_database(EMPTY)
    yield postgres_server.address(EMPTY)
    with postgres_server.connect() as connection:
        connection.execute(f"drop database {EMPTY} with (force)")


def test_processes_that_start_at_once_make_the_tables_once(empty_database: str) -> None:
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert not is_current(connection)
    assert at_once(3, lambda: upgrade(empty_database)) == [None] * 3
    with engine.connect() as connection:
        assert is_current(connection)
        assert connection.execute(text("select count(*) from cases")).scalar() == 0
    engine.dispose()
