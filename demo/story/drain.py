"""Does put-off work in the order in which it falls due, without a broker and at the story's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from demo.story.clock import SetClock
from support_portal.domain.browsers import Browser
from support_portal.jobs import Job
from support_portal.ports.outside import AccountDirectory, DirectoryUnavailable, RemovalOrder
from support_portal.ports.stores import UnitOfWork, Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.do_work import do_work
from workers.doing import DOING

# A watcher that finds nothing a hundred times over would tell nothing, and take most of the time.
_NEXT = text("""
    select due.job, due.subject, due.due_at from due left join cases on cases.id = due.subject
    where due.due_at <= :until and due.parked_at is null
      and (:everything or due.job <> 'watch' or cases.state <> 'awaiting_repository'
           or due.subject = any(cast(:looked_for as uuid[])))
    order by due.due_at, due.job, due.subject limit 1
""")


class Drain:
    """All workers in one: `looked_for` are waiting cases whose repository the watcher may find by itself.

    For the cases in `out_of_reach` the account directory does not take orders.
    """

    def __init__(self, engine: Engine, tools: Tools, clock: SetClock) -> None:
        self._engine = engine
        self._tools = tools
        self._without_directory = replace(tools, uow=DirectoryDown(tools.uow))
        self._clock = clock
        self.looked_for: set[UUID] = set()
        self.out_of_reach: set[UUID] = set()

    def until(self, at: datetime, *, everything: bool = False) -> None:
        """Do what is due by then, each at its time, and leave the clock there; `everything`: let the watcher look."""
        while (found := self._next(at, everything)) is not None:
            job, subject, due_at = found
            self._clock.go_to(due_at)
            tools = self._without_directory if subject in self.out_of_reach else self._tools
            do_work(job, subject, DOING[job], tools=tools)
        self._clock.go_to(at)

    def _next(self, until: datetime, everything: bool) -> tuple[Job, UUID, datetime] | None:
        asked = {"until": until, "everything": everything, "looked_for": list(self.looked_for)}
        with self._engine.connect() as connection:
            row = connection.execute(_NEXT, asked).first()
        return (Job(row.job), row.subject, row.due_at) if row else None


class DirectoryDown:
    """The port `UnitOfWork` on a day when the account directory can be read but takes no order."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """One transaction."""
        with self._uow.begin() as work:
            vars(work)["directory"] = _TakesNoOrder(work.directory)
            yield work

    def called_from(self, browser: Browser) -> DirectoryDown:
        """The same for one request."""
        return DirectoryDown(self._uow.called_from(browser))


class _TakesNoOrder:
    def __init__(self, directory: AccountDirectory) -> None:
        self._directory = directory

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directory, name)

    def remove_second_factors(self, order: RemovalOrder) -> None:
        """Fail."""
        raise DirectoryUnavailable("no answer within 10 s")
