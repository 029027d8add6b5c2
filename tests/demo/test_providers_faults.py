"""The stand-in providers fail on demand, each in its provider's words."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from tests.stand_ins import StandIn

PATHS = {
    "github": "/api/v3/repos/ana/notes",
    "gitlab": "/api/v4/projects/ana%2Fnotes",
    "bitbucket": "/2.0/repositories/ana/notes",
}


@pytest.fixture(params=list(PATHS))
def provider(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> StandIn:
    stand_in = providers[request.param]
    stand_in.account("ana")
    stand_in.repository("ana", "notes")
    return stand_in


def ask(provider: StandIn) -> requests.Response:
    return provider.get(PATHS[provider.key])


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("error", 500),
        ("unauthorized", 401),
        ("forbidden", 403),
        ("limited", 403),
        ("throttled", 429),
        ("not_found", 404),
        ("gone", 410),
        ("blocked", 451),
        ("redirect", 302),
    ],
)
def test_each_status_can_be_had_and_ended(provider: StandIn, kind: str, status: int) -> None:
    provider.fail(kind)
    spoiled = ask(provider)
    provider.fail("normal")

    assert spoiled.status_code == status
    assert ask(provider).status_code == 200


def test_a_fault_ends_after_the_answers_it_was_asked_for(provider: StandIn) -> None:
    provider.fail("error", status=503, count=2)

    assert [ask(provider).status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_can_be_confined_to_a_path(provider: StandIn) -> None:
    provider.fail("error", path="/elsewhere")

    assert ask(provider).status_code == 200


def test_the_pages_fail_apart_from_the_api(provider: StandIn) -> None:
    provider.fail("not_found", part="pages")

    assert provider.get("/ana/notes").status_code == 404
    assert ask(provider).status_code == 200
    assert provider.get("/").status_code == 200


def test_throttling_names_its_end_in_seconds_as_a_date_as_a_reset_or_not_at_all(provider: StandIn) -> None:
    provider.fail("throttled", seconds=90)
    in_seconds = ask(provider).headers
    provider.fail("throttled", seconds=90, form="date")
    as_date = ask(provider).headers
    provider.fail("throttled", seconds=90, form="reset")
    as_reset = ask(provider).headers
    provider.fail("throttled", form="none")
    untold = ask(provider).headers

    soon = datetime.now(UTC) + timedelta(seconds=90)
    assert in_seconds["Retry-After"] == "90"
    assert abs(parsedate_to_datetime(as_date["Retry-After"]) - soon) < timedelta(seconds=10)
    assert abs(int(as_reset["X-RateLimit-Reset"]) - soon.timestamp()) < 10
    assert as_reset["X-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in untold


def test_a_provider_that_hangs_lets_go_when_it_is_normal_again(provider: StandIn) -> None:
    provider.fail("hang")
    outcomes: list[object] = []

    def wait_for_it() -> None:
        try:
            outcomes.append(requests.get(provider.url + PATHS[provider.key], timeout=30).status_code)
        except requests.ConnectionError:
            outcomes.append("dropped")

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    deadline = time.monotonic() + 10
    while not provider.log() and time.monotonic() < deadline:
        waiting.join(0.01)
    assert outcomes == []
    provider.fail("normal")
    waiting.join(10)

    assert outcomes == ["dropped"]


def test_bodies_can_be_broken_in_every_way(provider: StandIn) -> None:
    ways: dict[str, dict[str, Any]] = {
        "html": {},
        "empty": {},
        "text": {"body": "[1]"},
        "truncated": {},
        "missing": {"field": "description"},
        "mistyped": {"field": "description", "value": 7},
        "duplicate": {"field": "description", "value": "first"},
        "drip": {"seconds": 0.0001},
        "huge": {"size": 3_000_000},
    }
    bodies = {}
    for kind, more in ways.items():
        provider.fail(kind, **more)
        bodies[kind] = ask(provider).text

    assert bodies["html"].startswith("<!doctype html>")
    assert bodies["empty"] == ""
    assert bodies["text"] == "[1]"
    with pytest.raises(json.JSONDecodeError):
        json.loads(bodies["truncated"])
    assert "description" not in json.loads(bodies["missing"])
    assert json.loads(bodies["mistyped"])["description"] == 7
    assert bodies["duplicate"].count('"description":') == 2
    assert "description" in json.loads(bodies["drip"])
    assert len(bodies["huge"]) > 3_000_000


def test_a_connection_can_be_dropped(provider: StandIn) -> None:
    provider.fail("dropped")

    with pytest.raises(requests.ConnectionError):
        ask(provider)


@pytest.mark.parametrize(
    ("meaning", "name", "value"),
    [
        ("plain", "", ""),
        ("scope", "X-Accepted-OAuth-Scopes", "repo"),
        ("sso", "X-GitHub-SSO", "required; "),
        ("blocked", "", ""),
    ],
)
def test_a_403_says_in_its_headers_what_it_means(provider: StandIn, meaning: str, name: str, value: str) -> None:
    provider.fail("forbidden", meaning=meaning)
    answer = ask(provider)

    assert answer.status_code == 403
    assert answer.headers.get(name, "").startswith(value)
    assert "Retry-After" not in answer.headers


def test_an_error_can_name_its_end(provider: StandIn) -> None:
    provider.fail("error", status=503, seconds=7)

    assert ask(provider).headers["Retry-After"] == "7"


def test_a_small_answer_unpacks_to_a_large_one(provider: StandIn) -> None:
    provider.fail("bomb", size=3_000_000)
    answer = ask(provider)

    assert int(answer.headers["Content-Length"]) < 10_000
    assert len(answer.content) > 2_900_000
    assert answer.json()


def test_the_truth_in_another_charset_is_no_json(provider: StandIn) -> None:
    provider.fail("charset")

    with pytest.raises(UnicodeDecodeError):
        ask(provider).content.decode()


@pytest.mark.parametrize("kind", ["dropped", "reset", "broken_off"])
def test_a_connection_that_ends_early_is_no_answer(provider: StandIn, kind: str) -> None:
    provider.fail(kind)

    with pytest.raises(requests.RequestException):
        ask(provider)
