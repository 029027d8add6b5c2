"""When to look again: growing intervals, growing pauses, and the provider's own word within limits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_portal.domain.watching import CHECKS_A_DAY, next_look, pause_after, pause_at_age, retry_moment
from tests.cast import NOW

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SPREADS = st.floats(min_value=0.5, max_value=1.5)


@pytest.mark.parametrize(
    ("waited", "pause"),
    [
        (timedelta(0), MINUTE),
        (10 * MINUTE, MINUTE),
        (20 * MINUTE, 2 * MINUTE),
        (10 * HOUR, HOUR),
        (60 * HOUR, 6 * HOUR),
        (timedelta(days=13), 6 * HOUR),
    ],
)
def test_the_watcher_looks_every_minute_at_first_and_every_six_hours_at_last(
    waited: timedelta, pause: timedelta
) -> None:
    assert next_look(waited) == pause


def test_a_requester_may_ask_for_twenty_checks_a_day() -> None:
    assert CHECKS_A_DAY == 20


@pytest.mark.parametrize(("failures", "seconds"), [(0, 5), (1, 10), (2, 20), (6, 320), (9, 2560), (10, 3600)])
def test_pauses_double_with_each_fault_until_an_hour(failures: int, seconds: int) -> None:
    assert pause_after(failures, 1.0) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=10**6), SPREADS)
def test_a_pause_is_never_longer_than_an_hour_nor_shorter_than_two_seconds(failures: int, spread: float) -> None:
    assert 2 * SECOND <= pause_after(failures, spread) <= HOUR


def test_pauses_are_spread_so_that_not_all_come_back_at_once() -> None:
    assert pause_after(3, 0.5) == timedelta(seconds=20)
    assert pause_after(3, 1.5) == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("age", "spread", "pause"),
    [
        (timedelta(0), 1.0, 5 * SECOND),
        (MINUTE, 1.0, 15 * SECOND),
        (HOUR, 0.5, 7.5 * MINUTE),
        (2 * HOUR, 1.5, 45 * MINUTE),
        (4 * HOUR, 1.5, HOUR),
        (timedelta(days=3), 1.5, HOUR),
    ],
)
def test_what_has_failed_for_long_is_tried_less_often_but_never_more_than_an_hour_apart(
    age: timedelta, spread: float, pause: timedelta
) -> None:
    assert pause_at_age(age, spread, most=HOUR) == pause


@pytest.mark.parametrize(
    ("span", "moment", "expected"),
    [
        (None, None, None),
        (90 * SECOND, None, NOW + 90 * SECOND),
        (None, NOW + 5 * MINUTE, NOW + 5 * MINUTE),
        (90 * SECOND, NOW + 5 * MINUTE, NOW + 5 * MINUTE),
        (timedelta(0), None, NOW + SECOND),
        (-HOUR, None, NOW + SECOND),
        (None, NOW - HOUR, NOW + SECOND),
        (2 * HOUR, None, NOW + 2 * HOUR),
        (None, NOW + timedelta(days=365), NOW + 24 * HOUR),
    ],
)
def test_a_provider_is_asked_again_when_it_said_but_within_a_second_and_a_day(
    span: timedelta | None, moment: datetime | None, expected: datetime | None
) -> None:
    assert retry_moment(NOW, span, moment) == expected
