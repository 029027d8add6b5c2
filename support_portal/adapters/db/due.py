"""Put-off work as rows: what is due and when, and who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from support_portal.adapters.db.records import SqlRecords
from support_portal.adapters.db.tables import cases, due, mails
from support_portal.domain.moves import Actor, By, Event
from support_portal.jobs import MOST_LOST_TRIES, PLANS, Job
from support_portal.ports.records import DueWork

NO_LANE = ""
# A message that led to nothing by then was lost, perhaps with the worker that had just taken it: its row has to be
# with another worker 30 s after that one was killed.
NUDGED_AGAIN_AFTER = timedelta(seconds=20)
CHANNEL = "due"  # what the relay listens to
PARKED = "job_parked"  # the event that tells of it

_FREE = {"lease_token": None, "lease_until": None, "anew_at": None, "nudged_at": None, "parked_at": None, "tries": 0}


@dataclass(frozen=True)
class _When:
    """What becomes of a row that is there: its times, and whether a worker holds it."""

    held: ColumnElement[bool]
    due_at: ColumnElement[datetime]
    anew_at: ColumnElement[datetime]


class SqlDue:
    """The port `Due` in one transaction; `now` is the transaction's time.

    A row that a worker holds is not changed under its hands: what is put off anew in the meantime waits in
    `anew_at`, and becomes the row's time when the worker is done.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def put_off(self, job: Job, subject: UUID, at: datetime, lane: str | None = None) -> None:
        """Have the job done at that time, or earlier where it is due earlier already."""
        held = due.c.lease_token.is_not(None)
        when = _When(held, func.least(due.c.due_at, at), func.least(due.c.anew_at, at))
        self._write(job, subject, at, when, lane)

    def postpone(self, job: Job, subject: UUID, at: datetime, lane: str | None = None) -> None:
        """Have the job done at exactly that time instead of any other."""
        self._write(job, subject, at, _When(due.c.lease_until > self._now, literal(at), literal(at)), lane)

    def _write(self, job: Job, subject: UUID, at: datetime, when: _When, lane: str | None) -> None:
        values: dict[str, object] = {name: case((when.held, due.c[name]), else_=value) for name, value in _FREE.items()}
        values["due_at"] = case((when.held, due.c.due_at), else_=when.due_at)
        values["anew_at"] = case((when.held, when.anew_at), else_=None)
        if lane is not None:
            values["lane"] = lane
        new = insert(due).values(job=job, subject=subject, due_at=at, lane=PLANS[job].lane if lane is None else lane)
        self._connection.execute(new.on_conflict_do_update(index_elements=["job", "subject"], set_=values))
        if at <= self._now:
            self._wake()

    def cancel(self, subject: UUID, *jobs: Job) -> None:
        """Forget these jobs about a subject; with none named, nothing."""
        self._connection.execute(delete(due).where(due.c.subject == subject, due.c.job.in_(jobs)))

    def claim(self, job: Job, subject: UUID, lease: timedelta) -> DueWork | None:
        """Hold a due job for so long; None when it is done, not due, parked, or held by somebody else.

        Its message has done its part: should the lease run out, the relay publishes the next one at once.
        """
        return self._hold(select(due).where(_is(job, subject), self._is_free()), lease)

    def next_in_lane(self, work: DueWork, lease: timedelta) -> DueWork | None:
        """Hold what waits longest for the same job in the same lane; None where nothing is due there.

        What is on its way to somebody as a message is left to them. Work without a lane has a message each.
        """
        if work.lane == NO_LANE:
            return None
        no_message = or_(due.c.nudged_at.is_(None), due.c.nudged_at <= self._now - NUDGED_AGAIN_AFTER)
        here = (due.c.job == work.job) & (due.c.lane == work.lane) & no_message
        return self._hold(select(due).where(here, self._is_free()).order_by(due.c.due_at).limit(1), lease)

    def _hold(self, wanted: Select[Any], lease: timedelta) -> DueWork | None:
        found = self._connection.execute(wanted.with_for_update(skip_locked=True)).first()
        if found is None:
            return None
        if found.tries >= MOST_LOST_TRIES:
            self._park(found)
            return None
        token = uuid4()
        held = {"lease_token": token, "tries": found.tries + 1, **self._lease(lease)}
        self._connection.execute(update(due).where(_is(found.job, found.subject)).values(held))
        return DueWork(found.job, found.subject, token, found.tries + 1, found.lane)

    def renew(self, work: DueWork, lease: timedelta) -> bool:
        """Hold the job for so long from now; False when it is not held any more: done, canceled, somebody else's."""
        return bool(self._connection.execute(update(due).where(_ours(work)).values(self._lease(lease))).rowcount)

    def finish(self, work: DueWork) -> None:
        """The job is done; a row that was put off anew in the meantime stays."""
        if self._connection.execute(delete(due).where(_ours(work), due.c.anew_at.is_(None))).rowcount:
            return
        self._connection.execute(update(due).where(_ours(work)).values({**_FREE, "due_at": due.c.anew_at}))
        self._wake()

    def again(self, work: DueWork, at: datetime) -> None:
        """Try the job again at that time, or when it was put off anew; the tries so far are forgiven."""
        values = {**_FREE, "due_at": func.least(at, due.c.anew_at), "lane": PLANS[Job(work.job)].lane or due.c.lane}
        self._connection.execute(update(due).where(_ours(work)).values(values))

    def _lease(self, lease: timedelta) -> dict[str, datetime | None]:
        return {"lease_until": self._now + lease, "nudged_at": None}

    def _is_free(self) -> ColumnElement[bool]:
        unheld = or_(due.c.lease_until.is_(None), due.c.lease_until <= self._now)
        return unheld & (due.c.due_at <= self._now) & due.c.parked_at.is_(None)

    def _park(self, row: Row[Any]) -> None:
        values = {"parked_at": self._now, "lease_token": None, "lease_until": None}
        self._connection.execute(update(due).where(_is(row.job, row.subject)).values(values))
        itself = select(cases.c.id).where(cases.c.id == row.subject)
        its_mail = select(mails.c.case_id).where(mails.c.id == row.subject, mails.c.case_id.is_not(None))
        about = self._connection.execute(itself.union(its_mail)).scalar()
        why = f"Its worker was lost {row.tries} times in a row; it is left alone until somebody has looked at it."
        details = {"job": str(row.job), "subject": str(row.subject)}
        SqlRecords(self._connection).tell(Event(about, self._now, PARKED, Actor(By.PORTAL), why=why, details=details))

    def _wake(self) -> None:
        """Wake the relay when this transaction commits."""
        self._connection.execute(select(func.pg_notify(CHANNEL, "")))


def _is(job: str, subject: UUID) -> ColumnElement[bool]:
    return (due.c.job == job) & (due.c.subject == subject)


def _ours(work: DueWork) -> ColumnElement[bool]:
    return _is(work.job, work.subject) & (due.c.lease_token == work.token)
