"""What the relay needs of the database: which work is due, and to be woken."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from uuid import UUID

import psycopg
from sqlalchemy import (
    Engine,
    Integer,
    Select,
    bindparam,
    case,
    false,
    func,
    make_url,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from support_portal.adapters.db.due import CHANNEL, NO_LANE, NUDGED_AGAIN_AFTER
from support_portal.adapters.db.tables import due
from support_portal.adapters.db.unit_of_work import what_it_means
from support_portal.jobs import MAILS, MOST_MAILS_OUT, MOST_OUT, Job

GATHERED = 0.02  # seconds; many rows are written in that time when much is going on


def take_due(engine: Engine, most: int = 100) -> Sequence[tuple[Job, UUID]]:
    """What is due, held by nobody, and was not published in the last 20 s; oldest first, marked as published.

    Of a lane only as much as there is room for. Raises StoreUnavailable.
    """
    try:
        with engine.begin() as connection:
            rows = connection.execute(_RIPE, {"most": most}).all()
            keys = [(row.job, row.subject) for row in rows]
            if keys:
                these = tuple_(due.c.job, due.c.subject).in_(keys)
                connection.execute(update(due).where(these).values(nudged_at=func.now()))
    except SQLAlchemyError as error:
        raise what_it_means(error) from error
    return [(Job(job), subject) for job, subject in keys]


def _ripe() -> Select[tuple[str, UUID]]:
    is_out = or_(due.c.lease_until > func.now(), due.c.nudged_at > func.now() - NUDGED_AGAIN_AFTER)
    is_out = due.c.parked_at.is_(None) & func.coalesce(is_out, false())
    lanes = select(due.c.lane, func.count().filter(is_out).label("out")).group_by(due.c.lane).subquery()
    room = case(
        (lanes.c.lane == NO_LANE, bindparam("most", type_=Integer)),
        (lanes.c.lane == MAILS, MOST_MAILS_OUT - lanes.c.out),
        else_=MOST_OUT - lanes.c.out,
    )
    waiting = (
        select(due.c.job, due.c.subject, due.c.due_at)
        .where(due.c.lane == lanes.c.lane, due.c.due_at <= func.now(), due.c.parked_at.is_(None), ~is_out)
        .order_by(due.c.due_at)
        .limit(func.greatest(room, 0))
        .with_for_update(skip_locked=True)
        .lateral()
    )
    return (
        select(waiting.c.job, waiting.c.subject)
        .select_from(lanes.join(waiting, true()))
        .order_by(waiting.c.due_at)
        .limit(bindparam("most", type_=Integer))
    )


_RIPE = _ripe()


def listen(url: str, *, seconds: float = 1.0) -> Generator[bool]:
    """Endless: True when the database says that something was put off, False when it was silent for so long.

    It connects again by itself. The first answer comes at once, so that what is due already does not wait.
    """
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    pause = threading.Event()
    while True:
        try:
            with psycopg.connect(place, autocommit=True, connect_timeout=5) as connection:
                connection.execute(f"listen {CHANNEL}")
                yield True
                while True:
                    woken = any(True for _ in connection.notifies(timeout=seconds, stop_after=1))
                    if woken:  # what comes right behind wakes nobody a second time
                        list(connection.notifies(timeout=GATHERED))
                    yield woken
        except psycopg.OperationalError:
            pause.wait(seconds)
            yield False
