"""Ends what a killed supervisor left behind: it is told what runs, and acts when nobody tells it any more.

Every part is asked to end by the kernel when the supervisor dies. One that is deaf at that moment, such as a worker
that looks for a broker that is gone too, is ended here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable

GRACE = 10.0  # seconds that the parts get to end by themselves
LOOK_EVERY = 0.1  # seconds


def main() -> None:
    """Read lines like `+123` (the session of process 123 began) and `-123` (it ended), until the supervisor is gone."""
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        if line.startswith("+"):
            groups.add(number)
        else:
            groups.discard(number)
    end, never = time.monotonic() + GRACE, threading.Event()
    while any_left(groups) and time.monotonic() < end:
        never.wait(LOOK_EVERY)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def any_left(groups: Iterable[int]) -> bool:
    """Whether one of these process groups has a member."""
    for group in groups:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            continue
        return True
    return False


if __name__ == "__main__":
    main()
