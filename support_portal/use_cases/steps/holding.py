"""Holding the row of a job while it is done: a short lease, renewed beside the job until it ends or takes too long."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from support_portal.jobs import LEASE, RENEWED_EVERY
from support_portal.ports.records import DueWork
from support_portal.ports.tools import Tools

log = logging.getLogger(__name__)


@contextmanager
def holding(held: DueWork, longest: timedelta, *, tools: Tools, every: timedelta = RENEWED_EVERY) -> Iterator[None]:
    """Renew the lease of a job until the block ends, and no longer than `longest` from now.

    A lease that is lost, or that the database does not let renew, is logged and leaves the job alone: what a second
    worker does besides finds every move made already.
    """
    now = time.monotonic()
    lease = _Lease(held, longest, now + longest.total_seconds(), every.total_seconds(), tools, now)
    _keeper.take(lease)
    try:
        yield
    finally:
        _keeper.leave(lease)


@dataclass(eq=False)
class _Lease:
    """One job that is being done; times are those of the monotonic clock, in seconds."""

    held: DueWork
    longest: timedelta
    end: float
    every: float
    tools: Tools
    renewed_at: float

    @property
    def next_at(self) -> float:
        return self.renewed_at + self.every


class _Keeper:
    """One thread renews the leases of all jobs of a process: nearly every job ends before its first renewal.

    The thread is there while something is held, and for one pause longer.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._leases: set[_Lease] = set()
        self._thread: threading.Thread | None = None
        self._wakes_at = 0.0

    def take(self, lease: _Lease) -> None:
        with self._changed:
            self._leases.add(lease)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif lease.next_at < self._wakes_at:
                self._changed.notify()

    def leave(self, lease: _Lease) -> None:
        with self._changed:
            self._leases.discard(lease)

    def _run(self) -> None:
        while ripe := self._wait():
            for lease in ripe:
                if (why_not := _renew(lease)) and self._has(lease):
                    log.warning("%s of %s: %s", lease.held.job, lease.held.subject, why_not)
                    self.leave(lease)

    def _wait(self) -> list[_Lease]:
        """The leases to be renewed now; none when nothing is held any more, and then the thread is over."""
        with self._changed:
            while self._leases:
                now = time.monotonic()
                if ripe := [lease for lease in self._leases if lease.next_at <= now]:
                    return ripe
                self._wakes_at = min(lease.next_at for lease in self._leases)
                self._changed.wait(self._wakes_at - now)
            self._thread = None
            return []

    def _has(self, lease: _Lease) -> bool:
        with self._changed:
            return lease in self._leases


def _renew(lease: _Lease) -> str:
    """Hold the row for longer; why it is not held any more, or nothing."""
    lease.renewed_at = now = time.monotonic()
    left = timedelta(seconds=lease.end - now)
    if left <= timedelta():
        return f"it takes longer than {lease.longest}, and is free for another worker"
    try:
        with lease.tools.uow.begin() as work:
            return "" if work.due.renew(lease.held, min(LEASE, left)) else "its lease is lost: canceled, or another's"
    except Exception:
        log.exception("the lease of %s of %s could not be renewed; tried again", lease.held.job, lease.held.subject)
        return ""


_keeper = _Keeper()
