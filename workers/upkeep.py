"""Tasks that time brings about: expiry, reminders, the reading of the directory, tidying up."""

from __future__ import annotations

from support_portal.jobs import Job, Upkeep
from support_portal.use_cases import tidy as upkeep
from workers.app import app, do, tools


@app.task(name=Job.EXPIRE)
def expire(subject: str) -> None:
    """End a case nobody came back to."""
    do(Job.EXPIRE, subject)


@app.task(name=Job.REMIND)
def remind(subject: str) -> None:
    """Remind somebody of a case."""
    do(Job.REMIND, subject)


@app.task(name=Job.REMIND_OF_TOKEN)
def remind_of_token(subject: str) -> None:
    """Remind somebody of an access token that ends soon."""
    do(Job.REMIND_OF_TOKEN, subject)


@app.task(name=Upkeep.READ_DIRECTORY)
def read_directory() -> None:
    """Read the account of every live case."""
    upkeep.read_directory(tools=tools())


@app.task(name=Upkeep.TIDY)
def tidy() -> None:
    """Forget what was kept long enough, and tell of what takes too long."""
    upkeep.tidy(tools=tools())
