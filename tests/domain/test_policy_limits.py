"""What a figure may be: weights as whole numbers, floors and ceilings, and figures beside each other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.domain.policy import Policy, contradictions, read_value, shown

DAY = timedelta(days=1)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1", 1), (" 07 ", 7), ("100", 100)])
def test_a_weight_is_typed_as_a_whole_number(text: str, value: int) -> None:
    assert read_value("weight_note", text, below_floor=False) == value


@pytest.mark.parametrize("text", ["", "-1", "1.5", "6d", "six", "1e2", "\u0661", "6\n1", "1234567"])
def test_what_is_no_whole_number_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"^weight_high is a whole number like 6$"):
        read_value("weight_high", text, below_floor=False)


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("weight_medium", "0", "weight_medium is at least 1"),
        ("weight_high", "5", "weight_high is at least 6"),
        ("records_kept", "364d", "records_kept is at least 365d"),
    ],
)
def test_no_weight_and_no_record_is_set_to_next_to_nothing_but_on_loopback(name: str, text: str, refusal: str) -> None:
    with pytest.raises(ValueError, match=f"^{refusal}$"):
        read_value(name, text, below_floor=False)
    assert shown(read_value(name, text, below_floor=True)) == text
    floor = refusal.rpartition(" ")[2]
    assert shown(read_value(name, floor, below_floor=False)) == floor


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("weight_note", "101", "weight_note is at most 100"),
        ("texts_kept", "36501d", "texts_kept is at most 36500d"),
        ("records_kept", "999999d", "records_kept is at most 36500d"),
    ],
)
def test_what_is_beyond_any_sense_is_refused_everywhere(name: str, text: str, refusal: str) -> None:
    for below_floor in (False, True):
        with pytest.raises(ValueError, match=f"^{refusal}$"):
            read_value(name, text, below_floor=below_floor)


def test_figures_that_make_no_sense_beside_each_other_are_named() -> None:
    assert contradictions(Policy()) == {}
    assert contradictions(Policy(texts_kept=1096 * DAY, weight_note=6, weight_medium=6)) == {}
    assert contradictions(Policy(texts_kept=1097 * DAY)) == {
        "records_kept": "records_kept is at least texts_kept, which is 1097d"
    }
    assert contradictions(Policy(weight_note=4, weight_high=2)) == {
        "weight_medium": "weight_medium is at least weight_note, which is 4",
        "weight_high": "weight_high is at least weight_medium, which is 3",
    }
