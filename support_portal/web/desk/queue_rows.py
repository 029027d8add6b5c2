"""The rows of the queue, ready for their template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from support_portal.domain.cases import State
from support_portal.domain.evidence import Outcome
from support_portal.domain.identities import Instance, read_link
from support_portal.domain.policy import up_to_the_minute
from support_portal.domain.staff import Staff
from support_portal.domain.words import next_try, state_name
from support_portal.ports.desk_screens import QueuePage, QueueRow
from support_portal.web.desk import marks
from support_portal.web.desk.marks import Mark


@dataclass(frozen=True)
class Owner:
    """Who has a case, as a narrow column says it."""

    initials: str
    name: str
    is_me: bool


@dataclass(frozen=True)
class Row:
    """One case in the queue, in words."""

    reference: str
    address: str
    providers: tuple[str, ...]
    words: str
    email: Mark
    git: Mark
    repository: Mark
    risk: Mark
    standing: str
    wait: Mark
    owner: Owner | None
    needs_reply: bool


def rows(page: QueuePage, me: Staff, instances: Iterable[Instance]) -> tuple[Row, ...]:
    """Every row of a page."""
    known = {instance.key: instance for instance in instances}
    return tuple(_row(row, page, me, known) for row in page.rows)


def _row(row: QueueRow, page: QueuePage, me: Staff, known: Mapping[str, Instance]) -> Row:
    return Row(
        reference=row.reference,
        address=row.address,
        providers=tuple(known[key].name if key in known else key for key in row.providers),
        words=_words(row, known, page.now),
        email=marks.email(row),
        git=marks.git(row),
        repository=marks.repository(row.last_run),
        risk=marks.risk(row.risk),
        standing=state_name(row.state, row.last_run.outcome if row.last_run else None, is_stopped=row.stopped),
        wait=marks.wait(row, page.now),
        owner=_owner(row.assignee, me) if row.assignee else None,
        needs_reply=row.needs_reply,
    )


def _words(row: QueueRow, known: Mapping[str, Instance], now: datetime) -> str:
    """What happened last: what a machine waits for, else the last thing that somebody wrote."""
    if row.state is State.COOLING_OFF and row.due_at and not row.needs_reply:
        return f"2FA comes off on {up_to_the_minute(row.due_at):%a %-d %b at %H:%M} UTC"
    run = row.last_run
    waits = row.state is State.AWAITING_REPOSITORY and not row.needs_reply
    if waits and run and run.outcome is Outcome.CANNOT_CHECK:
        link = read_link(run.link, tuple(known.values()))
        name = known[link.instance].name if link else "The provider"
        return f"{name} did not answer, next try {next_try(run.next_try_at, now)}"
    return " ".join(row.last_words.split())


def _owner(person: Staff, me: Staff) -> Owner:
    first, *others = person.name.split() or ["?"]
    return Owner(person.initials, f"{first} {others[-1][:1]}." if others else first, person.id == me.id)
