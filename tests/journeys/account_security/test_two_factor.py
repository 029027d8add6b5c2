"""Two-factor authentication of one's own account, in a browser without scripts: on, used, and off again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browsing import Visitors
from tests.journeys.account_security.somebody import PASSWORD, Somebody, lock_links, owner_of
from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent
from tests.journeys.person import Person
from tests.phones import a_phone_for


def off_at_first(somebody: MakePerson) -> Person:
    return somebody(password=PASSWORD, two_factor_enabled=False, two_factor_enrolled_at=None)


def test_it_is_turned_on_from_a_picture_of_the_qr_code_and_signed_in_with(
    somebody: MakePerson, visitors: Visitors
) -> None:
    person = off_at_first(somebody)
    ana = owner_of(person)
    ana.signs_in()
    ana.sees("Two-factor authentication is off")
    ana.begins_to_turn_it_on()
    assert ana.scans_the_qr_code() == f"/Bitrise:{person.address.replace('@', '%40')}"
    ana.types_the_code()
    assert not person.has_two_factor, "the codes are not saved yet"
    ana.saves_the_codes("Turn on two-factor authentication")
    ana.sees("Two-factor authentication is on")
    assert person.has_two_factor
    for address in (person.address, person.second):
        person.mail("Two-factor authentication is on", to=address)
    elsewhere = Somebody(visitors.open(), ana.address, phone=ana.phone)
    elsewhere.signs_in()
    elsewhere.sees("Enter your code")
    elsewhere.types_the_next_code()
    elsewhere.sees("Two-factor authentication is on")
    expect(elsewhere.page.get_by_role("main")).to_contain_text("10 of 10 left")


def test_a_recovery_code_lets_in_once_and_is_mailed(somebody: MakePerson) -> None:
    person = off_at_first(somebody)
    ana = owner_of(person)
    ana.signs_in()
    ana.turns_it_on()
    used = ana.phone.recovery_codes[-1]
    ana.signs_out()
    ana.signs_in()
    ana.uses_a_recovery_code()
    expect(ana.page.get_by_role("main")).to_contain_text("9 of 10 left")
    assert "9 codes are left" in person.mail("A recovery code was used")["text"]
    ana.signs_out()
    ana.signs_in()
    ana.phone.recovery_codes.append(used)
    ana.uses_a_recovery_code()
    expect(ana.page.get_by_role("alert")).to_contain_text("That code is not right")


def test_it_is_turned_off_with_the_password_and_every_address_is_told(somebody: MakePerson) -> None:
    person = off_at_first(somebody)
    ana = owner_of(person)
    ana.signs_in()
    ana.turns_it_on()
    ana.page.get_by_text("Turn off two-factor authentication").click()
    ana.page.get_by_label("Your password").fill("not the password at all")
    ana.page.get_by_role("button", name="Turn off").click()
    expect(ana.page.get_by_role("alert")).to_contain_text("That password is not right")
    ana.page.get_by_label("Your password").fill(PASSWORD)
    ana.page.get_by_role("button", name="Turn off").click()
    ana.sees("Two-factor authentication is off")
    assert not person.has_two_factor
    for address in (person.address, person.second):
        person.mail("Two-factor authentication is off", to=address)


def test_this_was_not_me_locks_the_account_and_ends_its_session(somebody: MakePerson, visitors: Visitors) -> None:
    person = off_at_first(somebody)
    mallory = owner_of(person)
    mallory.signs_in()
    mallory.turns_it_on()
    person.mail("Two-factor authentication is on")
    owner = visitors.open(javascript=False)
    owner.goto(lock_links(person)[-1])
    owner.get_by_role("button", name="Lock the account").click()
    expect(owner.get_by_role("heading", name="The account is locked")).to_be_visible()
    mallory.page.goto("/account/security")
    mallory.sees("Sign in")
    mallory.signs_in()
    expect(mallory.page.get_by_role("alert")).to_contain_text("don’t fit")


def test_after_a_removal_every_old_session_is_dead_and_it_is_offered_anew(
    somebody: MakePerson, ben: Agent, visitors: Visitors
) -> None:
    person = somebody(password=PASSWORD)
    old = Somebody(visitors.open(), person.address, phone=a_phone_for(person.portal, person.address))
    old.signs_in()
    old.uses_a_recovery_code()
    old.sees("Two-factor authentication is on")
    person.asks_and_confirms()
    person.proves()
    ben.approves(person.reference)
    person.sees("Two-factor authentication is off")
    old.page.goto("/account/security")
    old.sees("Sign in")
    ana = owner_of(person)
    ana.signs_in()
    ana.sees("Two-factor authentication is off")
    ana.turns_it_on()
    assert person.has_two_factor
    person.happened("approve", "begin_removal", "finish")


def test_an_invited_agent_sees_no_page_before_the_second_factor(person_at_the_desk: Somebody) -> None:
    dora = person_at_the_desk
    dora.signs_in()
    dora.sees("Set up an authenticator app")
    dora.page.goto("/desk")
    dora.sees("Set up an authenticator app")
    dora.page.get_by_role("button", name="Continue").click()
    dora.scans_the_qr_code()
    dora.types_the_code()
    dora.page.goto("/desk")
    dora.sees("Set up an authenticator app")
    dora.page.goto("/account/security/two-factor")
    dora.saves_the_codes("Turn on two-factor authentication")
    dora.sees("Queue")
