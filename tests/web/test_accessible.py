"""axe-core finds nothing on any public page, in every standing of a case, wide and narrow, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.staff import Permission
from support_portal.web.guard import needed_by
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.web.findings import findings, findings_at
from tests.web.linking import a_link, case_path
from tests.web.shown import EVERY_STANDING, ShownCase

ANSWERED_BY = re.compile("Send request|Yes, stop|Lock the account|Sign in|Save the password|Send me a link")
# What is done in a form, and the heading of the page that answers it.
ANSWERS: dict[str, tuple[Callable[[Page], object], str]] = {
    "requester.show_form": (lambda page: None, "There is a problem"),
    "sign_in.show": (lambda page: None, "There is a problem"),
    "sign_in.forgotten.ask": (lambda page: None, "There is a problem"),
    "sign_in.forgotten.show_first": (lambda page: None, "There is a problem"),
    "sign_in.forgotten.show_reset": (lambda page: None, "There is a problem"),
    "requester.show_stop": (lambda page: None, "The request is stopped"),
    "requester.show_lock": (lambda page: None, "locked"),
}
NO_PAGES = {"static", "health.lives", "health.is_ready"}


@pytest.fixture
def shown() -> ShownCase:
    """What the case page shows."""
    return ShownCase(EVERY_STANDING["your-turn"])


@pytest.fixture
def app(make_app: Callable[..., Flask], web_parts: Parts, shown: ShownCase) -> Flask:
    """The application with a case page that shows what the test wants."""
    screens: Any = SimpleNamespace(requester=shown, desk=web_parts.tools.screens.desk)
    product = replace(web_parts.tools.product, notice="This is a trial: nothing here is real.")
    return make_app(replace(web_parts, tools=replace(web_parts.tools, screens=screens, product=product)))


@pytest.fixture
def case(stage: Stage) -> Case:
    """Ana's case before her click."""
    return stage.with_case(State.UNCONFIRMED, runs=())


@pytest.fixture
def paths(web_parts: Parts, case: Case) -> dict[str, list[str]]:
    """The addresses of every view that strangers may look at."""
    tools = web_parts.tools
    return {
        "requester.start": ["/"],
        "requester.show_form": ["/request"],
        "requester.sent": ["/requests/sent"],
        "requester.show_request": [
            f"/requests/confirm/{a_link(tools, Purpose.CONFIRM, case)}",
            "/requests/confirm/cut",
        ],
        "requester.show_case": [f"{case_path(tools, case)}?ask=disown"],
        "requester.show_stop": [f"/stop/{a_link(tools, Purpose.STOP, case)}"],
        "requester.show_lock": [f"/lock/{a_link(tools, Purpose.LOCK, case)}"],
        "sign_in.show": ["/sign-in"],
        "sign_in.forgotten.ask": ["/sign-in/forgotten"],
        "sign_in.forgotten.sent": ["/sign-in/forgotten/sent"],
        "sign_in.forgotten.show_first": [
            f"/staff/password/{a_link(tools, Purpose.STAFF_PASSWORD, None)}",
            "/staff/password/cut",
        ],
        "sign_in.forgotten.show_reset": [
            f"/sign-in/password/{a_link(tools, Purpose.RESET, None)}",
            "/sign-in/password/cut",
        ],
        # Nobody signs in through a provider here: where people do, see the pages' own tests.
        "sign_in.git.leave": ["/sign-in/git/github"],
        "sign_in.git.come_back": ["/sign-in/git/github/callback"],
        "an error": ["/nothing/here", "/requests/confirm/cut"],
    }


def test_no_public_page_is_forgotten_here(app: Flask, paths: dict[str, list[str]]) -> None:
    looked_at = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and needed_by(app.view_functions[rule.endpoint]) is Permission.ANYBODY
    }
    assert looked_at - NO_PAGES == set(paths) - {"an error"}


def test_every_public_page_is_accessible(browsers: Visitors, paths: dict[str, list[str]]) -> None:
    page = browsers.open()
    assert [found for some in paths.values() for path in some for found in findings_at(page, path)] == []


def test_every_answer_to_a_form_is_accessible(browsers: Visitors, paths: dict[str, list[str]]) -> None:
    page = browsers.open()
    found = []
    for place, (fill, answer) in ANSWERS.items():
        page.goto(paths[place][0])
        fill(page)
        page.get_by_role("main").get_by_role("button", name=ANSWERED_BY).first.click()
        expect(page.get_by_role("heading", name=answer).first).to_be_visible()
        found += findings(page, f"{place}, answered")
    assert found == []


def test_every_standing_of_a_case_is_accessible(
    browsers: Visitors, web_parts: Parts, case: Case, shown: ShownCase
) -> None:
    page = browsers.open()
    found = {}
    for name, one in EVERY_STANDING.items():
        shown.page = one
        found[name] = findings_at(page, case_path(web_parts.tools, case))
    assert {name: problems for name, problems in found.items() if problems} == {}
