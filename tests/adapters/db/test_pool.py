"""A connection that the server closed while it was idle is replaced before anybody meets it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from support_portal.adapters.db import pool
from support_portal.local.embedded import SUPERUSER
from tests.parts import Database


def test_a_connection_that_is_gone_is_replaced_before_it_is_used(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.0)
    engine = pool.connect(database.url, at_once=1)
    with engine.begin() as connection:
        first = connection.execute(text("select pg_backend_pid()")).scalar_one()
    with database.connect(SUPERUSER) as server:
        server.execute("select pg_terminate_backend(%s, 5000)", (first,))
    with engine.begin() as connection:
        assert connection.execute(text("select pg_backend_pid()")).scalar_one() != first
    engine.dispose()
