"""The figures a team may set: their defaults, their floors, and which of two values is the stricter."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

WEAKER_STARTS_AFTER = timedelta(hours=24)
HEAVIEST = 100  # what one risk signal may weigh at most
LONGEST_KEPT = timedelta(days=36500)
RECORDS_KEPT_AT_LEAST = timedelta(days=365)  # nothing younger is deleted by the database, whatever it is told
# NIST SP 800-63B-4, 2.2.3: a day, or an hour without doing anything, until somebody has to sign in again.
LONGEST_SESSION, LONGEST_IDLE = timedelta(hours=24), timedelta(hours=1)
_DURATION = re.compile(r"([0-9]{1,6})\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WHOLE_NUMBER = re.compile(r"[0-9]{1,6}")

_EVER = datetime.min.replace(tzinfo=UTC)

Figure = timedelta | int | str | bool


@dataclass(frozen=True)
class Policy:
    """All figures marked as policy in the rules of the product; times are durations, weights whole numbers."""

    confirmation_valid: timedelta = timedelta(hours=24)
    instructions_by: str = "portal"
    ask_for_code: bool = False
    evidence_valid: timedelta = timedelta(hours=6)
    second_approval: str = "high_risk"
    safety_wait: timedelta = timedelta(hours=24)
    safety_wait_high_risk: timedelta = timedelta(days=7)
    evidence_lost_after: timedelta = timedelta(minutes=10)
    first_reminder: timedelta = timedelta(days=3)
    second_reminder: timedelta = timedelta(days=10)
    repository_expected: timedelta = timedelta(days=14)
    block: timedelta = timedelta(days=14)
    texts_kept: timedelta = timedelta(days=90)
    records_kept: timedelta = timedelta(days=1096)  # 36 months
    endless_tokens: str = "allowed"
    git_sign_in: str = "full"
    git_password_age: timedelta = timedelta(days=7)
    session_over: timedelta = timedelta(hours=24)
    session_idle: timedelta = timedelta(hours=1)
    staff_session_over: timedelta = timedelta(hours=12)
    staff_session_idle: timedelta = timedelta(minutes=30)
    weight_note: int = 1
    weight_medium: int = 3
    weight_high: int = 6


@dataclass(frozen=True)
class Entry:
    """What is known of one figure: its meaning, what it may be, how its values compare."""

    about: str
    more_is_stricter: bool | None = None
    floor: timedelta | int | None = None
    ceiling: timedelta | int | None = None
    choices: tuple[str, ...] = ()


ENTRIES: Mapping[str, Entry] = {
    "confirmation_valid": Entry("how long the link that confirms a request works", more_is_stricter=False),
    "instructions_by": Entry("who sends the instructions", choices=("portal", "agent")),
    "ask_for_code": Entry("whether the repository's description must hold the case's code", choices=("no", "yes")),
    "evidence_valid": Entry("how old a passed run may be when somebody approves", more_is_stricter=False),
    "second_approval": Entry("when a second decider must agree", choices=("high_risk", "always")),
    "safety_wait": Entry("the wait between approval and removal", more_is_stricter=True, floor=timedelta(hours=24)),
    "safety_wait_high_risk": Entry("the same at high risk", more_is_stricter=True, floor=timedelta(hours=24)),
    "evidence_lost_after": Entry("how far apart two failed runs void a pass", more_is_stricter=False),
    "first_reminder": Entry("when a waiting requester is reminded"),
    "second_reminder": Entry("when a waiting requester is reminded again"),
    "repository_expected": Entry("how long a case waits for a repository", more_is_stricter=False),
    "block": Entry("how long a stopped account gets no new case", more_is_stricter=True),
    "texts_kept": Entry("how long texts and mails are kept after the end", ceiling=LONGEST_KEPT),
    "records_kept": Entry(
        "how long records and audit are kept after the end",
        more_is_stricter=True,
        floor=RECORDS_KEPT_AT_LEAST,
        ceiling=LONGEST_KEPT,
    ),
    "endless_tokens": Entry("whether access tokens may have no end", choices=("allowed", "forbidden")),
    # The weaker choice first: that order says which of two is stricter.
    "git_sign_in": Entry("what signing in through a git account is for customers", choices=("full", "second_factor")),
    "git_password_age": Entry(
        "how old the password must be to turn 2FA off in a session begun through a git account", more_is_stricter=True
    ),
    "session_over": Entry("how long an owner stays signed in", more_is_stricter=False, ceiling=LONGEST_SESSION),
    "session_idle": Entry("how long an owner does so without a click", more_is_stricter=False, ceiling=LONGEST_IDLE),
    "staff_session_over": Entry("how long staff stay signed in", more_is_stricter=False, ceiling=LONGEST_SESSION),
    "staff_session_idle": Entry("how long staff do so without a click", more_is_stricter=False, ceiling=LONGEST_IDLE),
    "weight_note": Entry("what a risk signal to note weighs", more_is_stricter=True, floor=0, ceiling=HEAVIEST),
    "weight_medium": Entry("what a medium risk signal weighs", more_is_stricter=True, floor=1, ceiling=HEAVIEST),
    # Six is where high risk begins: one high signal is enough for it, whatever is set.
    "weight_high": Entry("what a high risk signal weighs", more_is_stricter=True, floor=6, ceiling=HEAVIEST),
}


@dataclass(frozen=True)
class PolicyVersion:
    """A policy as it was set, and from when what is weaker in it holds."""

    policy: Policy
    effective_at: datetime


def policy_for(versions: Sequence[PolicyVersion], opened_at: datetime) -> Policy:
    """The policy of a case opened then: what got stricter reaches it at once, what got weaker only later cases."""
    now = Policy()
    for version in versions:
        changes = {
            field.name: getattr(version.policy, field.name)
            for field in fields(Policy)
            if version.effective_at <= opened_at
            or is_stricter(field.name, getattr(version.policy, field.name), getattr(now, field.name))
        }
        now = replace(now, **changes)
    return now


def effective_at(new: Policy, versions: Sequence[PolicyVersion], at: datetime) -> datetime:
    """From when a policy set at this time holds: at once, or a day later if it asks for less than the one in force."""
    return at + WEAKER_STARTS_AFTER if is_weakened(new, policy_for(versions, at)) else at


def records_kept(versions: Sequence[PolicyVersion], opened_at: datetime) -> timedelta:
    """How long the records of a case opened then are kept after its end."""
    return max(policy_for(versions, opened_at).records_kept, RECORDS_KEPT_AT_LEAST)


def records_kept_at_least(versions: Sequence[PolicyVersion]) -> timedelta:
    """How long the records of every case are kept, whenever it was opened."""
    return min(records_kept(versions, at) for at in _turns(versions))


def audit_goes_before(versions: Sequence[PolicyVersion], now: datetime) -> datetime:
    """Until when events of no case may go: the oldest first, each kept as long as records were when it happened."""
    spans = ((begin, end, now - records_kept(versions, begin)) for begin, end in pairwise((*_turns(versions), now)))
    return next(max(begin, gone) for begin, end, gone in spans if gone < end)


def _turns(versions: Sequence[PolicyVersion]) -> Sequence[datetime]:
    """The moments from which another policy may hold, in order."""
    return (_EVER, *sorted(version.effective_at for version in versions))


def is_stricter(name: str, new: Any, old: Any) -> bool:
    """Whether a new value asks for more than the old one; figures without a direction count as stricter."""
    entry = ENTRIES[name]
    if entry.choices:
        order: Callable[[Any], int] = lambda value: entry.choices.index(shown(value))  # noqa: E731
        return order(new) >= order(old)
    if entry.more_is_stricter is None:
        return True
    return bool(new >= old if entry.more_is_stricter else new <= old)


def is_weakened(new: Policy, old: Policy) -> bool:
    """Whether any figure of the new policy asks for less than before."""
    return not all(is_stricter(f.name, getattr(new, f.name), getattr(old, f.name)) for f in fields(Policy))


def contradictions(policy: Policy) -> Mapping[str, str]:
    """Figures that make no sense beside others, each with what is wrong, in plain words."""
    wrong = {}
    if policy.records_kept < policy.texts_kept:
        wrong["records_kept"] = f"records_kept is at least texts_kept, which is {shown(policy.texts_kept)}"
    if policy.weight_medium < policy.weight_note:
        wrong["weight_medium"] = f"weight_medium is at least weight_note, which is {policy.weight_note}"
    if policy.weight_high < policy.weight_medium:
        wrong["weight_high"] = f"weight_high is at least weight_medium, which is {policy.weight_medium}"
    return wrong


def read_value(name: str, text: str, *, below_floor: bool) -> Figure:
    """Read one figure as typed, `24h`, `6` or `always`; raises ValueError in plain words.

    `below_floor` says whether a value below the floor is accepted (on a machine that serves itself alone).
    """
    entry = ENTRIES.get(name)
    if entry is None:
        raise ValueError(f"{name} is no policy; there are: {', '.join(ENTRIES)}")
    if entry.choices:
        if text not in entry.choices:
            raise ValueError(f"{name} is one of: {', '.join(entry.choices)}")
        return text == "yes" if entry.choices == ("no", "yes") else text
    value: Any = _whole_number(name, text) if isinstance(getattr(Policy, name), int) else _time(name, text)
    if entry.floor is not None and value < entry.floor and not below_floor:
        raise ValueError(f"{name} is at least {shown(entry.floor)}")
    if entry.ceiling is not None and value > entry.ceiling:
        raise ValueError(f"{name} is at most {shown(entry.ceiling)}")
    figure: Figure = value
    return figure


def _whole_number(name: str, text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{name} is a whole number like 6")
    return int(text)


def _time(name: str, text: str) -> timedelta:
    match = _DURATION.fullmatch(text.strip())
    if not match or int(match[1]) == 0:
        raise ValueError(f"{name} is a time like 90s, 10m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def shown(value: Figure) -> str:
    """A figure as it is typed: `24h`, `7d`, `6`, `yes`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0 and seconds > size - (size == 3600):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def up_to_the_minute(moment: datetime) -> datetime:
    """Rounded up, so that nobody is told of an earlier time than the true one."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)


def in_words(value: timedelta) -> str:
    """A duration as a sentence says it: `24 hours`, `7 days`, `1 minute`."""
    seconds = int(value.total_seconds())
    for unit, size, least in (("day", 86400, 2), ("hour", 3600, 1), ("minute", 60, 1)):
        if seconds % size == 0 and seconds >= size * least:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
