"""Holding the row of a job while it is done: a short lease, renewed beside the job until it ends or takes too long."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from support_portal.jobs import LEASE, RENEWED_EVERY
from support_portal.ports.records import DueWork
from support_portal.ports.tools import Tools

log = logging.getLogger(__name__)


@contextmanager
def holding(held: DueWork, longest: timedelta, *, tools: Tools, every: timedelta = RENEWED_EVERY) -> Iterator[None]:
    """Renew the lease of a job in a thread that ends with the block, and no longer than `longest` from now.

    A lease that is lost, or that the database does not let renew, is logged and leaves the job alone: what a second
    worker does besides finds every move made already.
    """
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(held, longest, every, ended, tools), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def _renew(held: DueWork, longest: timedelta, every: timedelta, ended: threading.Event, tools: Tools) -> None:
    end = time.monotonic() + longest.total_seconds()
    while not ended.wait(every.total_seconds()):
        left = timedelta(seconds=end - time.monotonic())
        if left <= timedelta():
            log.warning("%s of %s takes longer than %s: it is free for another worker", held.job, held.subject, longest)
            return
        try:
            with tools.uow.begin() as work:
                is_ours = work.due.renew(held, min(LEASE, left))
        except Exception:
            log.exception("the lease of %s of %s could not be renewed; tried again", held.job, held.subject)
            continue
        if not is_ours:
            log.warning("the lease of %s of %s is lost: canceled, or with another worker", held.job, held.subject)
            return
