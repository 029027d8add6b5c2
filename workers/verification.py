"""Tasks that look at repositories."""

from __future__ import annotations

from uuid import UUID

from support_portal.jobs import Job
from support_portal.use_cases.do_work import do_work
from support_portal.use_cases.verify import verify
from support_portal.use_cases.watch import watch
from workers.app import app, tools


@app.task(name=Job.VERIFY)
def verify_repository(subject: str) -> None:
    """Check the repository that a requester named."""
    do_work(Job.VERIFY, UUID(subject), lambda held, parts: verify(held.subject, tools=parts), tools=tools())


@app.task(name=Job.WATCH)
def watch_accounts(subject: str) -> None:
    """Look at the connected accounts of a case."""
    do_work(Job.WATCH, UUID(subject), lambda held, parts: watch(held.subject, tools=parts), tools=tools())
