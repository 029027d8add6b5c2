"""The figures a team may set: what is read, what is refused, and which cases a change reaches."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_portal.domain.policy import (
    ENTRIES,
    Policy,
    PolicyVersion,
    effective_at,
    in_words,
    is_stricter,
    is_weakened,
    policy_for,
    read_value,
    shown,
)
from tests.cast import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = [field.name for field in fields(Policy)]
LONG = Policy(safety_wait=3 * DAY)

DEFAULTS = {
    "confirmation_valid": "24h",
    "instructions_by": "portal",
    "ask_for_code": "no",
    "evidence_valid": "6h",
    "second_approval": "high_risk",
    "safety_wait": "24h",
    "safety_wait_high_risk": "7d",
    "evidence_lost_after": "10m",
    "first_reminder": "3d",
    "second_reminder": "10d",
    "repository_expected": "14d",
    "block": "14d",
    "texts_kept": "90d",
    "records_kept": "1096d",
    "endless_tokens": "allowed",
    "git_sign_in": "full",
    "git_password_age": "7d",
    "session_over": "24h",
    "session_idle": "1h",
    "staff_session_over": "12h",
    "staff_session_idle": "30m",
    "weight_note": "1",
    "weight_medium": "3",
    "weight_high": "6",
}


def test_the_defaults_are_those_of_the_product() -> None:
    assert {name: shown(getattr(Policy(), name)) for name in NAMES} == DEFAULTS


def test_every_figure_has_a_meaning_and_every_meaning_a_figure() -> None:
    assert list(ENTRIES) == NAMES
    assert all(entry.about for entry in ENTRIES.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_default_can_be_typed_back(name: str) -> None:
    assert read_value(name, DEFAULTS[name], below_floor=False) == getattr(Policy(), name)


@pytest.mark.parametrize(
    ("text", "value"),
    [("90s", timedelta(seconds=90)), ("10m", 10 * HOUR / 60), ("24h", DAY), ("7d", 7 * DAY), (" 36 h ", 36 * HOUR)],
)
def test_a_time_is_typed_as_a_number_and_a_unit(text: str, value: timedelta) -> None:
    assert read_value("block", text, below_floor=False) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0s",
        "00h",
        "-1h",
        "1.5h",
        "24",
        "h",
        "24 hours",
        "1w",
        "1h30m",
        "9999999d",
        "\u0661\u0660m",
        "24h\n1",
        "24H",
    ],
)
def test_what_is_no_time_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(ValueError, match="block is a time like 90s, 10m, 24h or 7d"):
        read_value("block", text, below_floor=False)


def test_what_is_not_offered_is_refused_with_what_is() -> None:
    with pytest.raises(ValueError, match="second_approval is one of: high_risk, always"):
        read_value("second_approval", "never", below_floor=False)


def test_an_unknown_figure_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^speed is no policy; there are: confirmation_valid, .*, weight_high$"):
        read_value("speed", "24h", below_floor=False)


@pytest.mark.parametrize("name", ["safety_wait", "safety_wait_high_risk"])
def test_a_wait_below_a_day_is_accepted_on_loopback_alone(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is at least 24h$"):
        read_value(name, "86399s", below_floor=False)
    assert read_value(name, "24h", below_floor=False) == DAY
    assert read_value(name, "1m", below_floor=True) == timedelta(minutes=1)


SECONDS = st.integers(min_value=1, max_value=999_999)


@given(SECONDS, st.sampled_from([1, 60, 3600, 86400]))
def test_what_is_shown_can_be_typed_back(count: int, unit: int) -> None:
    value = timedelta(seconds=count * unit)
    if count * unit < 1_000_000 or unit > 1:
        assert read_value("block", shown(value), below_floor=False) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=10), "10 minutes"),
        (HOUR, "1 hour"),
        (6 * HOUR, "6 hours"),
        (DAY, "24 hours"),
        (36 * HOUR, "36 hours"),
        (2 * DAY, "2 days"),
        (14 * DAY, "14 days"),
    ],
)
def test_a_duration_is_said_as_people_say_it(value: timedelta, words: str) -> None:
    assert in_words(value) == words


@given(SECONDS, st.sampled_from([1, 60, 3600, 86400]))
def test_words_say_the_whole_duration(count: int, unit: int) -> None:
    number, word = in_words(timedelta(seconds=count * unit)).split()
    sizes = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
    assert int(number) * sizes[word.removesuffix("s")] == count * unit


STRICTER: dict[str, tuple[Any, Any]] = {
    "confirmation_valid": (HOUR, DAY),
    "instructions_by": ("agent", "portal"),
    "ask_for_code": (True, False),
    "evidence_valid": (HOUR, 6 * HOUR),
    "second_approval": ("always", "high_risk"),
    "safety_wait": (2 * DAY, DAY),
    "safety_wait_high_risk": (8 * DAY, 7 * DAY),
    "evidence_lost_after": (HOUR / 6, HOUR),
    "repository_expected": (7 * DAY, 14 * DAY),
    "block": (15 * DAY, 14 * DAY),
    "records_kept": (1097 * DAY, 1096 * DAY),
    "endless_tokens": ("forbidden", "allowed"),
    "git_sign_in": ("second_factor", "full"),
    "git_password_age": (8 * DAY, 7 * DAY),
    "session_over": (HOUR, DAY),
    "session_idle": (HOUR / 2, HOUR),
    "staff_session_over": (HOUR, 12 * HOUR),
    "staff_session_idle": (HOUR / 6, HOUR / 2),
    "weight_note": (2, 1),
    "weight_medium": (4, 3),
    "weight_high": (7, 6),
}
WITHOUT_DIRECTION = {"first_reminder", "second_reminder", "texts_kept"}


@pytest.mark.parametrize("name", STRICTER)
def test_which_of_two_values_is_the_stricter(name: str) -> None:
    strict, weak = STRICTER[name]
    assert is_stricter(name, strict, weak)
    assert is_stricter(name, weak, weak)
    assert not is_stricter(name, weak, strict)
    assert is_weakened(replace(Policy(), **{name: weak}), replace(Policy(), **{name: strict}))


def test_every_figure_has_a_direction_or_is_known_to_have_none() -> None:
    assert set(STRICTER) | WITHOUT_DIRECTION == set(NAMES)
    for name in WITHOUT_DIRECTION:
        assert is_stricter(name, DAY, 2 * DAY)
        assert is_stricter(name, 2 * DAY, DAY)


def test_without_any_version_the_defaults_hold() -> None:
    assert policy_for([], NOW) == Policy()


def test_a_stricter_policy_reaches_open_cases_at_once() -> None:
    versions = [PolicyVersion(LONG, effective_at(LONG, [], NOW))]
    assert versions[0].effective_at == NOW
    assert policy_for(versions, NOW - 30 * DAY).safety_wait == 3 * DAY


def test_a_weaker_policy_starts_after_a_day_for_cases_opened_from_then_on() -> None:
    strict = PolicyVersion(LONG, NOW - 10 * DAY)
    weak = PolicyVersion(Policy(), effective_at(Policy(), [strict], NOW))
    assert weak.effective_at == NOW + DAY
    assert policy_for([strict, weak], NOW - 5 * DAY).safety_wait == 3 * DAY
    assert policy_for([strict, weak], NOW + DAY - timedelta(seconds=1)).safety_wait == 3 * DAY
    assert policy_for([strict, weak], NOW + DAY).safety_wait == DAY


def test_of_a_change_both_ways_the_stricter_half_holds_at_once() -> None:
    both = replace(Policy(), block=30 * DAY, evidence_valid=12 * HOUR)
    version = PolicyVersion(both, effective_at(both, [], NOW))
    reached = policy_for([version], NOW - DAY)
    assert (reached.block, reached.evidence_valid) == (30 * DAY, 6 * HOUR)


def test_a_second_change_does_not_bring_a_weaker_one_forward() -> None:
    strict = PolicyVersion(LONG, NOW - 10 * DAY)
    weak = PolicyVersion(Policy(), effective_at(Policy(), [strict], NOW))
    other = replace(Policy(), block=30 * DAY)
    later = PolicyVersion(other, effective_at(other, [strict, weak], NOW + HOUR))
    reached = policy_for([strict, weak, later], NOW + 2 * HOUR)
    assert (reached.safety_wait, reached.block) == (3 * DAY, 30 * DAY)


def test_a_heavier_weight_reaches_open_cases_at_once_and_a_lighter_one_later_cases_alone() -> None:
    heavy = Policy(weight_medium=6)
    versions = [PolicyVersion(heavy, effective_at(heavy, [], NOW))]
    assert policy_for(versions, NOW - 30 * DAY).weight_medium == 6
    versions.append(PolicyVersion(Policy(), effective_at(Policy(), versions, NOW)))
    assert policy_for(versions, NOW + DAY - timedelta(seconds=1)).weight_medium == 6
    assert policy_for(versions, NOW + DAY).weight_medium == 3


DIRECTED = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in STRICTER.items()})
HISTORIES = st.lists(st.tuples(st.integers(min_value=0, max_value=30), DIRECTED), max_size=6)


@given(HISTORIES, st.integers(min_value=0, max_value=200))
def test_no_change_ever_weakens_what_an_open_case_was_promised(
    history: list[tuple[int, dict[str, Any]]], age: int
) -> None:
    """Policies are set one after the other, hours apart; a case is opened at some hour in between."""
    opened_at, now = NOW + age * HOUR, NOW
    versions: list[PolicyVersion] = []
    for hours, values in history:
        now += hours * HOUR
        new, before = replace(Policy(), **values), policy_for(versions, opened_at)
        versions.append(PolicyVersion(new, effective_at(new, versions, now)))
        after = policy_for(versions, opened_at)
        for name in STRICTER:
            figure = getattr(after, name)
            assert is_stricter(name, figure, getattr(new, name)), "what is stricter in it holds at once"
            if opened_at < now + DAY:
                assert is_stricter(name, figure, getattr(before, name)), "nothing gets weaker"
            else:
                assert figure == getattr(new, name), "a day later it holds whole"
