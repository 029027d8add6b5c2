"""What the two questions change, and what a decider's no leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.conftest import MakePerson
from tests.journeys.desk import Agent


def test_a_recovery_code_at_hand_sends_nothing(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks(has_recovery_code="yes")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Use your recovery code")
    with ana.portal.database.connect() as connection:
        count = connection.execute("select count(*) from requests where address = %s", (ana.address,)).fetchone()
    assert count == (0,)
    assert ana.mails() == []
    assert ana.address not in ana.portal.command("cases", "list")  # no case, so no timeline either


def test_a_compromise_answer_holds_the_case_until_it_is_corrected(somebody: MakePerson, ben: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms(set_up_by_me="no")
    ana.sees("A person looks at this first")
    ben.sees_status(ana.reference, "New")
    ben.page.goto(f"/desk/cases/{ana.reference}/send-instructions")
    ben.page.get_by_role("main").get_by_role("link", name="Cancel").wait_for()
    assert ben.page.get_by_role("main").get_by_role("button", name="Send the instructions").count() == 0
    ana.page.goto(ana.case_path)
    ana.page.get_by_role("button", name="I did set it up myself").click()
    ben.decides(ana.reference, "send-instructions", "Send the instructions")
    ana.sees("Your turn: create a repository")
    ana.proves()
    ben.opens(ana.reference)
    expect(ben.page.locator("#risk")).to_contain_text("2FA not set up by the owner")
    assert "Next step: create a repository" in ana.subjects()
    ana.happened("confirm", "answer_corrected", "send_instructions", "pass")


def test_denied_and_asked_again_by_another_person(somebody: MakePerson, ben: Agent, chloe: Agent) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    ana.proves()
    ben.denies(ana.reference)
    ana.sees("We couldn’t remove two-factor authentication")
    assert "I have my doubts" not in ana.mail("We couldn’t approve your request")["text"]
    ana.page.get_by_role("button", name="Ask another person to look again").click()
    ana.sees("Another person looks again")
    ben.decides_not(ana.reference, "send-instructions", "You denied this case before")
    chloe.decides(ana.reference, "send-instructions", "Send the instructions")
    ana.sees("Your turn: create a repository")
    chloe.denies(ana.reference)
    ana.sees("We couldn’t remove two-factor authentication")
    assert ana.page.get_by_role("button", name="Ask another person to look again").count() == 0
    ana.happened("deny", "ask_again", "send_instructions", "deny")
    assert ana.has_two_factor


def test_expired_when_nobody_comes_back(somebody: MakePerson) -> None:
    ana = somebody()
    ana.asks_and_confirms()
    with ana.portal.database.connect("postgres") as connection:  # fifteen days later
        moved = "update cases set state_since = state_since - interval '15 days' where address = %s returning id"
        case_id = connection.execute(moved, (ana.address,)).fetchone()
        assert case_id
        connection.execute("update due set due_at = now() where job = 'expire' and subject = %s", case_id)
    ana.sees("This case has expired")
    assert ana.mail("the time is up", to=ana.second)
    ana.happened("confirm", "expire")


def test_high_risk_takes_two_agents(somebody: MakePerson, ben: Agent, chloe: Agent) -> None:
    ana = somebody(two_factor_enrolled_at=_two_days_ago())
    ana.asks_and_confirms()
    ana.proves()
    ben.approves(ana.reference)
    ana.sees("A second person decides")
    ben.decides_not(ana.reference, "approve-second", "You approved this case already")
    chloe.approves_second(ana.reference)
    ana.sees("Approved")
    assert ana.has_two_factor
    ana.happened("pass", "approve", "approve_second")
    assert ana.mail("Approved", to=ana.second)


def _two_days_ago() -> str:
    return (datetime.now(UTC) - timedelta(days=2)).isoformat()
