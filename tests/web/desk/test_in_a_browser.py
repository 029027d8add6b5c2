"""The desk in Chromium: keys, dialogs, the live part, and no broken policy."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import expect

from support_portal.domain.cases import State
from tests.web.desk.conftest import Desk, Open, a_failed_case

S = State


def test_keys_move_open_ask_and_go_back(desk: Desk, open_desk: Open) -> None:
    first, second = (desk.stage.case(S.IN_REVIEW, since=desk.stage.ago(hours=hours)) for hours in (5, 1))
    page = open_desk("/desk?view=ready")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{second.reference}?view=ready")
    page.keyboard.press("k")
    page.wait_for_url(f"**/desk/cases/{first.reference}?view=ready")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="Approve and remove 2FA?")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Deny this request?")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.get_by_text("Assigned to you.")).to_be_visible()
    page.keyboard.press("u")
    page.wait_for_url("**/desk?view=ready")


def test_a_key_whose_button_is_off_says_why(desk: Desk, open_desk: Open) -> None:
    page = open_desk(f"/desk/cases/{a_failed_case(desk).reference}")
    page.keyboard.press("a")
    expect(page.get_by_role("status").get_by_text("You can approve after the checks have passed.")).to_be_visible()


def test_a_note_written_by_keys_alone_is_never_sent(desk: Desk, open_desk: Open) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = open_desk(f"/desk/cases/{case.reference}")
    page.keyboard.press("n")
    page.keyboard.type("I doubt it")
    expect(page.get_by_role("button", name="Add note")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your note is kept.")).to_be_visible()
    assert desk.count("select count(*) from mails") == 0


def test_a_dialog_decides(desk: Desk, open_desk: Open) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = open_desk(f"/desk/cases/{case.reference}")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").select_option("nothing_against_it")
    dialog.get_by_label("I have looked at the evidence myself").check()
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Your approval is kept.")).to_be_visible()
    assert desk.now(case).state is S.COOLING_OFF


def test_the_checks_come_alive_and_say_that_the_case_moved(desk: Desk, open_desk: Open) -> None:
    case = a_failed_case(desk)
    page = open_desk(f"/desk/cases/{case.reference}")
    page.get_by_role("button", name="Run again").click()
    expect(page.locator("#repo-state")).to_have_text("Waits for its turn")
    with desk.stage.uow.begin() as work:
        before = work.cases.get(case.id)
        work.cases.save(before, replace(before, state=S.IN_REVIEW, version=before.version + 1))
    expect(page.get_by_text("The case changed: Ready to decide.")).to_be_visible()
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.get_by_role("heading", name="Case", exact=True)).to_be_visible()


def test_everything_works_without_a_script(desk: Desk, open_desk: Open) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = open_desk("/desk", javascript=False)
    page.get_by_role("link", name=case.address).click()
    page.get_by_text("Internal note", exact=False).first.click()
    page.get_by_label("Message", exact=True).fill("I doubt it")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Your note is kept.")).to_be_visible()
    page.locator(".decide").get_by_role("link", name="Deny").click()
    page.get_by_label("Reason the requester reads").select_option(index=2)
    page.get_by_role("button", name="Deny request").click()
    expect(page.get_by_text("Denied. The owner gets the reason you chose.")).to_be_visible()
    assert desk.now(case).state is S.DENIED
    assert desk.count("select count(*) from mails where letter = 'reply'") == 0
