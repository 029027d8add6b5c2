"""When to look again: the watcher's growing intervals, and the spacing of tries after a fault."""

from __future__ import annotations

from datetime import datetime, timedelta

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
PASSED_AGAIN_EVERY = timedelta(hours=6)
MISSING_TOLD_AFTER = timedelta(minutes=2)
TOLD_UNCHECKED_AFTER = timedelta(hours=24)
CHECKS_A_DAY = 20
FRESH_BEFORE_REMOVAL = timedelta(minutes=30)
DECIDED_WITHIN = timedelta(hours=24)  # how long somebody may wait on the desk before the case is overdue
PAST_DUE_AFTER = timedelta(days=7)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_TOLD = timedelta(days=1)  # a provider that names a later moment is asked again after a day
SHORTEST_PAUSE = timedelta(seconds=5)
SPREAD = timedelta(seconds=10)


def next_look(waited: timedelta) -> timedelta:
    """How long until the next look at a case that has waited so long: a tenth of it, from a minute to six hours."""
    return min(LATEST, max(SOONEST, waited / 10))


def pause_after(failures: int, spread: float, *, first: timedelta = timedelta(seconds=5)) -> timedelta:
    """The pause after so many faults in a row: doubling, at most an hour, times a spread of 0.5 to 1.5."""
    doublings: int = 2 ** min(failures, 12)
    return min(LONGEST_PAUSE, first * doublings * spread)


def pause_at_age(age: timedelta, spread: float, *, most: timedelta) -> timedelta:
    """The pause before the next try of something that has failed for so long: a quarter of its age, times a spread."""
    return min(most, max(SHORTEST_PAUSE, age / 4) * spread)


def spread_after(told: datetime, spread: float) -> datetime:
    """Not before the moment that a provider named, and not everybody at once: within ten seconds of it."""
    return told + SPREAD * (spread - 0.5)


def retry_moment(now: datetime, told_span: timedelta | None, told_moment: datetime | None) -> datetime | None:
    """When the provider said to come back: never in the past, never later than a day; None when it said nothing."""
    moment = told_moment or (now + told_span if told_span is not None else None)
    if moment is None:
        return None
    return min(max(moment, now + timedelta(seconds=1)), now + LONGEST_TOLD)
