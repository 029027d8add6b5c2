"""The requester's pages in a browser: the script only makes them faster, and breaks no policy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from support_portal.domain.cases import Case, State
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.cast import ANA
from tests.web.desk.looks import in_line, taken
from tests.web.linking import case_path


@pytest.fixture
def case(stage: Stage) -> Case:
    """Ana's case, waiting for her repository."""
    return stage.with_case(State.AWAITING_REPOSITORY, runs=())


@pytest.mark.parametrize("javascript", [True, False])
def test_the_form_is_filled_in_and_corrected(browsers: Visitors, javascript: bool) -> None:
    page = browsers.open(javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Start a request").click()
    page.get_by_label("Email address of your").fill("ana")
    page.get_by_label("What happened?").fill("My phone is gone.")
    page.get_by_role("button", name="Send request").click()
    expect(page).to_have_title("Error: Ask us to remove two-factor authentication – Support portal")
    summary = page.locator(".errsum")
    if javascript:
        expect(summary).to_be_focused()
    summary.get_by_role("link", name="Choose whether you still have").click()
    expect(page.get_by_label("What happened?")).to_have_value("My phone is gone.")
    page.get_by_label("Email address of your").fill(ANA.address)
    page.get_by_label("No, none").check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox")


def test_news_appears_by_itself_and_not_under_somebodys_hands(
    browsers: Visitors, web_parts: Parts, stage: Stage, case: Case
) -> None:
    page = browsers.open()
    page.clock.install()
    page.goto(case_path(web_parts.tools, case))
    message = page.get_by_label("Write to us")
    message.fill("I am writing")
    with stage.uow.begin() as work:
        now = work.cases.get(case.id)
        after = replace(now, state=State.WITHDRAWN, version=now.version + 1, ended_at=now.state_since)
        work.cases.save(now, after)
    page.clock.run_for(60_000)
    expect(message).to_have_value("I am writing")
    message.fill("")
    page.get_by_role("heading", level=1).click()
    page.clock.run_for(60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("This case is closed")


def test_the_name_is_copied_by_a_button(browsers: Visitors, web_parts: Parts, case: Case) -> None:
    page = browsers.open(permissions=["clipboard-read", "clipboard-write"])
    page.goto(case_path(web_parts.tools, case))
    page.get_by_role("button", name="Copy the repository name").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "bitrise_verification"


def test_without_a_script_no_button_is_shown_that_needs_one(browsers: Visitors, web_parts: Parts, case: Case) -> None:
    page = browsers.open(javascript=False)
    page.goto(case_path(web_parts.tools, case))
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_role("link", name="Reload to see news")).to_be_visible()


def test_no_page_scrolls_sideways_on_a_small_phone(browsers: Visitors, web_parts: Parts, case: Case) -> None:
    page = browsers.open(viewport={"width": 320, "height": 640})
    for path in ("/", "/request", "/requests/sent", "/sign-in", "/stop/cut", case_path(web_parts.tools, case)):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_where_the_check_stands_is_told_once_and_not_drawn_anew_meanwhile(
    browsers: Visitors, web_parts: Parts, stage: Stage
) -> None:
    link = "https://github.com/ana-dev/bitrise_verification"
    case = stage.with_case(State.AWAITING_REPOSITORY, runs=(), link=link)
    in_line(web_parts.tools, case)
    page = browsers.open()
    page.clock.install()
    page.goto(case_path(web_parts.tools, case))
    region = page.locator("[data-news]")
    page.evaluate("window.parts = [...document.querySelectorAll('[data-news], .split')]")
    with page.expect_response("**/cases/**"):
        page.clock.run_for(4_000)
    page.clock.run_for(4_000)
    assert page.evaluate("window.parts.map(part => part.isConnected)") == [True, True]
    taken(web_parts.tools, case)
    page.clock.run_for(8_000)
    expect(region).to_have_text("We’re looking at your repository now, on GitHub.")
    assert page.evaluate("window.parts.map(part => part.isConnected)") == [True, False]
    expect(page.get_by_text("There is news on this page")).to_be_hidden()
