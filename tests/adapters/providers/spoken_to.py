"""Every place that this process speaks to while a block runs, whatever library does it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_heard: list[set[str]] = []


@contextmanager
def places_spoken_to() -> Iterator[set[str]]:
    """The places, as HOST:PORT, that are connected to or whose names are looked up until the block ends."""
    _listen()
    places: set[str] = set()
    _heard.append(places)
    try:
        yield places
    finally:
        _heard.remove(places)


@cache
def _listen() -> None:
    """Python tells of both: https://docs.python.org/3.11/library/audit_events.html. A hook stays for good."""

    def hear(event: str, told: tuple[object, ...]) -> None:
        if not _heard or event not in ("socket.connect", "socket.getaddrinfo"):
            return
        address = told[1] if event == "socket.connect" else told[:2]
        for places in _heard:
            places.add(":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address))

    sys.addaudithook(hear)
