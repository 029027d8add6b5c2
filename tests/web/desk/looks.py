"""Looks that were put off for a case, as the portal and its workers leave their rows."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.cases import Case
from support_portal.jobs import ASKED, Job
from support_portal.ports.tools import Tools

A_WHILE = timedelta(minutes=5)


def in_line(tools: Tools, case: Case, job: Job = Job.VERIFY, lane: str = ASKED) -> None:
    """A look is due, and no worker has it yet."""
    with tools.uow.begin() as work:
        work.due.postpone(job, case.id, work.now, lane)


def taken(tools: Tools, case: Case, job: Job = Job.VERIFY) -> None:
    """A worker has taken it."""
    with tools.uow.begin() as work:
        assert work.due.claim(job, case.id, A_WHILE)


def again_later(tools: Tools, case: Case, job: Job = Job.VERIFY, later: timedelta = A_WHILE) -> None:
    """It is tried again after a while."""
    with tools.uow.begin() as work:
        work.due.postpone(job, case.id, work.now + later)
