"""What all workers know of each provider's patience with a credential, in Redis; a process remembers what it saw.

A lost or emptied Redis means asking gently: a pause that this process has met still holds; where nothing is known, one
question of each process finds out while its others wait; and without Redis it asks each provider one question a second.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import redis

from support_portal.adapters.clock import Clock
from support_portal.adapters.providers.credentials import STRANGER, Access
from support_portal.domain.budgets import (
    ANOTHER_ASKS,
    SILENT_AFTER,
    Pause,
    pause_after_answer,
    spare_again_at,
)
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.standing import Limit
from support_portal.domain.watching import LONGEST_TOLD

PATIENCE = 0.5  # seconds for each answer of Redis
KEPT_FOR = LONGEST_TOLD + timedelta(hours=1)  # longer than any pause, else whoever starts later would not know of it
WHOLE_ANSWER = 25  # seconds; longer than one may take
GENTLY = timedelta(seconds=1)  # between questions of a process that cannot know what the others ask
# Several calls may be under way when a provider has had enough. The latest moment that one of them is told counts,
# whichever is answered last.
_KEEP_THE_LATER = """
if tonumber(redis.call('hget', KEYS[1], 'until') or 0) < tonumber(ARGV[1]) then
    redis.call('hset', KEYS[1], 'until', ARGV[1], 'pause', ARGV[2])
end
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What is known of one provider."""

    pause: Pause | None = None
    in_a_row: int = 0  # faults since the last good answer
    limit: Limit | None = None
    is_found_out: bool = False  # somebody asked it, and told all that came of it


class SharedBudgets:
    """The port `Budgets`, and what asking providers needs besides; safe for threads."""

    def __init__(self, url: str | None, clock: Clock, accesses: Mapping[str, Access]) -> None:
        """Connect at the first question. Without an address there is nobody to share with.

        `accesses` tells with what each provider is asked, by its key: each credential has limits of its own, and one
        that was replaced begins anew.
        """
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        self._client: Any = redis.Redis.from_url(url, decode_responses=True, **patience) if url else None
        self._clock = clock
        self._accesses = accesses
        self._own: dict[str, Pause] = {}
        self._asked: dict[str, datetime] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, key: str) -> str:
        """The budget of a provider, with what it is asked now."""
        return f"budget:{key}:{self._accesses.get(key, STRANGER).mark}"

    @contextmanager
    def turn(self, budget: str) -> Iterator[Unknown | None]:
        """Why this provider is not to be asked now; None: it may be asked while this lasts, and `after` be told."""
        with ExitStack() as alone:
            known = self._read(budget)
            if known is not None and not known.is_found_out and self._client is not None:
                alone.enter_context(self._one_by_one(budget))
                known = self._read(budget)
                if known is None or known.is_found_out:  # by somebody else
                    alone.close()
            yield self._not_now(budget, known)

    def refusal(self, budget: str) -> Unknown | None:
        """What its provider said when it named a moment to come back at, until that comes; None: it did not."""
        known = self._read(budget)
        pause = self._later(budget, known.pause if known else None)
        if pause is None or pause.reason is not CannotCheck.RATE_LIMITED or pause.until <= self._clock.now():
            return None
        return pause.as_answer()

    def _not_now(self, budget: str, known: Known | None) -> Unknown | None:
        now = self._clock.now()
        pause = self._later(budget, known.pause if known else None)
        if pause is not None and pause.until > now:
            return pause.as_answer()
        if known is None:
            return self._gently(budget, now)
        if known.in_a_row >= SILENT_AFTER and not self._is_the_first(budget, "probe"):
            return Unknown(CannotCheck.UNAVAILABLE, "did not answer lately", retry_at=now + ANOTHER_ASKS)
        return None

    def after(self, budget: str, answer: object, limit: Limit | None, *, is_down: bool) -> None:
        """Keep what an answer means for the next question.

        An answer that can't be used says nothing of the provider unless it is down: else whoever finds a link that is
        answered oddly could keep everybody from it.
        """
        now = self._clock.now()
        counts = {CannotCheck.RATE_LIMITED, CannotCheck.UNAVAILABLE} if is_down else {CannotCheck.RATE_LIMITED}
        is_good = not is_down
        if isinstance(answer, Unknown) and answer.reason in counts:
            is_good = False
            if (pause := pause_after_answer(answer, self._count(budget, answer), now)) is not None:
                self._keep(budget, pause)
        self._tell(lambda client: _noted(client, budget, limit, is_good=is_good))

    def spare_again_at(self, instance: str) -> datetime | None:
        """When looks that nobody asked for may go on at this instance; None: they may now."""
        known = self._read(self.of(instance))
        return spare_again_at(known.limit, self._clock.now()) if known else None

    def _read(self, budget: str) -> Known | None:
        if self._client is None:
            return Known()
        fields = self._tell(lambda client: client.hgetall(budget))
        return None if fields is None else _known(fields)

    def _count(self, budget: str, answer: Unknown) -> int:
        """How many faults came in a row with this one; refusals of calls that were under way together are one."""
        if answer.reason is CannotCheck.RATE_LIMITED and not self._is_the_first(budget, "refused"):
            return int(self._tell(lambda client: client.hget(budget, "in_a_row")) or 1)
        return int(self._tell(lambda client: client.hincrby(budget, "in_a_row", 1)) or 1)

    def _keep(self, budget: str, pause: Pause) -> None:
        self._later(budget, pause)
        text = json.dumps([pause.until.isoformat(), pause.reason, pause.why])
        self._tell(lambda client: client.eval(_KEEP_THE_LATER, 1, budget, pause.until.timestamp(), text))

    def _later(self, budget: str, told: Pause | None) -> Pause | None:
        """The later of the pause that all know and of the one this process has met; Redis may have lost it."""
        with self._lock:
            own = self._own.get(budget)
            if told is None or (own is not None and own.until > told.until):
                return own
            self._own[budget] = told
            return told

    @contextmanager
    def _one_by_one(self, budget: str) -> Iterator[None]:
        with self._lock:
            turn = self._turns.setdefault(budget, threading.Lock())
        has_it = turn.acquire(timeout=WHOLE_ANSWER)
        try:
            yield
        finally:
            if has_it:
                turn.release()

    def _gently(self, budget: str, now: datetime) -> Unknown | None:
        with self._lock:
            last = self._asked.get(budget)
            if last is None or now - last >= GENTLY:
                self._asked[budget] = now
                return None
        return Unknown(CannotCheck.UNAVAILABLE, "asked one by one while Redis is away", retry_at=now + ANOTHER_ASKS)

    def _is_the_first(self, budget: str, what: str) -> bool:
        """Whether nobody else was it for as long as a whole answer may take."""
        return bool(self._tell(lambda client: client.set(f"{budget}:{what}", "1", nx=True, ex=WHOLE_ANSWER)))

    def _tell(self, what: Callable[[Any], Any]) -> Any:
        """What Redis says; None where it does not answer."""
        if self._client is None:
            return None
        try:
            return what(self._client)
        except redis.RedisError as fault:
            _log.warning("Redis does not tell what providers allow (%s): they are asked gently", fault)
            return None


def _noted(client: Any, budget: str, limit: Limit | None, *, is_good: bool) -> None:
    """All in one message: this is said after every answer."""
    told = client.pipeline(transaction=False)
    if is_good:
        told.hdel(budget, "in_a_row")
    told.hset(budget, mapping={"found_out": "1", **({"limit": _limit_text(limit)} if limit else {})})
    told.expire(budget, KEPT_FOR)
    told.execute()


def _known(fields: dict[str, str]) -> Known:
    pause = None
    if "pause" in fields:
        until, reason, why = json.loads(fields["pause"])
        pause = Pause(datetime.fromisoformat(until), CannotCheck(reason), why)
    limit = None
    if "limit" in fields:
        of, left, resets_at = json.loads(fields["limit"])
        limit = Limit(of, left, datetime.fromisoformat(resets_at) if resets_at else None)
    return Known(pause, int(fields.get("in_a_row", 0)), limit, "found_out" in fields)


def _limit_text(limit: Limit) -> str:
    return json.dumps([limit.of, limit.left, limit.resets_at.isoformat() if limit.resets_at else None])
