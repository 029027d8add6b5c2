"""Tasks that look at repositories."""

from __future__ import annotations

from support_portal.jobs import Job
from workers.app import app, do


@app.task(name=Job.VERIFY)
def verify(subject: str) -> None:
    """Check the repository that a requester named."""
    do(Job.VERIFY, subject)


@app.task(name=Job.WATCH)
def watch(subject: str) -> None:
    """Look at the connected accounts of a case."""
    do(Job.WATCH, subject)
