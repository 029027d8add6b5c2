"""Every other way in, and every way out: git accounts, security keys, a lost password, a lost phone, a suspension."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import expect

from tests.browsing import Visitors
from tests.demo import signing_in
from tests.journeys.account_security.somebody import PASSWORD, Somebody, owner_of
from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent, Colleagues
from tests.parts import Portal
from tests.phones import a_phone_for
from tests.web.keys import VirtualKey

NAMES = {"github": "GitHub", "gitlab": "GitLab", "bitbucket": "Bitbucket"}


@pytest.mark.parametrize("provider", NAMES)
def test_a_connected_git_account_signs_in_without_a_code(somebody: MakePerson, provider: str) -> None:
    person = somebody(provider, password=PASSWORD)
    ana = owner_of(person)
    ana.page.goto("/sign-in")
    ana.page.get_by_role("link", name=NAMES[provider]).click()
    signing_in.agree_on(ana.page, str(person.account["login"]))
    ana.sees("Two-factor authentication is on")
    ana.page.goto("/account/connections")
    expect(ana.page.get_by_role("main")).to_contain_text(str(person.account["login"]))


def test_a_security_key_signs_in_in_place_of_a_code(somebody: MakePerson) -> None:
    person = somebody(password=PASSWORD, javascript=True)
    ana = owner_of(person)
    ana.phone = a_phone_for(person.portal, person.address)
    VirtualKey(ana.page)
    ana.signs_in()
    ana.uses_a_recovery_code()
    ana.page.get_by_role("link", name="Add a security key").click()
    ana.page.get_by_label("Name of the key").fill("Blue key")
    ana.page.get_by_role("button", name="Add security key").click()
    expect(ana.page.get_by_role("region", name="Security keys and passkeys")).to_contain_text("Blue key")
    ana.signs_out()
    ana.signs_in()
    ana.page.get_by_role("button", name="Use a security key").click()
    ana.sees("Two-factor authentication is on")
    assert person.mail("security key was added", to=person.second)


def test_a_password_is_reset_and_the_second_factor_is_still_asked(somebody: MakePerson) -> None:
    person = somebody(password=PASSWORD)
    ana = owner_of(person)
    ana.phone = a_phone_for(person.portal, person.address)
    ana.page.goto("/sign-in")
    ana.page.get_by_role("link", name="Forgot password?").click()
    ana.page.get_by_label("Email address").fill(person.address)
    ana.page.get_by_role("button", name="Send me a link").click()
    link = person.link_in("password", "sign-in/password")
    ana.page.goto(link)
    ana.password = "a heron stands in the shallows"
    ana.page.get_by_label("New password").fill(ana.password)
    ana.page.get_by_role("button", name="Save the password").click()
    ana.sees("Sign in")
    ana.signs_in()
    ana.sees("Enter your code")
    ana.uses_a_recovery_code()
    ana.sees("Two-factor authentication is on")
    assert person.has_two_factor
    assert person.mail("Your password was changed", to=person.second)
    ana.page.goto(link)
    ana.sees("This link no longer works")


def test_who_lost_everything_asks_at_the_second_step_and_the_agent_sees_the_password_as_a_fact(
    somebody: MakePerson, ben: Agent
) -> None:
    person = somebody(password=PASSWORD)
    ana = owner_of(person)
    ana.signs_in()
    ana.page.get_by_role("link", name="Lost your device and your recovery codes?").click()
    ana.page.get_by_label("What happened?").fill("My phone and the codes are at the bottom of the harbor.")
    ana.page.locator("input[name=has_recovery_code][value=no]").check()
    ana.page.locator("input[name=set_up_by_me][value=yes]").check()
    ana.page.get_by_role("button", name="Send request").click()
    person.confirms()
    person.sees("Your turn: create a repository")
    ben.opens(person.reference)
    expect(ben.page.get_by_role("main")).to_contain_text("Password verified")
    assert "password" in person.mail("Confirm your request")["text"]
    person.happened("opened", "confirm")


def test_a_suspended_agents_next_click_is_refused(
    person_at_the_desk: Somebody, colleagues: Colleagues, visitors: Visitors, portal: Portal
) -> None:
    dora = person_at_the_desk
    dora.phone = a_phone_for(portal, dora.address)
    dora.signs_in()
    dora.uses_a_recovery_code()
    dora.sees("Queue")
    ines = colleagues.sign_in("ines", visitors).page
    ines.goto("/desk/people")
    ines.get_by_role("listitem").filter(has_text=dora.address).get_by_role("link").click()
    ines.get_by_role("link", name="Suspend").click()
    ines.get_by_label("Reason").fill("Left the company on Friday.")
    ines.get_by_role("button", name="Suspend").click()
    expect(ines.get_by_role("main")).to_contain_text("Dora Lind")
    dora.page.goto("/desk")
    dora.sees("Sign in")
    dora.signs_in()
    expect(dora.page.get_by_role("alert")).to_contain_text("don’t fit")


def test_an_access_token_lists_itself_and_is_refused_a_decision(
    somebody: MakePerson, ben: Agent, portal: Portal
) -> None:
    person = somebody()
    person.asks_and_confirms()
    person.proves()
    words = ("tokens", "create", f"{ben.name}@support.example", "--description", "night watch", "--expires", "1h")
    token = {"Authorization": f"Bearer {portal.command(*words).strip()}"}
    listed = requests.get(f"{portal.url}/api/v1/me/tokens", headers=token, timeout=30)
    assert "night watch" in [one["description"] for one in listed.json()["items"]]
    decision = {"version": "1", "reason": "nothing_against_it", "note": "By a program."}
    for path in (f"/desk/cases/{person.reference}/approve", f"/api/v1/cases/{person.reference}/approval"):
        answer = requests.post(portal.url + path, data=decision, headers=token, allow_redirects=False, timeout=30)
        assert answer.status_code in {303, 400, 404}, path
    page = requests.get(f"{portal.url}/desk/cases/{person.reference}", headers=token, allow_redirects=False, timeout=30)
    assert page.headers["Location"].startswith("/sign-in")
    person.sees("A person decides now")
