"""The command that shows and sets the figures a team may set."""

from __future__ import annotations

from pathlib import Path

import pytest

from support_portal.domain.policy import ENTRIES
from tests.parts import SECRET_KEYS, Database, command

USAGE = 64  # sysexits.h


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, str]:
    """A portal that is reached from elsewhere, so that the floors hold."""
    return {
        "PORTAL_DATABASE_URL": database.url,
        "PORTAL_SECRET_KEYS": SECRET_KEYS,
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_PUBLIC_URL": "https://portal.example",
    }


def figures(told: str) -> dict[str, str]:
    """Each figure that was shown, and its value."""
    lines = [line.split() for line in told.splitlines()]
    return {name: value for name, value, *about in lines if about}


def test_every_figure_is_shown_with_its_value_and_what_it_means(settings: dict[str, str]) -> None:
    shown = figures(command(settings, "policy", "show"))
    assert list(shown) == list(ENTRIES)
    new = ("records_kept", "weight_note", "weight_medium", "weight_high")
    assert [shown[name] for name in new] == ["1096d", "1", "3", "6"]


def test_what_was_set_is_shown_and_what_got_weaker_waits_a_day(settings: dict[str, str]) -> None:
    words = ("records_kept=1461d", "weight_medium=6", "weight_high=8", "weight_note=0")
    shown = figures(command(settings, "policy", "set", *words))
    assert [shown[word.partition("=")[0]] for word in words] == ["1461d", "6", "8", "1"]
    assert figures(command(settings, "policy", "show")) == shown


@pytest.mark.parametrize(
    ("word", "refusal"),
    [
        ("records_kept=36", "records_kept is a time like 90s, 10m, 24h or 7d"),
        ("records_kept=90d", "records_kept is at least 365d"),
        ("texts_kept=4000d", "records_kept is at least texts_kept, which is 4000d"),
        ("weight_high=6d", "weight_high is a whole number like 6"),
        ("weight_high=5", "weight_high is at least 6"),
        ("weight_high=101", "weight_high is at most 100"),
        ("weight_note=5", "weight_medium is at least weight_note, which is 5"),
    ],
)
def test_what_does_not_do_is_refused_in_one_line_and_changes_nothing(
    settings: dict[str, str], word: str, refusal: str
) -> None:
    before = command(settings, "policy", "show")
    with pytest.raises(AssertionError, match=f"ended with {USAGE}:\nsupport-portal: {refusal}\n$"):
        command(settings, "policy", "set", word)
    assert command(settings, "policy", "show") == before
