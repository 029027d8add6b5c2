"""The stage of each test of use cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from support_portal.adapters.db.tables import case_numbers, metadata
from support_portal.local.embedded import SUPERUSER, Postgres
from tests.parts import TEMPLATE, Database
from tests.use_cases.stage import Stage

SHARED = "use_cases"
# The triggers that fire for each row deleted (bits 1 and 8 of their type).
GUARDED = "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal and tgtype & 9 = 9"
AT_ONCE = 70  # connections: a test may have as many threads


@pytest.fixture(scope="session")
def shared_engine(postgres_server: Postgres) -> Iterator[Engine]:
    """One database for all of them: emptying it takes a tenth of the time that a new one takes."""
    postgres_server.make_database(SHARED, TEMPLATE)
    made = create_engine(Database(SHARED, postgres_server).url, pool_size=AT_ONCE)
    yield made
    made.dispose()


@pytest.fixture
def stage(shared_engine: Engine, postgres_server: Postgres) -> Stage:
    """An empty database, fakes outside, and a clock at nine on a Monday."""
    _empty(Database(SHARED, postgres_server))
    return Stage(shared_engine)


def _empty(database: Database) -> None:
    """What the portal's own role can't: take the triggers off for a moment, and delete."""
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    with database.connect(SUPERUSER) as connection, connection.transaction():
        guarded = connection.execute(GUARDED).fetchall()
        for table, trigger in guarded:
            connection.execute(f"alter table {table} disable trigger {trigger}")
        for table in tables:
            connection.execute(f"delete from {table}")
        connection.execute(f"alter sequence {case_numbers.name} restart")
        for table, trigger in guarded:
            connection.execute(f"alter table {table} enable always trigger {trigger}")
