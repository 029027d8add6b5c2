"""Tasks that match requests and send mails."""

from __future__ import annotations

from uuid import UUID

from support_portal.jobs import Job
from support_portal.use_cases.do_work import do_work
from support_portal.use_cases.intake import match
from support_portal.use_cases.send_mail import send
from workers.app import app, tools


@app.task(name=Job.MATCH_REQUEST)
def match_request(subject: str) -> None:
    """Find the account a request is about."""
    do_work(Job.MATCH_REQUEST, UUID(subject), lambda held, parts: match(held.subject, tools=parts), tools=tools())


@app.task(name=Job.SEND_MAIL)
def send_mail(subject: str) -> None:
    """Send one mail."""
    do_work(
        Job.SEND_MAIL,
        UUID(subject),
        lambda held, parts: send(held.subject, tries=held.tries, tools=parts),
        tools=tools(),
    )
