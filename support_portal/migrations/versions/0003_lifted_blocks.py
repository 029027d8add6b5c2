"""A block that is lifted says by whom and why; it is lifted once, and stays as it was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LIFTED_ONCE = """
create function block_is_lifted_once() returns trigger language plpgsql as $$
begin
    if old.lifted_at is not null or new.lifted_at is null
       or (new.id, new.account_id, new.until, new.case_id)
          is distinct from (old.id, old.account_id, old.until, old.case_id) then
        raise integrity_constraint_violation using message = 'A block can be lifted once, and is never changed.';
    end if;
    if not exists (select from staff where id = new.lifted_by and is_active and role = 'lead') then
        raise integrity_constraint_violation using message = 'Only a lead lifts a block.';
    end if;
    return new;
end $$;
create trigger blocks_change before update on blocks for each row execute function block_is_lifted_once();
create trigger blocks_stay before delete on blocks for each row execute function refuse();
create trigger blocks_stay_all before truncate on blocks execute function refuse();
alter table blocks enable always trigger blocks_change;
alter table blocks enable always trigger blocks_stay;
alter table blocks enable always trigger blocks_stay_all;
"""


def upgrade() -> None:
    """Nobody could lift a block before, so no row lacks what is asked for now."""
    op.add_column("blocks", sa.Column("lifted_by", sa.Uuid()))
    op.add_column("blocks", sa.Column("lifted_why", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_foreign_key("blocks_lifted_by_fk", "blocks", "staff", ["lifted_by"], ["id"])
    op.create_check_constraint(
        "blocks_lift_says_by_whom_and_why",
        "blocks",
        "(lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_why = '')",
    )
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(_LIFTED_ONCE)


def downgrade() -> None:
    """There is no way back: restore the backup."""
    raise NotImplementedError
