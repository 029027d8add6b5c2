"""What goes wrong is answered with a page: what happened, one way on, and a number where we are at fault."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from support_portal import wiring
from support_portal.domain import errors
from support_portal.domain.browsers import Browser
from support_portal.domain.identities import GitIdentity
from support_portal.domain.principals import Factor, Principal, Step
from support_portal.domain.staff import Permission
from support_portal.ports.stores import StoreUnavailable
from support_portal.settings import Settings
from support_portal.web.guard import needs
from support_portal.web.parts import Parts
from tests.web.visiting import Visitor

AGAIN_AT = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
ANSWERS: dict[str, tuple[Exception, int, str]] = {
    "nothing there": (errors.NotFound("no case"), 404, "There is nothing here"),
    "a bad link": (errors.LinkNotGood("cut"), 410, "This link no longer works"),
    "not from here": (errors.WrongState("removed", "approve"), 409, "state removed has no move approve"),
    "somebody was faster": (errors.Stale(), 409, "changed while you were looking at it"),
    "held back": (errors.NotAllowed("No run of the checks has passed."), 403, "No run of the checks has passed."),
    "wrong input": (errors.BadInput({"note": "Write a reason"}), 422, "Write a reason"),
    "too many": (errors.TooMany("You’ve checked 20 times today.", AGAIN_AT), 429, "20 times"),
    "no database": (StoreUnavailable(), 503, "Our database doesn’t answer"),
    "a fault of ours": (ZeroDivisionError("secret detail"), 500, "Something went wrong on our side"),
}


@pytest.fixture
def failing(make_app: Callable[..., Flask]) -> Callable[[Exception], Visitor]:
    """A visitor to a portal with one page that always fails in this way."""

    def make(error: Exception) -> Visitor:
        app = make_app()

        @app.get("/failing")
        @needs(Permission.ANYBODY)
        def view() -> str:
            raise error

        return Visitor(app)

    return make


@pytest.mark.parametrize("name", ANSWERS)
def test_each_refusal_and_fault_has_its_answer(failing: Callable[[Exception], Visitor], name: str) -> None:
    error, status, told = ANSWERS[name]
    answer = failing(error).get("/failing")
    assert answer.status_code == status
    assert told in answer.text
    assert 'href="/"' in answer.text
    assert "Traceback" not in answer.text
    assert "secret detail" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_what_can_be_tried_later_says_when(failing: Callable[[Exception], Visitor]) -> None:
    limited = failing(errors.TooMany("Wait.", AGAIN_AT)).get("/failing")
    assert limited.headers["Retry-After"] == "Wed, 25 Nov 2026 00:00:00 GMT"
    assert failing(StoreUnavailable()).get("/failing").headers["Retry-After"] == "10"


def test_a_fault_of_ours_has_a_number_that_stands_in_the_log_beside_its_traceback(
    failing: Callable[[Exception], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    visitor = failing(ZeroDivisionError("secret detail"))
    with caplog.at_level(logging.ERROR):
        page = visitor.get("/failing").text
    number = re.search(r"E-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert number
    assert number[0] in caplog.text
    assert "secret detail" in caplog.text


def test_a_live_part_of_a_page_gets_the_words_alone(failing: Callable[[Exception], Visitor]) -> None:
    answer = failing(errors.Stale()).get("/failing", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert "changed while you were looking at it" in answer.text


@dataclass
class NoSessions:
    """A database that is gone when sessions are looked up."""

    def find(self, secret: str, *, is_activity: bool) -> None:
        """It does not answer."""
        raise StoreUnavailable

    def begin(
        self,
        principal: Principal,
        step: Step,
        factor: Factor,
        data: Any,
        browser: Browser,
        through: GitIdentity | None = None,
    ) -> Any:
        """It does not answer."""
        raise StoreUnavailable

    def keep(self, session_id: UUID, data: Any) -> None:
        """It does not answer."""
        raise StoreUnavailable

    def end(self, session_id: UUID) -> None:
        """It does not answer."""
        raise StoreUnavailable


def test_without_a_database_somebody_signed_in_is_asked_to_come_back(
    make_app: Callable[..., Flask], web_parts: Parts
) -> None:
    visitor = Visitor(make_app(replace(web_parts, sessions=NoSessions())))
    visitor.client.set_cookie("session", "a-secret", domain="localhost")
    answer = visitor.get("/desk")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Set-Cookie" not in answer.headers, "nobody is signed out by an outage"
    assert visitor.get("/healthz").status_code == 200


def test_a_database_that_is_really_gone_is_told_within_two_seconds(
    settings: Settings, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql:///portal?host=/nowhere/at/all")
    gone = Settings.from_environment()
    made = Parts(wiring.tools_from(gone), wiring.sessions_from(gone), wiring.health_from(gone), ("k" * 64,))
    visitor = Visitor(make_app(made))
    visitor.client.set_cookie("session", "a-secret", domain="localhost")
    for path in ("/", "/requests/sent", "/desk", "/readyz"):
        begun = time.monotonic()
        answer = visitor.get(path)
        assert answer.status_code == 503, path
        assert time.monotonic() - begun < 2
        assert "nowhere" not in answer.text
    assert visitor.get("/healthz").status_code == 200
