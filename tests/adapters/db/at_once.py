"""Doing the same thing in many threads at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(times: int, act: Callable[[], T]) -> list[T | Exception]:
    """What each of so many attempts returned or raised; all begin when the last of them is there."""
    start = threading.Barrier(times)

    def attempt() -> T | Exception:
        start.wait(timeout=30)
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(attempt) for _ in range(times)]]
