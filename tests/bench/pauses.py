"""What a stand-in's log tells of a pause: who asked when, what was named, and who came back when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

SPREAD = 10  # seconds after the moment in which everybody comes back
MOST_IN_A_SECOND = 0.4  # of those
LEAST_SECONDS = 7  # in which anybody comes


@dataclass(frozen=True)
class Call:
    """One call of the API: for what, from when to when, and when a caller that was refused was told to come back."""

    path: str
    began: datetime
    answered: datetime
    is_refused: bool
    named: datetime

    @classmethod
    def of(cls, line: dict[str, Any]) -> Call:
        """The call that a line of the log is about."""
        answered = datetime.fromisoformat(line["answered_at"])
        is_refused = line["status"] == HTTPStatus.TOO_MANY_REQUESTS
        named = _named(answered, line["retry_after"], line["reset"]) if is_refused else answered
        return cls(line["path"], datetime.fromisoformat(line["time"]), answered, is_refused, named)


def _named(answered: datetime, retry_after: str | None, reset: str | None) -> datetime:
    if retry_after is None:
        return datetime.fromtimestamp(int(reset or 0), UTC)
    if retry_after.isdecimal():
        return answered + timedelta(seconds=int(retry_after))
    return parsedate_to_datetime(retry_after)


class Pause:
    """The calls of a provider that refused from the first of them on, and was well again by the moment it named."""

    def __init__(self, log: Iterable[dict[str, Any]], grace: float) -> None:
        """Read a log; `grace` is how many seconds the workers have to tell each other of the first refusal."""
        lines = (line for line in log if line["part"] == "api" and line["answered_at"])
        self.calls = sorted(map(Call.of, lines), key=lambda call: call.began)
        self._grace = timedelta(seconds=grace)

    @cached_property
    def refused(self) -> list[Call]:
        """All that were answered 429."""
        return [call for call in self.calls if call.is_refused]

    @cached_property
    def first_heard_at(self) -> datetime:
        """When the first refusal was answered."""
        return min(call.answered for call in self.refused)

    @property
    def known_at(self) -> datetime:
        """From when on every worker has to know."""
        return self.first_heard_at + self._grace

    @cached_property
    def on_their_way(self) -> list[Call]:
        """Those that began before everybody could know."""
        return [call for call in self.calls if call.began <= self.known_at]

    @cached_property
    def moment(self) -> datetime:
        """The latest moment that anybody was told: nobody who knows of the pause may ask before it."""
        return max(call.named for call in self.refused)

    @property
    def too_soon(self) -> list[Call]:
        """Those that somebody made who had to know."""
        return [call for call in self.calls if self.known_at < call.began < self.moment]

    @property
    def after(self) -> list[float]:
        """How many seconds after the moment each later call began."""
        return [(call.began - self.moment).total_seconds() for call in self.calls if call.began >= self.moment]

    @property
    def last_on_its_way(self) -> float:
        """How many seconds after the first refusal the last call began that was still under way to it."""
        return (max(call.began for call in self.on_their_way) - self.first_heard_at).total_seconds()


class Return:
    """How those who come back are spread over the seconds after a moment."""

    def __init__(self, after: Iterable[float]) -> None:
        """Count from how many seconds after the moment each comes."""
        counted = Counter(int(seconds) for seconds in after)
        self.by_second = [counted[second] for second in range(SPREAD)]

    def __str__(self) -> str:
        return " ".join(map(str, self.by_second))

    @property
    def filled(self) -> int:
        """The seconds in which anybody comes."""
        return sum(count > 0 for count in self.by_second)

    @property
    def fullest(self) -> float:
        """The share of those that come in the fullest second."""
        return max(self.by_second) / (sum(self.by_second) or 1)

    @property
    def is_spread(self) -> bool:
        """Whether they do not come all at once."""
        return self.fullest <= MOST_IN_A_SECOND and self.filled >= LEAST_SECONDS
