"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support_portal.adapters.clock import SystemClock


def test_the_clock_tells_the_time_of_now_in_utc() -> None:
    told = SystemClock().now()
    assert told.utcoffset() == timedelta(0)
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)
