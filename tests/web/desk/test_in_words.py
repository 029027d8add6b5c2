"""The small sentences of the desk: spans, marks, ids in sentences, events, names of browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.domain.evidence import Check, Outcome
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.ports.desk_screens import LastRun
from support_portal.web.desk import checklist, marks, records, timeline
from support_portal.web.desk.conversation import paragraphs
from tests.cast import NOW, an_id

BROWSERS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1": "Safari, iOS",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/131.0 Safari/537 Edg/131.0": "Edge, Windows",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/131.0 Mobile Safari/537": "Chrome, Android",
    "curl/8.9": "curl/8.9",
}


@pytest.mark.parametrize(
    ("span", "narrow", "full"),
    [
        (timedelta(seconds=20), "under 1 min", "less than a minute"),
        (timedelta(minutes=1), "1 min", "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 minutes"),
        (timedelta(hours=9, minutes=30), "9 h", "9 hours"),
        (timedelta(hours=47), "1 day", "1 day"),
        (timedelta(days=12), "12 days", "12 days"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(span: timedelta, narrow: str, full: str) -> None:
    assert (marks.short(span), marks.in_full(span)) == (narrow, full)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "0 days"), (1, "1 day"), (29, "29 days"), (92, "3 mo"), (730.5, "2 y"), (2080, "5 y 8 mo")]
)
def test_an_age_is_said_in_years_and_months(days: float, said: str) -> None:
    assert records.age(timedelta(days=days)) == said


def a_last_run(outcome: Outcome, *failed: Check, passed: int = 9) -> LastRun:
    return LastRun(NOW, outcome, passed, 9, failed, None)


@pytest.mark.parametrize(
    ("run", "mark"),
    [
        (None, ("none", "None yet")),
        (a_last_run(Outcome.PASSED), ("pass", "9 of 9")),
        (a_last_run(Outcome.CANNOT_CHECK, passed=0), ("warn", "Retrying")),
        (a_last_run(Outcome.FAILED, Check.IS_ORIGINAL, passed=8), ("fail", "8 of 9")),
        (a_last_run(Outcome.FAILED, Check.REPOSITORY_FOUND, passed=1), ("fail", "Can’t open")),
        (a_last_run(Outcome.FAILED, Check.LINK_RECOGNISED, passed=0), ("fail", "Wrong link")),
    ],
)
def test_a_run_is_one_word_in_the_queue(run: LastRun | None, mark: tuple[str, str]) -> None:
    found = marks.repository(run)
    assert (found.kind, found.text) == mark


@pytest.mark.parametrize("header", BROWSERS)
def test_a_browser_is_known_by_its_header(header: str) -> None:
    assert records.shortened_agent(header) == BROWSERS[header]


def test_ids_stand_apart_in_a_sentence() -> None:
    parts = checklist.parts("Owner id 998, connected id {a0-b1}")
    assert [part.text for part in parts if part.is_id] == ["998", "{a0-b1}"]
    assert "".join(part.text for part in parts) == "Owner id 998, connected id {a0-b1}"


def test_every_check_has_a_name() -> None:
    assert set(checklist.NAMES) == set(Check)


def test_every_move_is_told_in_words_of_its_own() -> None:
    for move in Move:
        told = timeline.entry(Event(an_id(1), NOW, move, Actor(By.DECIDER, "Ben Ito")))
        assert told.icon != "circle-dot", move


def test_a_failed_run_names_its_checks_in_the_history() -> None:
    event = Event(an_id(1), NOW, "checks_failed", Actor(By.WORKER, "Verification"), why="name_matches, is_original")
    assert timeline.entry(event).text == (
        "Checks run, not passed: Name is exact, Not a fork, import, mirror or template copy"
    )


def test_the_history_says_which_mail_was_sent() -> None:
    event = Event(an_id(1), NOW, "mail_sent", Actor(By.PORTAL), details={"letter": "checks_failed", "to": "a•••"})
    assert timeline.entry(event).text == "Mail sent: checks failed"


def test_an_action_without_words_is_told_by_its_name() -> None:
    assert timeline.entry(Event(an_id(1), NOW, "policy_changed", Actor(By.PORTAL))).text == "Policy changed"


def test_a_text_is_cut_into_paragraphs_of_lines() -> None:
    assert paragraphs("Hello\nthere\n\n\nBye\n") == (("Hello", "there"), ("Bye",))
