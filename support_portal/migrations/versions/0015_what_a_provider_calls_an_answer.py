"""Each run keeps the provider's mark of the answer (ETag), so that it can be asked for free whether it changed."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """A column more; runs from before have no mark, and what they found is asked for whole."""
    op.execute("alter table runs add column etag text not null default ''")


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
