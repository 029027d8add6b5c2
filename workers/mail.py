"""Tasks that match requests and send mails."""

from __future__ import annotations

from support_portal.jobs import Job
from workers.app import app, do


@app.task(name=Job.MATCH_REQUEST)
def match_request(subject: str) -> None:
    """Find the account a request is about."""
    do(Job.MATCH_REQUEST, subject)


@app.task(name=Job.MATCH_RESET)
def match_reset(subject: str) -> None:
    """Find who asked for a new password."""
    do(Job.MATCH_RESET, subject)


@app.task(name=Job.SEND_MAIL)
def send_mail(subject: str) -> None:
    """Send one mail."""
    do(Job.SEND_MAIL, subject)
