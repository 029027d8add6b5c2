"""Owners sign in through connected git accounts; a session knows which one it was begun through."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A new table, and two columns of sessions."""
    # Without parameters, so that a percent sign is a percent sign and the file may hold many statements.
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
