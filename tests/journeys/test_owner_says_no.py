"""The owner can stop a request at every point, and lock the account when it was too late."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent


def test_withdrawn_by_the_requester(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.page.goto(ana.case_path)
    ana.page.get_by_role("link", name="Withdraw it").click()
    ana.page.get_by_role("button", name="Yes, stop the request").click()
    ana.sees("This case is closed")
    assert ana.mail("Request withdrawn", to=ana.second)
    ana.happened("opened", "confirm", "withdraw")
    assert ana.has_two_factor


def test_stopped_by_the_owner_from_the_second_address(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.proves()
    ana.page.goto(ana.link_in("", "stop", to=ana.second))
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Stop this request?")
    ana.page.get_by_role("button", name="Yes, stop the request").click()
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("The request is stopped")
    ana.sees("The request is stopped")
    assert ana.mail("Request stopped")
    assert ana.mail("Request stopped", to=ana.second)
    ana.happened("pass", "stop", "blocked")

    ana.asks()
    assert ana.mail("New requests for this account are stopped for now")
    assert ana.has_two_factor


def test_this_was_not_me_on_the_case_page(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.page.goto(ana.case_path)
    ana.page.get_by_role("link", name="Stop this request").click()
    ana.page.get_by_label("I didn’t ask for this").check()
    ana.page.get_by_role("button", name="Yes, stop the request").click()
    ana.sees("The request is stopped")
    assert ana.mail("Request stopped", to=ana.second)
    ana.happened("confirm", "stop", "blocked")


def test_this_was_not_me_on_the_confirmation_page(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks()
    ana.page.goto(ana.link_in("Confirm your request", "requests/confirm"))
    ana.page.get_by_role("button", name="I did not ask for this").click()
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("The request is stopped")
    ana.reference = ana.mail("Request stopped")["subject"].rpartition("(")[2].rstrip(")")
    ana.happened("opened", "stop", "blocked")


def test_removed_then_locked_by_the_link(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.proves()
    ben.approves(ana.reference)
    ana.page.goto(ana.link_in("Two-factor authentication is off", "lock", to=ana.second))
    assert not ana.has_two_factor
    ana.page.get_by_role("button", name="Lock the account").click()
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("The account is locked")
    assert ana.mail("locked", to=ana.second)
    assert ana.mails("locked", to="lea@support.example", wait=20)
    with ana.portal.database.connect() as connection:
        status = connection.execute("select status from accounts where address = %s", (ana.address,)).fetchone()
    assert status == ("locked",)
    ana.happened("finish", "account_locked")
