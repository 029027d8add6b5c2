"""The whole story in a browser, over all real parts, for each provider."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent
from tests.journeys.person import NAME

MAILS = [
    "Confirm your request",
    "Next step: create a repository",
    "Your repository is right",
]


@pytest.mark.parametrize(("provider", "javascript"), [("github", True), ("gitlab", False), ("bitbucket", False)])
def test_from_the_form_to_the_removal(somebody: MakePerson, ben: Agent, provider: str, javascript: bool) -> None:
    ana = somebody(provider, javascript=javascript)
    ana.page.goto("/")
    ana.page.get_by_role("link", name="Start a request").click()
    ana.asks_and_confirms()
    ana.sees("Your turn: create a repository")

    ana.page.get_by_role("link", name="Create it on").click()
    ana.page.get_by_label("Name", exact=True).fill(NAME)
    spaces = [one["slug"] for one in ana.account["workspaces"]] or [ana.account["login"]]
    ana.page.locator("select[name=owner]").select_option(spaces[0])
    ana.page.get_by_role("button", name="Create repository").click()
    expect(ana.page.get_by_role("main")).to_contain_text(NAME)
    ana.sends({"url": f"{ana.provider.url}/{spaces[0]}/{NAME}"})
    ana.sees("A person decides now")
    ben.opens(ana.reference)
    expect(ben.page.get_by_role("navigation", name="At a glance")).to_contain_text("9 of 9 passed")
    ben.approves(ana.reference)
    ana.sees("Two-factor authentication is off")

    assert not ana.has_two_factor
    assert ana.mail("Two-factor authentication is off")
    told = ana.subjects()
    assert told[:3] == MAILS
    assert told[3].startswith("Approved: two-factor authentication comes off on")
    assert told[4:] == ["Two-factor authentication is off"]
    assert ana.mail("Two-factor authentication is off", to=ana.second)
    second = ana.subjects(to=ana.second)
    assert [subject.split(":")[0] for subject in second[1:]] == ["Approved", "Two-factor authentication is off"]
    ana.happened("opened", "confirm", "link_received", "checks_passed", "pass", "approve", "begin_removal", "finish")
