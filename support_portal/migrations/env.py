"""What Alembic runs: the steps, on the connection that `adapters/db/migrate.py` hands over."""

from __future__ import annotations

from alembic import context

from support_portal.adapters.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
