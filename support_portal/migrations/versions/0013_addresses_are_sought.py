"""Addresses that accounts have or had are sought at every page of the desk: whose an account is that is looked at."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """An index more; nothing that is there changes."""
    op.create_index("account_addresses_compared", "account_addresses", ["compared"])


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
