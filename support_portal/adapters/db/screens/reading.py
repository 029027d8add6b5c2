"""How screens read: one transaction that sees one moment and can change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from support_portal.ports.stores import StoreUnavailable


@contextmanager
def reading(engine: Engine) -> Iterator[tuple[Connection, datetime]]:
    """The connection, and the time of the moment that it sees. Raises StoreUnavailable."""
    try:
        with engine.connect() as connection:
            still = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with still.begin():
                yield still, still.execute(select(func.now())).scalar_one()
    except (InterfaceError, OperationalError, TimeoutError) as error:
        raise StoreUnavailable(str(error).splitlines()[0]) from error
