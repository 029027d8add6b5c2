"""An approval has a reason of a known kind, beside its note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Approvals given before were all given because nothing spoke against them, as far as anybody can tell now."""
    before = sa.text("'nothing_against_it'")
    op.add_column("approvals", sa.Column("reason", sa.Text(), server_default=before, nullable=False))
    op.alter_column("approvals", "reason", server_default=None)
    op.create_check_constraint(
        "approvals_reason_is_known",
        "approvals",
        "reason in ('nothing_against_it', 'risk_explained', 'owner_confirmed_besides')",
    )


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
