"""The planted fault: the portal's own adapters over a connection that checks first and writes then, with no lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection, Engine, Executable, Select, Update, func, literal, select, tuple_
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from support_portal.adapters.db.pool import connect
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork, SqlWork, what_it_means
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.adapters.directory.register import EmbeddedRegister
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools


def careless(tools: Tools, database_url: str) -> Tools:
    """The same tools, but every conditional UPDATE is a SELECT and then an UPDATE, and no row is locked."""
    return replace(tools, uow=CarelessUnitOfWork(connect(database_url), EmbeddedDirectory, EmbeddedRegister))


class CarelessUnitOfWork(SqlUnitOfWork):
    """The product's unit of work with the fault in it."""

    def __init__(self, engine: Engine, *words: Any) -> None:
        super().__init__(engine, *words)
        self._own_engine = engine

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """One transaction over a careless connection."""
        try:
            with self._own_engine.begin() as connection:
                now = connection.execute(select(func.now())).scalar_one()
                over = cast(Connection, CarelessConnection(connection))
                yield SqlWork(over, now, EmbeddedDirectory(over, now), EmbeddedRegister(over, now))
        except (InterfaceError, OperationalError, TimeoutError) as error:
            raise what_it_means(error) from error


class CarelessConnection:
    """A connection that takes no lock, and decides by what it read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: Executable, *more: Any, **words: Any) -> Any:
        """Run a statement without its lock; an UPDATE only after a look whether its condition holds."""
        if isinstance(statement, Select):
            statement = _without_lock(statement)
        elif isinstance(statement, Update) and not more:
            statement = self._checked(statement)
        return self._connection.execute(statement, *more, **words)

    def _checked(self, statement: Update) -> Update:
        key = list(cast(Any, statement.table).primary_key)
        found = self._connection.execute(select(*key).where(*statement._where_criteria)).all()
        bare = statement._generate()
        bare._where_criteria = ()
        return bare.where(tuple_(*key).in_([tuple(row) for row in found]))


def _without_lock(statement: Select[Any]) -> Select[Any]:
    if "pg_advisory_xact_lock" in str(statement):
        return select(literal(None))
    bare = statement._generate()
    bare._for_update_arg = None
    return bare
