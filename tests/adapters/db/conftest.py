"""What the tests of the database share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from tests.adapters.db.stage import Stage
from tests.parts import Database

Sql = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The desk and Ana's account, and what writes the rest."""
    made = Stage(engine)
    made.with_staff()
    made.with_ana()
    return made


@pytest.fixture
def uow(stage: Stage) -> SqlUnitOfWork:
    """Transactions at noon of the Wednesday on which the tests play."""
    return stage.uow


@pytest.fixture
def sql(database: Database) -> Iterator[Sql]:
    """SQL as the portal's own role, every statement its own transaction: what psql is."""
    with database.connect() as connection:
        yield connection
