"""axe-core finds nothing on any page of access tokens, answered or not, for an owner and for somebody of the staff."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from support_portal.domain.principals import Principal
from support_portal.domain.tokens import Scope
from support_portal.use_cases import device, tokens
from support_portal.use_cases.steps.tokens import Made
from support_portal.web.parts import Parts
from tests.browsing import Visitors
from tests.cast import ANA, BEN
from tests.web.findings import findings, findings_at
from tests.web.tokens.conftest import ANAS, SignIn

PAGE, DEVICE = "/account/tokens", "/account/device"
LONG = "Nightly copy of closed cases to the records archive of the compliance department, asked for in the audit"
OWN = ("account.tokens.", "account.device.")


@pytest.fixture(params=["owner", "staff"])
def whoever(request: pytest.FixtureRequest) -> Principal:
    """One of the two kinds of people who have tokens."""
    return ANAS if request.param == "owner" else BEN.principal


@pytest.fixture
def some(web_parts: Parts, whoever: Principal, sign_in: SignIn) -> list[Made]:
    """A token of each look: one that has ended, one with an end, one without."""
    named = ANA.address if whoever is ANAS else BEN.address
    make, ended = tokens.make_on_server, f"{LONG}, ended"
    made = [make(named, *words, tools=web_parts.tools) for words in ((LONG, "1m"), ("pager", "never"), (ended, "1h"))]
    with web_parts.tools.uow.begin() as work:
        over = replace(made[-1].token, expires_at=work.now)
        assert work.tokens.change(over, work.now)
    return made


def opened(browsers: Visitors, sign_in: SignIn, address: str, whoever: Principal) -> Page:
    """A browser in which they signed in long ago, so that passwords are asked."""
    page = browsers.open()
    cookie = sign_in(whoever, minutes_ago=9).client.get_cookie("session", domain="localhost")
    assert cookie
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    return page


def test_no_page_of_tokens_is_forgotten_here(app: Flask) -> None:
    looked_at = {"account.tokens.show", "account.tokens.ask_to_edit", "account.tokens.ask_to_remove"}
    looked_at |= {"account.device.show", "account.device.begin_anew"}
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    assert {rule.endpoint for rule in rules if rule.endpoint.startswith(OWN)} == looked_at


def test_every_page_of_tokens_is_accessible(
    browsers: Visitors, sign_in: SignIn, address: str, whoever: Principal, web_parts: Parts
) -> None:
    page = opened(browsers, sign_in, address, whoever)
    found = findings_at(page, PAGE)
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    found += findings(page, "a wrong form")
    page.goto(DEVICE)
    found += findings(page, DEVICE)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    found += findings(page, "a wrong code")
    begun = device.begin("support-portal on " + "x" * 40, frozenset(Scope), "192.0.2.1", tools=web_parts.tools)
    page.get_by_label("Code").fill(begun.user_code)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Let this command act as you?")).to_be_visible()
    found += findings(page, "the question")
    page.get_by_role("button", name="No, refuse it").click()
    expect(page.get_by_role("heading", name="Refused")).to_be_visible()
    found += findings(page, "refused")
    assert found == []


def test_every_look_of_a_token_is_accessible(
    browsers: Visitors, sign_in: SignIn, address: str, whoever: Principal, some: list[Made]
) -> None:
    page = opened(browsers, sign_in, address, whoever)
    places = [f"{PAGE}/{made.token.id}{action}" for made in some for action in ("", "/remove")]
    assert [one for place in (PAGE, *places) for one in findings_at(page, place)] == []


def test_a_new_value_is_shown_with_the_keyboards_focus_and_accessible(
    browsers: Visitors, sign_in: SignIn, address: str
) -> None:
    page = browsers.open()
    cookie = sign_in(ANAS).client.get_cookie("session", domain="localhost")
    assert cookie
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    page.goto(PAGE)
    page.get_by_label("Description").fill("nightly export")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("heading", name="is ready")).to_be_visible()
    assert page.url == f"{address}{PAGE}"
    assert page.get_by_text("spp_").first.is_visible()
    assert findings(page, "a new token") == []
