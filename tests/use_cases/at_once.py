"""Doing different things at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each returned or raised, in their order; all begin when the last of them is there."""
    start = threading.Barrier(len(acts))

    def attempt(act: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(attempt, act) for act in acts]]
