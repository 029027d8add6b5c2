"""The four answers an agent reads first, each as a mark and a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from support_portal.domain.cases import State
from support_portal.domain.evidence import Check, Outcome
from support_portal.domain.risk import Level
from support_portal.domain.watching import DECIDED_WITHIN
from support_portal.ports.desk_screens import LastRun, QueueRow

SOON_OVERDUE = timedelta(hours=6)  # from when a wait on us is marked
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PASS, FAIL, WARN, NONE = "pass", "fail", "warn", "none"
RISK_KINDS = {Level.LOW: PASS, Level.MEDIUM: WARN, Level.HIGH: FAIL}


@dataclass(frozen=True)
class Mark:
    """A kind (`pass`, `fail`, `warn` or `none`) and the word beside it; the color never says it alone."""

    kind: str
    text: str


def short(span: timedelta) -> str:
    """A span as a narrow column says it: `42 min`, `9 h`, `3 days`."""
    if span < _MINUTE:
        return "under 1 min"
    if span < _HOUR:
        return f"{span // _MINUTE} min"
    if span < _DAY:
        return f"{span // _HOUR} h"
    days = span // _DAY
    return f"{days} day{'s' if days != 1 else ''}"


def in_full(span: timedelta) -> str:
    """A span as a sentence says it: `42 minutes`, `9 hours`, `3 days`."""
    for unit, size in (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE)):
        if span >= size:
            count = span // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "less than a minute"


def email(row: QueueRow) -> Mark:
    """Whether the mailbox of the account's present address was confirmed."""
    return Mark(PASS, "Match") if row.is_mailbox_confirmed else Mark(FAIL, "Changed")


def git(row: QueueRow) -> Mark:
    """How many git accounts were connected before the case."""
    return Mark(PASS, str(row.git_accounts_before)) if row.git_accounts_before else Mark(NONE, "None")


def repository(run: LastRun | None) -> Mark:
    """What the newest run of the checks says."""
    if run is None:
        return Mark(NONE, "None yet")
    if run.outcome is Outcome.CANNOT_CHECK:
        return Mark(WARN, "Retrying")
    if run.outcome is Outcome.PASSED:
        return Mark(PASS, f"{run.passed} of {run.asked}")
    if run.failed[:1] == (Check.LINK_RECOGNISED,):
        return Mark(FAIL, "Wrong link")
    if Check.REPOSITORY_FOUND in run.failed:
        return Mark(FAIL, "Can’t open")
    return Mark(FAIL, f"{run.passed} of {run.asked}")


def risk(level: Level) -> Mark:
    """How careful to be."""
    return Mark(RISK_KINDS[level], level.capitalize())


def wait(row: QueueRow, now: datetime) -> Mark:
    """Who waits for how long: on us, for the clock, or for the requester."""
    if row.ended_at is not None and not row.needs_reply:
        return Mark(NONE, f"{row.ended_at:%-d %b %Y}")
    if row.waits_on_us_since is not None:
        waited = now - row.waits_on_us_since
        if waited > DECIDED_WITHIN:
            return Mark(FAIL, f"Overdue {short(waited - DECIDED_WITHIN)}")
        return Mark(WARN if waited >= SOON_OVERDUE else NONE, short(waited))
    if row.state is State.COOLING_OFF:
        return Mark(NONE, _time_left(row.due_at, now))
    return Mark(NONE, short(now - row.state_since))


def _time_left(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "Not begun"
    return f"{short(due_at - now)} left" if due_at > now else "Due now"
