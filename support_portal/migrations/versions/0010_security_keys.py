"""Security keys and passkeys beside the authenticator app, and the challenges they answer."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Two new tables; nothing of before changes."""
    # Without parameters, so that the file may hold many statements.
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
