"""Counting tries before they are made, so that no more than the limit are ever under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from support_portal.domain.errors import TooMany
from support_portal.domain.second_factor import Limit
from support_portal.ports.stores import Work


def take_a_try(work: Work, *limited: tuple[str, Iterable[Limit]]) -> Sequence[int] | TooMany:
    """Count a try under each key; a refusal instead, with nothing counted, where a limit is reached.

    The refusal is handed back, so that the caller can end the transaction before it raises it.
    """
    taken = work.tries.take([(key, limit) for key, limits in limited for limit in limits], work.now)
    if isinstance(taken, datetime):
        minutes = max(1, -(-int((taken - work.now).total_seconds()) // 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
        return TooMany(f"Too many tries. Wait {wait}, then try again.", taken)
    return taken
