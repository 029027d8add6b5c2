"""Put-off work goes in lanes, so that what one provider holds up lets the rest pass."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A lane for each row; looking without being asked has one of its own."""
    op.execute("alter table due add column lane text not null default ''")
    op.execute("update due set lane = 'watching' where job = 'watch'")
    op.execute("update due set lane = 'mails' where job = 'send_mail'")
    op.execute("drop index due_next")
    op.execute("create index due_next on due (lane, due_at) where parked_at is null")


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
