"""Doing put-off work: hold the row while the job is done, write down when to try again, or that it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from support_portal.domain.errors import NotFound, Stale, TryLater
from support_portal.jobs import LEASE, PLANS, Job
from support_portal.ports.records import DueWork
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.holding import holding

AFTER_A_FAULT = timedelta(minutes=1)
# One message may lead to the next row of its lane for so long: that costs less than a message each, and a worker that
# is asked to stop is done soon.
GOES_ON_FOR = 5.0  # seconds
log = logging.getLogger(__name__)

Doing = Callable[[DueWork, Tools], None]


def do_work(job: Job, subject: UUID, doing: Doing, *, tools: Tools) -> None:
    """Do one job, if its row says that it is due and nobody else holds it; a second delivery does nothing.

    Then what waits in the same lane, for a few seconds. A fault is tried again after about a minute; a worker that
    dies, or takes longer than the job's plan allows, leaves the row to whoever comes next.
    """
    end = time.monotonic() + GOES_ON_FOR
    with tools.uow.begin() as work:
        held = work.due.claim(job, subject, LEASE)
    while held is not None:
        settle = _do(held, doing, tools)
        with tools.uow.begin() as work:
            settle(work)
            held = work.due.next_in_lane(held, LEASE) if time.monotonic() < end else None


def _do(held: DueWork, doing: Doing, tools: Tools) -> Callable[[Work], None]:
    """Do one job that is held; what becomes of its row."""
    try:
        with holding(held, PLANS[Job(held.job)].longest, tools=tools):
            doing(held, tools)
    except TryLater as later:
        at = later.at
        log.info("%s of %s again at %s: %s", held.job, held.subject, at.isoformat(), later)
        return lambda work: work.due.again(held, at)
    except NotFound:
        log.warning("%s of %s: there is no such thing any more", held.job, held.subject)
    except Stale:
        return lambda work: work.due.again(held, work.now)  # somebody moved the case meanwhile: read it again at once
    except Exception:
        with tools.uow.begin() as work:
            work.due.again(held, work.now + AFTER_A_FAULT * tools.spread())
        raise
    return lambda work: work.due.finish(held)
