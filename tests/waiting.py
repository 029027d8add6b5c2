"""Wait for something to become true, never for a fixed while."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(is_so: Callable[[], object], within: float = 20, every: float = 0.05) -> None:
    """Return as soon as `is_so` answers truly; AssertionError after `within` seconds."""
    end = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < end, f"not so after {within:.0f} s"
        time.sleep(every)
