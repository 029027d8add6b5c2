"""Doing put-off work: hold the row while the job is done, write down when to try again, or that it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from support_portal.domain.errors import NotFound, Stale, TryLater
from support_portal.jobs import LEASE, PLANS, Job
from support_portal.ports.records import DueWork
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.holding import holding

AFTER_A_FAULT = timedelta(minutes=1)
log = logging.getLogger(__name__)

Doing = Callable[[DueWork, Tools], None]


def do_work(job: Job, subject: UUID, doing: Doing, *, tools: Tools) -> None:
    """Do one job, if its row says that it is due and nobody else holds it; a second delivery does nothing.

    A fault is tried again after about a minute; a worker that dies, or takes longer than the job's plan allows, leaves
    the row to whoever comes next.
    """
    with tools.uow.begin() as work:
        held = work.due.claim(job, subject, LEASE)
    if held is None:
        return
    try:
        with holding(held, PLANS[job].longest, tools=tools):
            doing(held, tools)
    except TryLater as later:
        log.info("%s of %s again at %s: %s", job, subject, later.at.isoformat(), later)
        with tools.uow.begin() as work:
            work.due.again(held, later.at)
    except NotFound:
        log.warning("%s of %s: there is no such thing any more", job, subject)
        with tools.uow.begin() as work:
            work.due.finish(held)
    except Stale:
        with tools.uow.begin() as work:  # somebody moved the case meanwhile: read it again at once
            work.due.again(held, work.now)
    except Exception:
        with tools.uow.begin() as work:
            work.due.again(held, work.now + AFTER_A_FAULT * tools.spread())
        raise
    else:
        with tools.uow.begin() as work:
            work.due.finish(held)
