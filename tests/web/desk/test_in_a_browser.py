"""The desk in Chromium: keys, dialogs, the live part, no broken policy, and nothing that axe-core finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import Check, CheckResult, Verdict
from tests.browsing import DESKTOP, Visitors
from tests.cast import BEN, CHLOE
from tests.parts import free_row
from tests.web.desk.conftest import Desk
from tests.web.serving import served

S = State
PHONE = {"width": 390, "height": 844}
Open = Callable[..., Page]


@pytest.fixture
def open_desk(desk: Desk, browser: Browser) -> Iterator[Open]:
    """Opens pages of Ben's on a served desk; the test fails when one breaks the policy."""
    address = f"http://127.0.0.1:{free_row(1)[0]}"
    product = replace(desk.tools.product, address=address)
    visitors = Visitors(browser, address)

    def opened(path: str, **options: Any) -> Page:
        page = visitors.open(**options)
        page.context.add_cookies([{"name": "staff", "value": desk.secret_of(BEN), "url": address}])
        page.goto(path)
        return page

    app = desk.make_app(replace(desk.parts, tools=replace(desk.tools, product=product)))
    with served(app, address):
        yield opened
        visitors.leave()
    assert visitors.violations == []


def a_failed_case(desk: Desk) -> Case:
    account = desk.stage.account("jonas@kelpworks.example")
    wrong = CheckResult(Check.NAME_MATCHES, Verdict.FAILED, "bitrise-verification", "bitrise-verification")
    return desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.failed_run(account, wrong))


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
    dialog.get_by_label("I have looked at the evidence myself").check()
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Your approval is kept.")).to_be_visible()
    assert desk.now(case).state is S.COOLING_OFF


def test_the_checks_come_alive_and_say_that_the_case_moved(desk: Desk, open_desk: Open) -> None:
    case = a_failed_case(desk)
    page = open_desk(f"/desk/cases/{case.reference}")
    page.get_by_role("button", name="Run again").click()
    expect(page.locator("#repo-state")).to_have_text("Running")
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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1440", "390"])
def test_axe_finds_nothing_and_nothing_runs_out_sideways(
    desk: Desk, open_desk: Open, viewport: dict[str, int], theme: str
) -> None:
    failed = a_failed_case(desk)
    desk.stage.say(failed, Author.UNPROVEN, "Is it the dash? " + "x" * 300, desk.stage.ago(hours=1), via="email")
    desk.stage.say(None, Author.UNPROVEN, "Help", desk.stage.ago(hours=1), via="email", from_address="x@y.example")
    ready = desk.stage.case(S.IN_REVIEW, desk.stage.account(f"{'long' * 14}@{'domain' * 8}.example"))
    second = desk.stage.case(S.AWAITING_SECOND_APPROVAL, approved_by=(CHLOE,))
    triage = desk.stage.case(S.TRIAGE, compromise=True, compromise_was_said=True)
    paths = ["/desk", "/desk?view=mine", "/desk?s=nothing", "/desk/mails", f"/desk/cases/{ready.reference}/approve"]
    paths += [f"/desk/cases/{case.reference}" for case in (failed, ready, second, triage)]
    paths += [f"/desk/cases/{ready.reference}/deny", f"/desk/cases/{ready.reference}/reject"]
    page = open_desk("/desk", viewport=viewport, color_scheme=theme)
    for path in paths:
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert_nothing_found(page, path)
    page.goto(f"/desk/cases/{ready.reference}")
    for key in ("a", "d"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_nothing_found(page, f"the dialog of {key}")
        page.keyboard.press("Escape")


def assert_nothing_found(page: Page, where: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} runs out sideways"
