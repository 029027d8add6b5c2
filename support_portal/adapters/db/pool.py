"""Connections to the database, kept open and tried before use when they have been idle."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

AT_ONCE = 20  # connections of a process
PATIENCE = 10  # seconds to wait for a free one
CONNECT_PATIENCE = 5  # seconds
IDLE = 1.0  # seconds after which a connection is tried first: the server may have gone and come back
_SINCE = "idle_since"
_LIMITS = {
    "timezone": "UTC",
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


def connect(url: str, at_once: int = AT_ONCE) -> Engine:
    """An engine with limits on everything that could wait for ever; `url` is SQLAlchemy's or PostgreSQL's own."""
    options = " ".join(f"-c {name}={value}" for name, value in _LIMITS.items())
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=at_once,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_use_lifo=True,  # what was just used is warm
        connect_args={"options": options, "connect_timeout": CONNECT_PATIENCE},
    )
    _try_what_was_idle(engine)
    return engine


def _try_what_was_idle(engine: Engine) -> None:
    """As the pool's own `pre_ping` does it, without a question for each transaction of a busy process."""

    def checked_in(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_SINCE] = time.monotonic()

    def checked_out(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        since = entry.info.get(_SINCE)
        if since is None or time.monotonic() - since < IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise DisconnectionError(str(gone)) from gone  # the pool opens another one

    event.listen(engine, "checkin", checked_in)
    event.listen(engine, "checkout", checked_out)
