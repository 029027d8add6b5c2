"""Four processes of sixteen threads each, which begin at the same moment; what became of every try."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from support_portal.domain.errors import Refusal, Stale, TooMany
from support_portal.ports.tools import Tools
from support_portal.settings import Settings
from support_portal.wiring import tools_from
from tests.quick_passwords import QUICK_PASSWORDS
from tests.races.careless import careless

PROCESSES, THREADS = 4, 16
TRIES = PROCESSES * THREADS
PATIENCE = 120.0  # seconds until everybody is at the start

Attempt = Callable[..., object]  # is called with `tools=`; False or a refusal is a no


class Outcome(StrEnum):
    """What became of one try."""

    ACCEPTED = "accepted"
    BY_USE = "refused by use"
    BY_LIMIT = "refused by the limit"
    GAVE_WAY = "gave way"
    BROKE = "broke"


@dataclass(frozen=True)
class Tried:
    """One try: its outcome, the fault behind one that broke, and from when to when it was under way."""

    outcome: Outcome
    fault: str
    began: float
    ended: float


class Crew:
    """The processes, each with tools of its own."""

    def __init__(self, settings: dict[str, Any], *, is_careless: bool) -> None:
        """Start them; careless ones check and then write."""
        spawning = multiprocessing.get_context("spawn")
        self._start = spawning.Barrier(PROCESSES)  # held here: it is gone with its last holder
        self._lines = []
        self._processes = []
        for _ in range(PROCESSES):
            ours, theirs = spawning.Pipe()
            words = (settings, is_careless, theirs, self._start)
            process = spawning.Process(target=_work, args=words, daemon=True)
            process.start()
            self._lines.append(ours)
            self._processes.append(process)

    def race(self, attempts: Sequence[Attempt]) -> list[Tried]:
        """Make all attempts at the same moment."""
        for number, line in enumerate(self._lines):
            line.send(attempts[number::PROCESSES])
        found = []
        for line in self._lines:
            if not line.poll(PATIENCE):
                raise TimeoutError("a process of the crew does not answer")
            found += line.recv()
        return found

    def leave(self) -> None:
        """End the processes."""
        for line in self._lines:
            line.send(None)
        for process in self._processes:
            process.join(PATIENCE)


def most_at_once(tried: Sequence[Tried]) -> int:
    """How many tries were under way at the same moment, at most."""
    moments = sorted([(one.began, 1) for one in tried] + [(one.ended, -1) for one in tried])
    most = now = 0
    for _, more in moments:
        now += more
        most = max(most, now)
    return most


def quick_tools(settings: dict[str, Any]) -> Tools:
    """The product's tools, but for a quick hash of passwords: what is raced is what comes after it."""
    return replace(tools_from(Settings.model_validate(settings)), passwords=QUICK_PASSWORDS)


def _work(settings: dict[str, Any], is_careless: bool, line: Connection, start: Barrier) -> None:
    tools = quick_tools(settings)
    if is_careless:
        tools = careless(tools, settings["database_url"])
    with ThreadPoolExecutor(THREADS) as pool:
        while (attempts := line.recv()) is not None:
            together = threading.Barrier(len(attempts) + 1)
            waiting = [pool.submit(_try, attempt, together, tools) for attempt in attempts]
            start.wait(PATIENCE)
            together.wait(PATIENCE)
            line.send([one.result() for one in waiting])


def _try(attempt: Attempt, together: threading.Barrier, tools: Tools) -> Tried:
    together.wait(PATIENCE)
    began = time.monotonic()
    outcome, fault = _outcome(attempt, tools)
    return Tried(outcome, fault, began, time.monotonic())


def _outcome(attempt: Attempt, tools: Tools) -> tuple[Outcome, str]:
    try:
        answer = attempt(tools=tools)
    except TooMany:
        return Outcome.BY_LIMIT, ""
    except Stale:
        return Outcome.GAVE_WAY, ""
    except Refusal:
        return Outcome.BY_USE, ""
    except Exception as fault:
        return Outcome.BROKE, f"{type(fault).__name__}: {fault}".splitlines()[0]
    return (Outcome.BY_USE if answer is False else Outcome.ACCEPTED), ""
