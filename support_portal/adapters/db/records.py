"""Events, runs, messages and removals as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select, union_all, update
from sqlalchemy import case as sql_case
from sqlalchemy.exc import IntegrityError

from support_portal.adapters.db.tables import event_origins, events, messages, removals, requests, runs
from support_portal.domain.browsers import Browser
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Author
from support_portal.domain.errors import NotAllowed, NotFound, Stale
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Outcome, Run, Verdict
from support_portal.domain.moves import Event
from support_portal.ports.records import Message

_TELL = insert(events).returning(events.c.id)


class SqlRecords:
    """The port `Records` in one transaction."""

    def __init__(self, connection: Connection, browser: Browser | None = None) -> None:
        self._connection = connection
        self._browser = browser

    def tell(self, event: Event) -> None:
        """Write one event; the database lets nobody change or delete it. Where it came from is kept beside it."""
        values = {
            "case_id": event.case_id,
            "at": event.at,
            "action": event.action,
            "actor": event.actor.by,
            "actor_name": event.actor.name,
            "staff_id": event.actor.staff_id,
            "account_id": event.account_id,
            "from_state": event.from_state,
            "to_state": event.to_state,
            "why": event.why,
            "details": dict(event.details),
        }
        event_id = self._connection.execute(_TELL, values).scalar_one()
        if browser := event.browser or self._browser:
            origin = {"event_id": event_id, "at": event.at, **vars(browser)}
            self._connection.execute(insert(event_origins), origin)

    def happened(self, case_id: UUID, action: str, since: datetime) -> int:
        """How often something happened to a case since then."""
        query = select(func.count()).where(events.c.case_id == case_id, events.c.action == action, events.c.at >= since)
        return self._connection.execute(query).scalar_one()

    def add_run(self, run: Run) -> None:
        """Keep one run; raises Stale when its repository passed for another case in the meantime."""
        results = [asdict(result) for result in run.results]
        values = {name: value for name, value in vars(run).items() if name != "results"}
        try:
            self._connection.execute(insert(runs), {**values, "results": results})
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", "") == "23505":  # unique_violation
                raise Stale from None
            raise

    def run(self, run_id: UUID) -> Run | None:
        """One run."""
        row = self._connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
        return read_run(row) if row else None

    def last_run(self, case_id: UUID) -> Run | None:
        """The newest run of a case."""
        query = select(runs).where(runs.c.case_id == case_id).order_by(runs.c.at.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return read_run(row) if row else None

    def say(self, message: Message) -> None:
        """Add a message to the conversation."""
        values = asdict(message) | {"message_id": plain_message_id(message.message_id)}
        self._connection.execute(insert(messages), values)

    def credit(self, case_id: UUID, request_id: UUID) -> None:
        """Take this request's words for the requester's; a request's message has its id."""
        asked = messages.c.id.in_(select(requests.c.id).where(requests.c.case_id == case_id))
        author = sql_case((messages.c.id == request_id, Author.REQUESTER.value), else_=Author.UNPROVEN.value)
        self._connection.execute(update(messages).where(asked).values(author=author))

    def has_mail(self, mail_id: UUID) -> bool:
        """Whether a mail that came in is kept already under this id, as a message or as a request."""
        kept = union_all(*(select(table.c.id).where(table.c.id == mail_id) for table in (messages, requests)))
        return self._connection.execute(kept).first() is not None

    def mail_without_case(self, message_id: UUID) -> Message:
        """A mail that came in and fits no case, locked; raises NotFound."""
        wanted = (messages.c.id == message_id) & messages.c.case_id.is_(None)
        query = select(messages).where(wanted).with_for_update(key_share=True)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound("There is no such mail.")
        return read_message(row)

    def record_removal(self, case: Case, account_id: UUID, enrolment_id: UUID, run_id: UUID, at: datetime) -> None:
        """Write the removal; raises NotAllowed with what the database says when it refuses."""
        values = {
            "case_id": case.id,
            "account_id": account_id,
            "enrolment_id": enrolment_id,
            "run_id": run_id,
            "at": at,
        }
        try:
            self._connection.execute(insert(removals).values(values))
        except IntegrityError as error:
            diagnosis = getattr(error.orig, "diag", None)
            raise NotAllowed(getattr(diagnosis, "message_primary", None) or "The database refused it.") from error


def plain_message_id(message_id: str) -> str:
    """A Message-ID without its angle brackets, as it is kept and compared."""
    return message_id.strip().removeprefix("<").removesuffix(">")


def read_message(row: RowMapping) -> Message:
    """A message from its row."""
    return Message(**{**row, "author": Author(row["author"])})


def read_run(row: RowMapping) -> Run:
    """A run from its row."""
    reason = CannotCheck(row["reason"]) if row["reason"] else None
    typed = {"outcome": Outcome(row["outcome"]), "reason": reason, "results": _results(row["results"])}
    return Run(**{**row, **typed})


def _results(kept: Sequence[dict[str, Any]]) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(**{**one, "check": Check(one["check"]), "verdict": Verdict(one["verdict"])}) for one in kept
    )
