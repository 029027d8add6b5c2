"""The task that removes."""

from __future__ import annotations

from support_portal.jobs import Job
from workers.app import app, do


@app.task(name=Job.REMOVE)
def remove(subject: str) -> None:
    """Take a due case to its removal."""
    do(Job.REMOVE, subject)
