"""How long a provider is left alone, and what looks that nobody asked for may spend."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.domain.budgets import SILENT_AFTER, pause_after_answer, spare_again_at
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.standing import Limit
from tests.cast import NOW

SECOND = timedelta(seconds=1)
SOON = NOW + timedelta(minutes=20)


def paused(answer: Unknown, in_a_row: int = 1) -> timedelta | None:
    pause = pause_after_answer(answer, in_a_row, NOW)
    return pause.until - NOW if pause else None


def test_a_provider_is_left_alone_until_the_moment_it_names() -> None:
    assert paused(Unknown(CannotCheck.RATE_LIMITED, "429", retry_after=90 * SECOND)) == 90 * SECOND
    assert paused(Unknown(CannotCheck.RATE_LIMITED, "429", retry_at=SOON)) == SOON - NOW


def test_a_provider_that_names_no_moment_is_left_alone_for_a_minute_then_twice_as_long_an_hour_at_most() -> None:
    answer = Unknown(CannotCheck.RATE_LIMITED, "403")
    assert [paused(answer, row) for row in (1, 2, 3, 50)] == [60 * SECOND, 120 * SECOND, 240 * SECOND, 3600 * SECOND]


def test_one_fault_is_no_reason_to_leave_a_provider_alone_and_many_in_a_row_are() -> None:
    answer = Unknown(CannotCheck.UNAVAILABLE, "no answer in time")
    assert [paused(answer, row) for row in (1, SILENT_AFTER - 1, SILENT_AFTER, 50)] == [
        *(None, None),
        *(10 * SECOND, 60 * SECOND),
    ]


def test_a_token_that_is_not_accepted_says_nothing_of_limits() -> None:
    assert paused(Unknown(CannotCheck.CREDENTIALS, "401"), 50) is None


@pytest.mark.parametrize(
    ("limit", "again"),
    [
        (None, None),
        (Limit(5000), None),
        (Limit(5000, 1001, SOON), None),
        (Limit(5000, 1000, SOON), SOON),
        (Limit(60, 0, SOON), SOON),
        (Limit(60, 0, NOW), None),
    ],
)
def test_the_last_fifth_of_a_limit_is_kept_for_whoever_waits(limit: Limit | None, again: object) -> None:
    assert spare_again_at(limit, NOW) == again
