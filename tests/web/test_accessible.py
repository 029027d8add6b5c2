"""axe-core finds nothing on any public page, in every standing of a case, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.staff import Permission
from support_portal.local.embedded import free_port
from support_portal.web.guard import needed_by
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.web.linking import a_link, case_path
from tests.web.serving import served
from tests.web.shown import EVERY_STANDING, ShownCase

WIDTHS, THEMES = (1440, 390), ("light", "dark")
NO_PAGES = {"static", "health.lives", "health.is_ready"}


@pytest.fixture
def address() -> str:
    """A free port, chosen before the settings are read."""
    return f"http://localhost:{free_port()}"


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
def browsers(browser: Browser, app: Flask, address: str) -> Iterator[Visitors]:
    """Opens pages; the test fails when one breaks the content security policy."""
    with served(app, address):
        opened = Visitors(browser, address)
        yield opened
        opened.leave()
    assert opened.violations == []


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
        "sign_in.password_form": [f"/staff/password/{a_link(tools, Purpose.STAFF_PASSWORD, None)}"],
        "an error": ["/nothing/here", "/requests/confirm/cut"],
    }


def findings(page: Page, path: str) -> list[str]:
    """What axe-core finds in every width and theme, with all that can be opened opened."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            for details in page.locator("details").all():
                details.evaluate("element => element.open = true")
            results = Axe().run(page).response["violations"]
            found += [f"{path} {width} {theme}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in results]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} {width} {theme}: scrolls sideways")
    return found


def test_no_public_page_is_forgotten_here(app: Flask, paths: dict[str, list[str]]) -> None:
    looked_at = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and needed_by(app.view_functions[rule.endpoint]) is Permission.ANYBODY
    }
    assert looked_at - NO_PAGES == set(paths) - {"an error"}


def test_every_public_page_is_accessible(browsers: Visitors, paths: dict[str, list[str]]) -> None:
    page = browsers.open()
    assert [found for some in paths.values() for path in some for found in findings(page, path)] == []


def test_a_form_with_errors_is_accessible(browsers: Visitors) -> None:
    page = browsers.open()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto("/request")
        page.get_by_role("button", name="Send request").click()
        expect(page.locator(".errsum a")).to_have_count(4)
        assert Axe().run(page).response["violations"] == []


def test_every_standing_of_a_case_is_accessible(
    browsers: Visitors, web_parts: Parts, case: Case, shown: ShownCase
) -> None:
    page = browsers.open()
    found = {}
    for name, one in EVERY_STANDING.items():
        shown.page = one
        found[name] = findings(page, case_path(web_parts.tools, case))
    assert {name: problems for name, problems in found.items() if problems} == {}
