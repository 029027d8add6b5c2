"""A person over a provider's page and back, in a browser: cookies and the content policy let it happen."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from support_portal.domain.staff import Permission
from support_portal.web.guard import needed_by
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.demo import signing_in
from tests.stand_ins import StandIn
from tests.web.conftest import PASSWORD
from tests.web.findings import findings
from tests.web.git.conftest import ANAS, set_a_password

OWNERS_PAGES = {
    "account.connections.show": "/account/connections",
    "account.connections.ask": "/account/connections/bitbucket",
    "account.connections.ask_to_disconnect": f"/account/connections/gitlab/{ANAS['gitlab'].external_id}/disconnect",
}


@pytest.fixture
def page(browsers: Visitors, stage: Stage, web_parts: Parts) -> Page:
    """A page of Ana's."""
    set_a_password(stage, web_parts, PASSWORD)
    return browsers.open()


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/account/connections")
    page.get_by_role("link", name="GitHub").click()
    signing_in.agree_on(page, "ana")
    expect(page.get_by_role("heading", name="Connected git accounts")).to_be_visible()


def test_a_button_leads_to_the_provider_and_back_into_the_account(page: Page) -> None:
    sign_in(page)
    expect(page).to_have_url(re.compile("/account/connections$"))


def test_who_refuses_is_back_at_the_sign_in_with_a_sentence(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="GitLab").click()
    signing_in.refuse_on(page)
    expect(page.get_by_role("alert")).to_have_text("You did not allow it at GitLab, so nothing was done.")
    expect(page).to_have_url(re.compile("/sign-in$"))
    assert findings(page, "refused") == []


def test_a_git_account_goes_and_comes_back_and_every_page_on_the_way_is_accessible(
    page: Page, app: Flask, providers: dict[str, StandIn]
) -> None:
    sign_in(page)
    views = app.view_functions
    theirs = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {one for one in theirs if needed_by(views[one]) is Permission.OWN_GIT_ACCOUNTS} == set(OWNERS_PAGES)
    found = []
    for path in (*OWNERS_PAGES.values(), "/account/security"):
        page.goto(path)
        found += findings(page, path)
    page.goto("/account/connections")
    page.get_by_role("link", name="Disconnect Bitbucket").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page, "without the password")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_have_text("The git account is disconnected. It opens your account no more.")
    found += findings(page, "disconnected")
    page.get_by_role("link", name="Connect Bitbucket").click()
    expect(page.get_by_label("Your password")).to_have_count(0)  # typed a moment ago
    page.get_by_role("button", name="Continue to Bitbucket").click()
    signing_in.agree_on(page, "ana")
    expect(page.get_by_role("status")).to_contain_text("Your Bitbucket account is connected.")
    assert found == []


def test_the_page_that_leads_on_is_accessible_where_a_browser_stays_on_it(page: Page, address: str) -> None:
    sign_in(page)
    page.route(re.compile("/site/oauth2/authorize"), lambda route: route.fulfill(status=204))
    page.goto("/account/connections/bitbucket")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Continue to Bitbucket").click()
    expect(page.get_by_role("link", name="Continue to Bitbucket")).to_be_visible()
    assert findings(page, "leaving") == []
