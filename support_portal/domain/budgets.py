"""How often a provider may be asked: left alone while it wants to be, and nothing spent that somebody may wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.standing import Limit
from support_portal.domain.watching import LONGEST_PAUSE, retry_moment

# A provider that names no moment: GitHub asks for at least a minute, growing.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
FIRST_PAUSE = timedelta(minutes=1)
# So many faults in a row, and everybody else is kept from waiting for the same silence: one question finds out.
SILENT_AFTER = 4
FIRST_SILENCE, LONGEST_SILENCE = timedelta(seconds=10), timedelta(minutes=1)
ANOTHER_ASKS = timedelta(seconds=5)  # until somebody who left the question to another looks again
KEPT_BACK = 5  # of a limit, one part in so many is for what somebody waits for


@dataclass(frozen=True)
class Pause:
    """Until when a provider is left alone, and why."""

    until: datetime
    reason: CannotCheck
    why: str

    def as_answer(self) -> Unknown:
        """What a question comes to meanwhile."""
        return Unknown(self.reason, self.why, retry_at=self.until)


def pause_after_answer(answer: Unknown, in_a_row: int, now: datetime) -> Pause | None:
    """How long to leave a provider alone that has answered so, the last of so many faults in a row."""
    if answer.reason is CannotCheck.RATE_LIMITED:
        told = retry_moment(now, answer.retry_after, answer.retry_at)
        return Pause(told or now + _doubled(FIRST_PAUSE, in_a_row, LONGEST_PAUSE), answer.reason, answer.detail)
    if answer.reason is CannotCheck.UNAVAILABLE and in_a_row >= SILENT_AFTER:
        until = now + _doubled(FIRST_SILENCE, in_a_row - SILENT_AFTER + 1, LONGEST_SILENCE)
        return Pause(until, answer.reason, f"not asked for the moment: {answer.detail}")
    return None


def spare_again_at(limit: Limit | None, now: datetime) -> datetime | None:
    """When looks that nobody asked for may go on; None: at once, for there is enough, or nobody told a limit."""
    if limit is None or limit.left is None or limit.resets_at is None or limit.resets_at <= now:
        return None
    return None if limit.left * KEPT_BACK > limit.of else limit.resets_at


def _doubled(first: timedelta, times: int, most: timedelta) -> timedelta:
    factor: int = 2 ** min(max(times - 1, 0), 12)
    return min(most, first * factor)
