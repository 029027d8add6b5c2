"""The look at a repository that was put off for a case, as its row stands now."""

from __future__ import annotations

from sqlalchemy import Connection, select

from support_portal.adapters.db.tables import due
from support_portal.domain.cases import Case
from support_portal.domain.progress import Look, can_be_looked_for, is_by_link
from support_portal.jobs import WATCHING, Job


def look_of(connection: Connection, case: Case) -> Look | None:
    """The row whose run the case waits for; None where there is none, or nothing to look for."""
    if not can_be_looked_for(case):
        return None
    job = Job.VERIFY if is_by_link(case) else Job.WATCH
    row = connection.execute(select(due).where(due.c.job == job, due.c.subject == case.id)).first()
    if row is None:
        return None
    is_asked_for = job is Job.VERIFY or row.lane != WATCHING
    return Look(row.due_at, row.lease_until, row.parked_at is not None, is_asked_for)
