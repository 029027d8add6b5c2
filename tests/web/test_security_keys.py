"""Security keys in Chromium: added, used to sign in, refused when copied or sent twice, and removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import text

from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.cast import ANA, LEA, NOW
from tests.phones import Phone, given_a_phone
from tests.quick_passwords import QUICK_PASSWORDS
from tests.web.conftest import PASSWORD
from tests.web.findings import findings, findings_at
from tests.web.keys import VirtualKey

ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)


@pytest.fixture
def phone(web_parts: Parts, stage: Stage) -> Phone:
    """Ana's phone; her password is set too."""
    with stage.uow.begin() as work:
        work.logins.set_password(ANAS, QUICK_PASSWORDS.hashed(PASSWORD), NOW)
    return given_a_phone(web_parts.tools, ANAS)


def sign_in(page: Page, phone: Phone | None, who: str = ANA.address) -> None:
    """The password, and a recovery code where a phone is given."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(who)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    if phone:
        page.get_by_label("Code").fill(phone.recovery_code())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/account/security" if who == ANA.address else "**/desk")


def sign_out(page: Page) -> None:
    """Leave."""
    page.get_by_role("button", name="Sign out").click()


def add_a_key(page: Page, name: str = "Blue key") -> None:
    """Add the key that is plugged in."""
    page.goto("/account/security")
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Name of the key").fill(name)
    page.get_by_role("button", name="Add security key").click()


def use_the_key(page: Page) -> None:
    """Sign in with the password and the key that is plugged in."""
    sign_in(page, None)
    page.get_by_role("button", name="Use a security key").click()


def test_a_key_is_added_signs_in_and_is_removed(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page)
    card = page.get_by_role("region", name="Security keys and passkeys")
    expect(card).to_contain_text("Blue key")
    expect(card).to_contain_text("not used yet")
    sign_out(page)
    use_the_key(page)
    page.wait_for_url("**/account/security")
    expect(card).to_contain_text("last used")
    card.get_by_role("link", name="Remove Blue key").click()
    page.get_by_role("button", name="Remove the key").click()
    expect(page.get_by_text("That key no longer signs in")).to_be_visible()
    expect(card).not_to_contain_text("Blue key")
    sign_out(page)
    sign_in(page, None)
    expect(page.get_by_role("button", name="Use a security key")).to_have_count(0)


@pytest.mark.usefixtures("with_passwords")
def test_somebody_of_the_staff_signs_in_with_a_key(browsers: Visitors, web_parts: Parts) -> None:
    page = browsers.open()
    VirtualKey(page)
    sign_in(page, given_a_phone(web_parts.tools, LEA.principal), LEA.address)
    add_a_key(page)
    expect(page.get_by_text("not used yet").last).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    sign_in(page, None, LEA.address)
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/desk")


def test_a_copy_of_a_key_does_not_sign_in(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    key = VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page)
    page.wait_for_url("**/account/security")
    [as_it_was] = key.credentials()
    sign_out(page)
    use_the_key(page)
    page.wait_for_url("**/account/security")
    sign_out(page)
    key.set_back(as_it_was)
    use_the_key(page)
    expect(page.get_by_role("alert")).to_contain_text("a copy of it seems to be in use")
    expect(page.get_by_role("button", name="Use a security key")).to_have_count(0)
    page.get_by_label("Code").fill(phone.recovery_code())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Not accepted any more")).to_be_visible()


def test_an_answer_that_is_sent_again_signs_nobody_in(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page)
    page.wait_for_url("**/account/security")
    sign_out(page)
    caught: list[str] = []
    page.on("request", lambda sent: keep_form(sent, caught))
    use_the_key(page)
    page.wait_for_url("**/account/security")
    sign_out(page)
    sign_in(page, None)
    [body] = caught
    token = page.locator('form[data-key-step] [name="csrf_token"]').get_attribute("value")
    fields = dict(pair.split("=", 1) for pair in body.split("&")) | {"csrf_token": token or ""}
    answer = page.request.post(
        "/sign-in/two-factor/key",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        data="&".join(f"{name}={value}" for name, value in fields.items()),
    )
    assert answer.status == 422
    assert "was sent twice" in answer.text()


def keep_form(sent: Request, caught: list[str]) -> None:
    """Keep the form that carries a key's answer."""
    if sent.method == "POST" and sent.url.endswith("/two-factor/key"):
        caught.append(sent.post_data or "")


def test_a_key_that_is_there_is_not_added_twice_and_the_page_says_so(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    key = VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page)
    page.wait_for_url("**/account/security")
    add_a_key(page, "Again")
    expect(page.get_by_role("status")).to_have_text("That key is added already. Use another one.")
    key.take_out()
    page.get_by_role("button", name="Add security key").click()
    page.wait_for_url("**/account/security")
    expect(page.get_by_role("region", name="Security keys and passkeys")).to_contain_text("2 of at most 10")


def test_a_key_without_a_name_is_not_asked(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    key = VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page, " ")
    expect(page).to_have_title("Error: Add a security key – Support portal")
    expect(page.get_by_role("alert")).to_contain_text("Give the key a name")
    assert key.credentials() == []


def test_a_key_that_nobody_has_there_leaves_the_other_ways(browsers: Visitors, phone: Phone) -> None:
    page = browsers.open()
    key = VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page)
    page.wait_for_url("**/account/security")
    key.forget()
    sign_out(page)
    use_the_key(page)
    expect(page.get_by_role("status")).to_contain_text("No key answered")
    page.get_by_label("Code").fill(phone.recovery_code())
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/account/security")


def test_without_a_script_the_page_says_that_this_step_needs_one(
    browsers: Visitors, phone: Phone, web_parts: Parts
) -> None:
    first = browsers.open()
    VirtualKey(first)
    sign_in(first, phone)
    add_a_key(first)
    first.wait_for_url("**/account/security")
    page = browsers.open(javascript=False)
    sign_in(page, None)
    expect(page.get_by_text("This step needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Use a security key")).to_be_hidden()
    sign_in(page, phone)
    page.goto("/account/security/keys/add")
    expect(page.get_by_text("This step needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Add security key")).to_be_hidden()


def test_the_password_is_asked_again_after_five_minutes(browsers: Visitors, phone: Phone, stage: Stage) -> None:
    page = browsers.open()
    VirtualKey(page)
    sign_in(page, phone)
    grow_old(stage)
    page.goto("/account/security/keys/add")
    expect(page.get_by_text("First show that it’s you")).to_be_visible()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("That password is not right")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    add_a_key(page)
    card = page.get_by_role("region", name="Security keys and passkeys")
    expect(card).to_contain_text("Blue key")
    grow_old(stage)
    card.get_by_role("link", name="Remove Blue key").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove the key").click()
    expect(card).not_to_contain_text("Blue key")


def grow_old(stage: Stage) -> None:
    """More than five minutes pass since everybody signed in."""
    with stage.engine.begin() as connection:
        connection.execute(text("update sessions set signed_in_at = signed_in_at - interval '6 minutes'"))


@pytest.mark.parametrize("host", ["127.0.0.1"])
def test_where_the_portal_is_reached_by_an_ip_address_the_page_says_why_keys_are_off(
    browsers: Visitors, phone: Phone, stage: Stage
) -> None:
    page = browsers.open()
    sign_in(page, phone)
    card = page.get_by_role("region", name="Security keys and passkeys")
    expect(card).to_contain_text("Security keys are off here.")
    expect(card).to_contain_text("reached by an IP address (127.0.0.1)")
    expect(card.get_by_role("link")).to_have_count(0)
    for _ in ("just signed in", "later"):
        page.goto("/account/security/keys/add")
        expect(
            page.get_by_text("Security keys are off here, because the portal’s address is an IP address")
        ).to_be_visible()
        assert findings(page, "keys are off") == []
        page.get_by_role("link", name="Back to account security").click()
        expect(card).to_contain_text("Security keys are off here.")
        grow_old(stage)


def test_every_page_about_keys_is_accessible(browsers: Visitors, phone: Phone, stage: Stage) -> None:
    page = browsers.open()
    key = VirtualKey(page)
    sign_in(page, phone)
    add_a_key(page, "The blue key at home, " + "x" * 38)
    card = page.get_by_role("region", name="Security keys and passkeys")
    expect(card).to_contain_text("1 of at most 10")
    remove = card.get_by_role("link", name="Remove").get_attribute("href") or ""
    found = [*findings(page, "the card"), *findings_at(page, "/account/security/keys/add"), *findings_at(page, remove)]
    page.goto("/account/security/keys/add")
    page.get_by_role("button", name="Add security key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page, "a key without a name")
    grow_old(stage)
    found += findings_at(page, "/account/security/keys/add")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += findings(page, "no password")
    key.forget()
    sign_out(page)
    use_the_key(page)
    expect(page.get_by_role("status")).to_contain_text("No key answered")
    assert found + findings(page, "the second step") == []
