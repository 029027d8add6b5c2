"""An enrolment of somebody of the staff may end because they are invited anew."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

KNOWN = "ended_by in ('removal', 'owner', 'replaced', 'deleted', 'invited_anew')"


def upgrade() -> None:
    """One more way to end."""
    op.execute("alter table enrolments drop constraint enrolments_ended_by_is_known")
    op.execute(f"alter table enrolments add constraint enrolments_ended_by_is_known check ({KNOWN})")


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
