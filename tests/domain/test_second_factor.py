"""How codes are read, which steps count, and what recovery codes are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support_portal.domain.second_factor import (
    CODES,
    OF_ONE_FACTOR,
    OF_ONE_NETWORK,
    digest_of,
    new_recovery_codes,
    read_code,
    read_recovery_code,
    step_at,
    step_that_fits,
    steps_accepted,
)

AT = datetime(2026, 11, 18, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "1 2 3 4 5 6"])
def test_a_code_is_read_with_spaces_and_dashes_in_it(typed: str) -> None:
    assert read_code(typed) == "123456"


# Written by their names: they look like the digits they are not.
FULL_WIDTH = "".join(chr(ord("\N{FULLWIDTH DIGIT ZERO}") + number) for number in range(6))
ARABIC = "".join(chr(ord("\N{ARABIC-INDIC DIGIT ZERO}") + number) for number in range(6))


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", FULL_WIDTH, ARABIC, "123456\0", "123.456", "1" * 5000, " " * 5000],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_the_step_now_the_one_before_and_the_one_after_count() -> None:
    now = step_at(AT)
    assert list(steps_accepted(AT)) == [now - 1, now, now + 1]
    assert step_at(AT + timedelta(seconds=30)) == now + 1


def test_a_code_fits_the_newest_step_that_has_it() -> None:
    assert step_that_fits("111111", {7: "111111", 8: "222222", 9: "111111"}) == 9
    assert step_that_fits("333333", {7: "111111", 8: "222222"}) is None


def test_recovery_codes_are_ten_and_never_twice_the_same() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == CODES == 10
    assert not set(codes) & set(new_recovery_codes())


def test_a_recovery_code_is_read_however_it_was_written_down() -> None:
    shown = new_recovery_codes()[0]
    letters = shown.replace("-", "")
    for typed in (shown, shown.upper(), letters, f"  {shown.replace('-', ' ')} "):
        assert read_recovery_code(typed) == letters


@pytest.mark.parametrize(
    "typed", ["", "k4tn-8wqz", "x" * 25, "x" * 5000, "\N{FULLWIDTH LATIN SMALL LETTER A}" * 24, "i" * 24, "ab\0" * 8]
)
def test_what_is_no_recovery_code_is_none(typed: str) -> None:
    assert read_recovery_code(typed) is None


def test_only_a_digest_of_a_recovery_code_is_kept() -> None:
    assert len(digest_of("abc")) == 32
    assert digest_of("abc") != digest_of("abd")


def test_codes_may_be_guessed_as_seldom_as_the_product_says() -> None:
    assert [(limit.most, limit.within) for limit in OF_ONE_FACTOR] == [
        (5, timedelta(minutes=5)),
        (20, timedelta(hours=1)),
        (50, timedelta(days=1)),
    ]
    assert [(limit.most, limit.within) for limit in OF_ONE_NETWORK] == [
        (10, timedelta(minutes=5)),
        (50, timedelta(hours=1)),
    ]
