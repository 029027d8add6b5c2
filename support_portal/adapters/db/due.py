"""Put-off work as rows: what is due and when, and who holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, Update, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import ReturningInsert

from support_portal.adapters.db.records import SqlRecords
from support_portal.adapters.db.tables import cases, due, mails
from support_portal.domain.moves import Actor, By, Event
from support_portal.jobs import MAILS, MOST_LOST_TRIES, MOST_MAILS_OUT, MOST_OUT, PLANS, Job
from support_portal.ports.records import DueWork

NO_LANE = ""
# A message that led to nothing by then was lost, perhaps with the worker that had just taken it: its row has to be
# with another worker 30 s after that one was killed.
NUDGED_AGAIN_AFTER = timedelta(seconds=20)
CHANNEL = "due"  # what the relay listens to
PARKED = "job_parked"  # the event that tells of it

_FREE = {"lease_token": None, "lease_until": None, "anew_at": None, "nudged_at": None, "parked_at": None, "tries": 0}

# What is due already wakes the relay when the transaction commits; once, however often it is said.
_WAKES = func.pg_notify(CHANNEL, "")
# What every job does is written once: putting a statement together costs more than having it done.
_THIS = (due.c.job == bindparam("this_job")) & (due.c.subject == bindparam("this_subject"))
_OURS = _THIS & (due.c.lease_token == bindparam("this_token"))
_NOW = bindparam("this_moment", type_=due.c.due_at.type)
_IS_FREE = (
    or_(due.c.lease_until.is_(None), due.c.lease_until <= _NOW) & (due.c.due_at <= _NOW) & due.c.parked_at.is_(None)
)
_LOST = bindparam("lost_at", type_=due.c.due_at.type)
_THIS_LANE = (due.c.lane == bindparam("this_lane")) & due.c.parked_at.is_(None)
# Whatever is out was due first, so it stands at the head of its lane.
_HEAD = (
    select(due.c.lease_until, due.c.nudged_at).where(_THIS_LANE).order_by(due.c.due_at).limit(3 * MOST_OUT).subquery()
)
_OUT = select(func.count()).where(or_(_HEAD.c.lease_until > _NOW, _HEAD.c.nudged_at > _LOST)).scalar_subquery()
_IN_THIS_LANE = (
    (due.c.job == bindparam("this_job"))
    & _THIS_LANE
    & or_(due.c.nudged_at.is_(None), due.c.nudged_at <= _LOST)
    & (case((bindparam("this_lane") == MAILS, MOST_MAILS_OUT), else_=MOST_OUT) > _OUT)
)


def _hold(wanted: ColumnElement[bool]) -> Update:
    """Hold the row of those that are free which was due first, passing by what somebody else is taking."""
    found = select(due.c.job, due.c.subject).where(wanted & _IS_FREE).order_by(due.c.due_at).limit(1)
    free = found.with_for_update(skip_locked=True).cte("free")
    return (
        update(due)
        .where(due.c.job == free.c.job, due.c.subject == free.c.subject)
        .values(
            {name: bindparam(name) for name in ("lease_token", "lease_until", "nudged_at")} | {"tries": due.c.tries + 1}
        )
        .returning(due.c.job, due.c.subject, due.c.tries, due.c.lane)
    )


_HOLD = _hold(_THIS)
_HOLD_THE_NEXT = _hold(_IN_THIS_LANE)
_SET = update(due).where(_OURS)
# Gone, or due at the time it was put off to in the meantime: of the two, one finds the row.
_FINISH = (
    update(due)
    .where(_OURS, due.c.anew_at.is_not(None))
    .values({**_FREE, "due_at": due.c.anew_at})
    .returning(_WAKES)
    .add_cte(delete(due).where(_OURS, due.c.anew_at.is_(None)).cte("done"))
)
_CANCEL = delete(due).where(
    due.c.subject == bindparam("this_subject"), due.c.job.in_(bindparam("jobs", expanding=True))
)


def _put_off(held: ColumnElement[bool], due_at: ColumnElement[Any], anew_at: ColumnElement[Any]) -> Insert:
    """A new row, or what becomes of the one that is there: its times, unless a worker holds it."""
    values: dict[str, object] = {name: case((held, due.c[name]), else_=value) for name, value in _FREE.items()}
    values["due_at"] = case((held, due.c.due_at), else_=due_at)
    values["anew_at"] = case((held, anew_at), else_=None)
    values["lane"] = func.coalesce(bindparam("named_lane", type_=due.c.lane.type), due.c.lane)
    new = insert(due).values({name: bindparam(name) for name in ("job", "subject", "lane")} | {"due_at": _AT})
    return new.on_conflict_do_update(index_elements=["job", "subject"], set_=values)


_AT = bindparam("new_time", type_=due.c.due_at.type)
_PUT_OFF = _put_off(due.c.lease_token.is_not(None), func.least(due.c.due_at, _AT), func.least(due.c.anew_at, _AT))
_POSTPONE = _put_off(due.c.lease_until > _NOW, _AT, _AT)
_PUT_OFF_NOW, _POSTPONE_TO_NOW = _PUT_OFF.returning(_WAKES), _POSTPONE.returning(_WAKES)


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
        self._write(_PUT_OFF_NOW if at <= self._now else _PUT_OFF, job, subject, at, lane)

    def postpone(self, job: Job, subject: UUID, at: datetime, lane: str | None = None) -> None:
        """Have the job done at exactly that time instead of any other."""
        statement = _POSTPONE_TO_NOW if at <= self._now else _POSTPONE
        self._write(statement, job, subject, at, lane, this_moment=self._now)

    def _write(
        self,
        statement: Insert | ReturningInsert[Any],
        job: Job,
        subject: UUID,
        at: datetime,
        lane: str | None,
        **more: datetime,
    ) -> None:
        values = {"job": job, "subject": subject, "lane": PLANS[job].lane if lane is None else lane}
        self._connection.execute(statement, {**values, "new_time": at, "named_lane": lane, **more})

    def cancel(self, subject: UUID, *jobs: Job) -> None:
        """Forget these jobs about a subject; with none named, nothing."""
        self._connection.execute(_CANCEL, {"this_subject": subject, "jobs": jobs})

    def claim(self, job: Job, subject: UUID, lease: timedelta) -> DueWork | None:
        """Hold a due job for so long; None when it is done, not due, parked, or held by somebody else.

        Its message has done its part: should the lease run out, the relay publishes the next one at once.
        """
        return self._hold(_HOLD, {"this_job": job, "this_subject": subject}, lease)

    def next_in_lane(self, work: DueWork, lease: timedelta) -> DueWork | None:
        """Hold what waits longest for the same job in the same lane; None where nothing is due there.

        What is on its way to somebody as a message is left to them, and so is what would be one too many at once.
        Work without a lane has a message each.
        """
        if work.lane == NO_LANE:
            return None
        here = {"this_job": work.job, "this_lane": work.lane, "lost_at": self._now - NUDGED_AGAIN_AFTER}
        return self._hold(_HOLD_THE_NEXT, here, lease)

    def _hold(self, statement: Update, which: dict[str, object], lease: timedelta) -> DueWork | None:
        token = uuid4()
        held = {"lease_token": token, "lease_until": self._now + lease, "nudged_at": None}
        row = self._connection.execute(statement, {**which, "this_moment": self._now, **held}).first()
        if row is None:
            return None
        if row.tries > MOST_LOST_TRIES:
            self._park(row)
            return None
        return DueWork(row.job, row.subject, token, row.tries, row.lane)

    def renew(self, work: DueWork, lease: timedelta) -> bool:
        """Hold the job for so long from now; False when it is not held any more: done, canceled, somebody else's."""
        longer = {"lease_until": self._now + lease, "nudged_at": None}
        return bool(self._connection.execute(_SET, {**_ours(work), **longer}).rowcount)

    def finish(self, work: DueWork) -> None:
        """The job is done; a row that was put off anew in the meantime stays."""
        self._connection.execute(_FINISH, _ours(work))

    def again(self, work: DueWork, at: datetime) -> None:
        """Try the job again at that time, or when it was put off anew; the tries so far are forgiven."""
        values = {**_FREE, "due_at": func.least(at, due.c.anew_at), "lane": PLANS[Job(work.job)].lane or due.c.lane}
        self._connection.execute(update(due).where(_OURS).values(values), _ours(work))

    def _park(self, row: Row[Any]) -> None:
        parked = {"parked_at": self._now, "lease_token": None, "lease_until": None, "tries": row.tries - 1}
        self._connection.execute(update(due).where(_THIS).values(parked), _this(row.job, row.subject))
        itself = select(cases.c.id).where(cases.c.id == row.subject)
        its_mail = select(mails.c.case_id).where(mails.c.id == row.subject, mails.c.case_id.is_not(None))
        about = self._connection.execute(itself.union(its_mail)).scalar()
        why = f"Its worker was lost {MOST_LOST_TRIES} times in a row; it is left alone until somebody has looked at it."
        details = {"job": str(row.job), "subject": str(row.subject)}
        SqlRecords(self._connection).tell(Event(about, self._now, PARKED, Actor(By.PORTAL), why=why, details=details))


def _this(job: str, subject: UUID) -> dict[str, object]:
    return {"this_job": job, "this_subject": subject}


def _ours(work: DueWork) -> dict[str, object]:
    return {**_this(work.job, work.subject), "this_token": work.token}
