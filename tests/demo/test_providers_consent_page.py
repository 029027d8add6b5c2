"""The stand-ins' consent page in a real browser: accounts to choose from, and the way back to the application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from tests.demo import signing_in
from tests.demo.applying import AUTHORIZE, TEMPLATE, Application, told
from tests.stand_ins import StandIn


@pytest.fixture(params=list(AUTHORIZE))
def application(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> Application:
    provider = providers[request.param]
    provider.register_callback(TEMPLATE)
    provider.account("ana")
    provider.account("ana-b")
    return Application(provider)


@pytest.fixture
def page(application: Application, browser: Browser) -> Iterator[Page]:
    """A browser that the application sent to the consent page."""
    page = browser.new_page()
    page.goto(application.address())
    yield page
    page.close()


def comes_back(request: Request) -> bool:
    """Whether the browser comes back to the application by this request; nobody answers it here."""
    return request.url.startswith("http://localhost:1/")


def test_a_person_chooses_an_account_and_allows(application: Application, page: Page) -> None:
    with page.expect_event("request", comes_back) as led_back:
        signing_in.agree_on(page, "ana-b")
    token = application.exchange(told(led_back.value.url)["code"]).json()["access_token"]
    body = application.ask(token).json()

    assert "ana-b" in (body.get("login"), body.get("username"), body.get("nickname"))


def test_nothing_is_allowed_before_an_account_is_chosen(page: Page) -> None:
    page.get_by_role("button", name="Allow").click()

    assert page.get_by_role("heading", name="asks who you are").is_visible()


def test_a_person_refuses_without_choosing(page: Page) -> None:
    with page.expect_event("request", comes_back) as led_back:
        signing_in.refuse_on(page)

    assert told(led_back.value.url)["error"] == "access_denied"


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    application: Application, browser: Browser, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(application.address())
    violations = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert violations == []
    assert wide <= width
