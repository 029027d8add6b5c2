"""The task that removes."""

from __future__ import annotations

from uuid import UUID

from support_portal.jobs import Job
from support_portal.use_cases.do_work import do_work
from support_portal.use_cases.remove import remove
from workers.app import app, tools


@app.task(name=Job.REMOVE)
def remove_second_factors(subject: str) -> None:
    """Take a due case to its removal."""
    do_work(Job.REMOVE, UUID(subject), lambda held, parts: remove(held.subject, tools=parts), tools=tools())
