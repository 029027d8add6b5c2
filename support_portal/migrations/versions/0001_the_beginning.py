"""All tables, and what the database itself refuses."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything. The two files say it in SQL, as it was when it was written."""
    # Without parameters, so that a percent sign is a percent sign and a file may hold many statements.
    connection = op.get_bind().execution_options(no_parameters=True)
    for name in ("0001_tables.sql", "0001_refusals.sql"):
        connection.exec_driver_sql(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
