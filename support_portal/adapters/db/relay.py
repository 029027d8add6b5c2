"""What the relay needs of the database: which work is due, and to be woken."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
from sqlalchemy import Engine, func, make_url, or_, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from support_portal.adapters.db.due import CHANNEL
from support_portal.adapters.db.tables import due
from support_portal.adapters.db.unit_of_work import what_it_means
from support_portal.jobs import Job

# A message that led to nothing by then was lost, perhaps with the worker that had just taken it: its row has to be
# with another worker 30 s after that one was killed.
NUDGED_AGAIN_AFTER = timedelta(seconds=20)


def take_due(engine: Engine, most: int = 100) -> Sequence[tuple[Job, UUID]]:
    """What is due, held by nobody, and was not published in the last 20 s; oldest first, marked as published.

    Raises StoreUnavailable.
    """
    published_lately = due.c.nudged_at > func.now() - NUDGED_AGAIN_AFTER
    ripe = (
        select(due.c.job, due.c.subject)
        .where(
            due.c.due_at <= func.now(),
            due.c.parked_at.is_(None),
            or_(due.c.lease_until.is_(None), due.c.lease_until <= func.now()),
            or_(due.c.nudged_at.is_(None), ~published_lately),
        )
        .order_by(due.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    try:
        with engine.begin() as connection:
            rows = connection.execute(ripe).all()
            keys = [(row.job, row.subject) for row in rows]
            if keys:
                these = tuple_(due.c.job, due.c.subject).in_(keys)
                connection.execute(update(due).where(these).values(nudged_at=func.now()))
    except SQLAlchemyError as error:
        raise what_it_means(error) from error
    return [(Job(job), subject) for job, subject in keys]


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
                    yield any(True for _ in connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.OperationalError:
            pause.wait(seconds)
            yield False
