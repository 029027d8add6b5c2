"""Forgetting what was kept long enough, as rows; what was written for good goes by functions of the database alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from support_portal.adapters.db.tables import (
    blocks,
    cases,
    event_origins,
    events,
    mails,
    messages,
    password_resets,
    requests,
)
from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed
from support_portal.domain.policy import RECORDS_KEPT_AT_LEAST
from support_portal.ports.forgetting import QuietCase


class SqlForgetting:
    """The port `Forgetting` in one transaction; `now` is the transaction's time."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def texts(self, before: datetime) -> int:
        """Forget what was written about cases that ended before then; how many cases had something to forget."""
        ended = select(cases.c.id).where(cases.c.ended_at < before)
        said = delete(messages).where(messages.c.case_id.in_(ended)).returning(messages.c.case_id)
        mailed = delete(mails).where(mails.c.case_id.in_(ended)).returning(mails.c.case_id)
        # The case names its request, so the row stays, without what somebody wrote and from where.
        texts = {"reason": "", "network_address": "", "user_agent": "", "message_id": ""}
        says_something = or_(*(requests.c[name] != "" for name in texts))
        asked = update(requests).where(requests.c.case_id.in_(ended), says_something).values(texts)
        statements = (said, mailed, asked.returning(requests.c.case_id))
        return len({row.case_id for statement in statements for row in self._connection.execute(statement)})

    def texts_without_case(self, before: datetime) -> int:
        """Forget what belongs to no case and came before then; how many rows that were."""
        came = (messages.c.at, mails.c.made_at, requests.c.received_at)
        gone = [delete(password_resets).where(password_resets.c.asked_at < before)]
        gone += (delete(at.table).where(at.table.c.case_id.is_(None), at < before) for at in came)
        return sum(self._connection.execute(statement).rowcount for statement in gone)

    def origins(self, before: datetime) -> int:
        """Forget where events of before then came from, while the events stay; of how many."""
        return self._connection.execute(delete(event_origins).where(event_origins.c.at < before)).rowcount

    def quiet_cases(self, before: datetime) -> Sequence[QuietCase]:
        """Ended cases with no event since then, and no block that the database keeps."""
        last = select(func.max(events.c.at)).where(events.c.case_id == cases.c.id).scalar_subquery()
        quiet_since = func.greatest(cases.c.ended_at, last)
        kept = (blocks.c.case_id == cases.c.id) & (blocks.c.until >= self._now - RECORDS_KEPT_AT_LEAST)
        query = (
            select(cases.c.id, cases.c.number, cases.c.state, cases.c.opened_at, quiet_since.label("quiet_since"))
            .where(cases.c.ended_at < before, quiet_since < before, ~exists().where(kept))
            .order_by(quiet_since, cases.c.number)
        )
        return [
            QuietCase(row.id, f"SP-{row.number}", State(row.state), row.opened_at, row.quiet_since)
            for row in self._connection.execute(query)
        ]

    def case(self, case_id: UUID) -> bool:
        """Forget a case and all of it; the database raises where that would take something of the last year."""
        with _refused():
            return bool(self._connection.execute(select(func.forget_case(case_id))).scalar_one())

    def events_without_case(self, before: datetime) -> int:
        """Forget events of no case; the database raises where one of them is of the last year."""
        with _refused():
            return int(self._connection.execute(select(func.forget_events_without_case(before))).scalar_one())


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        raise NotAllowed(getattr(diagnosis, "message_primary", None) or "The database refused it.") from error
