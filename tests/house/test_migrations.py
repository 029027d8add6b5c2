"""The migrations lead to exactly the tables that the code speaks of, on one straight path."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from support_portal.adapters.db.migrate import is_current, upgrade
from support_portal.adapters.db.tables import metadata
from tests.parts import Database


def test_a_migrated_database_has_the_tables_of_the_code_and_no_other(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_have_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", "support_portal:migrations")
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_migrating_again_changes_nothing(database: Database, engine: Engine) -> None:
    upgrade(database.url)
    with engine.connect() as connection:
        assert is_current(connection)
