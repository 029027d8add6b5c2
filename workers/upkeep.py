"""Tasks that time brings about: expiry, reminders, the reading of the directory, tidying up."""

from __future__ import annotations

from uuid import UUID

from support_portal.jobs import Job, Upkeep
from support_portal.use_cases import tidy as upkeep
from support_portal.use_cases.do_work import do_work
from workers.app import app, tools


@app.task(name=Job.EXPIRE)
def expire(subject: str) -> None:
    """End a case nobody came back to."""
    do_work(Job.EXPIRE, UUID(subject), lambda held, parts: upkeep.expire(held.subject, tools=parts), tools=tools())


@app.task(name=Job.REMIND)
def remind(subject: str) -> None:
    """Remind somebody of a case."""
    do_work(Job.REMIND, UUID(subject), lambda held, parts: upkeep.remind(held.subject, tools=parts), tools=tools())


@app.task(name=Upkeep.READ_DIRECTORY)
def read_directory() -> None:
    """Read the account of every live case."""
    upkeep.read_directory(tools=tools())


@app.task(name=Upkeep.TIDY)
def tidy() -> None:
    """Forget what was kept long enough, and tell of what takes too long."""
    upkeep.tidy(tools=tools())
