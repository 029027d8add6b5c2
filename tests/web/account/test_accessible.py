"""axe-core finds nothing on any page about one's own account, in every state, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from support_portal.domain.staff import OF_EVERYBODY_SIGNED_IN, Permission
from support_portal.web.guard import needed_by
from tests.browsing import Visitors
from tests.cast import ANA, BEN
from tests.phones import Phone, given_a_phone
from tests.use_cases.two_factor_stage import from_base32
from tests.web.account.conftest import BEGIN, SHOW, Owner
from tests.web.conftest import PASSWORD
from tests.web.findings import findings, findings_at

ONES_OWN = OF_EVERYBODY_SIGNED_IN | {Permission.HALF_WAY}
NO_PAGES = {"account.enrolment.download"}
# Looked at in tests of their own, and the API, which has no pages.
ELSEWHERE = (
    *(
        f"account.{part}."
        for part in ("address", "device", "devices", "events", "keys", "live_case", "password", "tokens")
    ),
    *("sign_in.second.lost.", "api."),
)


def sign_in(page: Page, address: str = ANA.address) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def press(page: Page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def wrong(page: Page, button: str) -> None:
    press(page, button)
    expect(page.locator(".errsum a").first).to_be_visible()


def look_at_every_page(page: Page, ana: Owner, seen: Callable[[str], None]) -> None:
    """Go the whole way of a set-up, and look at each page and each of its errors."""
    page.goto(BEGIN)
    seen("account.enrolment.ask")
    wrong(page, "Continue")
    seen("account.enrolment.ask, wrong")
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Continue")
    seen("account.enrolment.show")
    wrong(page, "Continue")
    seen("account.enrolment.show, wrong")
    ana.phone = Phone(seed=_seed_on(page))
    page.get_by_label("Code", exact=True).fill(ana.code())
    press(page, "Continue")
    seen("account.enrolment.show, codes")
    wrong(page, "Turn on two-factor authentication")
    seen("account.enrolment.show, codes, wrong")
    page.get_by_label("I have saved").check()
    press(page, "Turn on two-factor authentication")
    seen("account.security.show")
    page.goto("/account/security")
    page.get_by_text("Turn off two-factor authentication").click()
    wrong(page, "Turn off")
    seen("account.security.show, wrong")
    page.goto(f"{SHOW}/codes")
    seen("account.enrolment.ask_codes")
    wrong(page, "Continue")
    seen("account.enrolment.ask_codes, wrong")
    page.goto(BEGIN)
    seen("account.enrolment.ask, with a code")


def _seed_on(page: Page) -> bytes:
    return from_base32(page.locator(".copyable .any").inner_text())


def test_every_page_of_an_owners_account_is_accessible(browsers: Visitors, ana: Owner, app: Flask) -> None:
    page = browsers.open()
    found: list[str] = []
    places: set[str] = set()

    def seen(place: str) -> None:
        places.add(place.partition(",")[0])
        found.extend(findings(page, place))

    sign_in(page)
    seen("account.security.show, off")
    look_at_every_page(page, ana, seen)
    page.get_by_role("button", name="Sign out").first.click()
    sign_in(page)
    seen("sign_in.second.show")
    wrong(page, "Continue")
    seen("sign_in.second.show, wrong")
    page.goto("/sign-in/two-factor?with=recovery-code")
    seen("sign_in.second.show, recovery code")
    assert found == []
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and needed_by(app.view_functions[rule.endpoint]) in ONES_OWN
        and not rule.endpoint.startswith(ELSEWHERE)
    }
    assert places == pages - NO_PAGES, "a page is forgotten here"


def test_the_same_pages_are_accessible_for_staff(browsers: Visitors, ana: Owner) -> None:
    page = browsers.open()
    sign_in(page, BEN.address)
    found = findings(page, "staff, before the second factor")
    phone = given_a_phone(ana.parts.tools, BEN.principal)
    page.context.clear_cookies()
    sign_in(page, BEN.address)
    page.goto("/sign-in/two-factor?with=recovery-code")
    page.get_by_label("Recovery code").fill(phone.recovery_code())
    press(page, "Continue")
    found += findings_at(page, "/account/security") + findings_at(page, BEGIN)
    assert found == []
