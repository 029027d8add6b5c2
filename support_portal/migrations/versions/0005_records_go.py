"""Records go after some years: whole cases, and never in their first year."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What the database lets go, said in SQL, and the indexes without which a case would go slowly."""
    op.create_index("cases_previous_case_id", "cases", ["previous_case_id"])
    op.create_index("approvals_case_id", "approvals", ["case_id"])
    op.create_index("approvals_run_id", "approvals", ["run_id"])
    op.create_index("removals_run_id", "removals", ["run_id"])
    op.create_index("blocks_case_id", "blocks", ["case_id"])
    op.create_index("links_request_id", "links", ["request_id"])
    # Without parameters, so that a percent sign is a percent sign and the file may hold many statements.
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
