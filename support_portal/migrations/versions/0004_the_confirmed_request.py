"""The confirming click says which of several requests is the owner's; after it a case is about that one for ever."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Replace the trigger's function by one that lets an unconfirmed case take another request."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
