"""Bring a database to the newest state; several processes may do so at once."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

_LOCK = 4_026_240_101  # any number, the same in every process
_STEPS = "support_portal:migrations"


def upgrade(url: str) -> None:
    """Make every step that is missing, in one transaction; one process at a time, the others find it done."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")


def is_current(connection: Connection) -> bool:
    """Whether every step was made."""
    if not connection.execute(text("select to_regclass('alembic_version')")).scalar():
        return False
    made = set(connection.execute(text("select version_num from alembic_version")).scalars())
    return made == set(ScriptDirectory.from_config(_config(connection)).get_heads())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", _STEPS)
    config.attributes["connection"] = connection
    return config
