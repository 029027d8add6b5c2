"""What can be wrong with a repository, and what can happen to it and to its provider."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent
from tests.journeys.person import NAME


def test_wrong_owner(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    stranger = ana.provider.account(f"stranger-to-{ana.account['login']}")
    ana.sends(ana.creates(owner=stranger["login"]))
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    expect(ana.page.locator(".fix")).to_contain_text("on a git account that was not connected")
    text = ana.mail("One thing to fix in your repository")["text"]
    assert "not connected to your Bitrise account before you asked" in text
    ben.sees_status(ana.reference, "Checks failed")
    ana.happened("link_received", "checks_failed")


def test_private_then_made_public(somebody: MakePerson) -> None:
    ana = somebody("gitlab")
    ana.asks_and_confirms()
    made = ana.creates(private=True)
    ana.sends(made)
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    expect(ana.page.locator(".fix")).to_contain_text("It is private, or the link has a typing error")
    ana.provider.change(made["id"], private=False)
    ana.page.get_by_role("button", name="Check again").first.click()
    ana.sees("A person decides now")
    assert ana.mail("Your repository is right")
    ana.happened("checks_failed", "checks_passed", "pass")


def test_provider_down_then_up(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody("bitbucket")
    ana.asks_and_confirms()
    made = ana.creates()
    ana.provider.fail("error", status=503)
    try:
        ana.sends(made)
        ana.sees("We’re still checking")
        expect(ana.page.get_by_role("main")).to_contain_text("This is not your fault")
        ben.sees_status(ana.reference, "Check not finished")
    finally:
        ana.provider.fail("normal")
    ana.sees("A person decides now")
    ana.happened("checks_cannot_check", "checks_passed", "pass")
    assert "We couldn’t" not in " ".join(ana.subjects())


def test_renamed_git_account(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    made = ana.creates()
    ana.provider.rename_account(ana.account["id"], f"{ana.account['login']}-renamed")
    ana.sends(made)
    ana.sees("A person decides now")
    assert ana.mail("Your repository is right")
    ana.happened("link_received", "checks_passed", "pass")


def test_repository_deleted_between_approval_and_removal(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    made = ana.proves()
    ben.approves(ana.reference)
    ana.provider.remove(made["id"])
    text = ana.mail("repository")["text"]
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    assert text
    assert ana.has_two_factor
    ana.happened("approve", "checks_failed", "checks_failed", "lose_evidence")
    ana.sends(ana.creates())
    ana.sees("A person decides now")


def test_a_new_enrolment_during_the_wait_is_never_removed(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.proves()
    ben.approves(ana.reference)
    with ana.portal.database.connect() as connection, connection.transaction():  # in the product itself
        found = connection.execute("select id from accounts where address = %s", (ana.address,)).fetchone()
        assert found
        ended = "update enrolments set ended_at = now(), ended_by = 'owner' where account_id = %s"
        connection.execute(ended, found)
        made = "insert into enrolments (id, account_id, enrolled_at) values (gen_random_uuid(), %s, now())"
        connection.execute(made, found)
    ana.sees("This case is closed")
    assert ana.has_two_factor
    assert ana.mail("changed", to=ana.second)
    ana.happened("approve", "account_changed")


def test_the_exact_name_counts(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.sends(ana.creates(name="bitrise-verification"))
    ana.sees("One thing to fix", "Almost there: one thing to fix")
    expect(ana.page.locator(".fix")).to_contain_text(f"It is bitrise-verification, but it must be {NAME}")
    assert f"It is bitrise-verification, but it must be {NAME}" in ana.mail("One thing to fix")["text"]
    ana.happened("link_received", "checks_failed")
