"""Owners sign in beside the staff, both with second factors; an enrolment may be a staff member's."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Sessions of before were begun with a password alone: they end, and their people sign in anew."""
    # Without parameters, so that a percent sign is a percent sign and the file may hold many statements.
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
