"""The checks come alive without taking the focus, without being drawn anew, and are told once."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from playwright.sync_api import Page, expect

from support_portal.domain.cases import State
from support_portal.jobs import Job
from tests.web.desk.conftest import Desk, Open, a_failed_case
from tests.web.desk.looks import in_line, taken

# Counts what a screen reader would say: every time that the words of the region change.
LISTEN = """() => {
  const region = document.querySelector("#checks-told");
  window.said = [];
  let last = region.textContent.trim();
  new MutationObserver(() => {
    const text = region.textContent.trim();
    if (text !== last) window.said.push(last = text);
  }).observe(region, {childList: true, characterData: true, subtree: true});
  window.list = document.querySelector("#checks");
}"""


def looked(page: Page, times: int) -> None:
    """Wait until the page has asked for news so often."""
    for _ in range(times):
        with page.expect_response("**/checks?*", timeout=30_000):
            pass


def test_each_stage_is_told_once_and_the_list_is_drawn_anew_only_then(desk: Desk, open_desk: Open) -> None:
    case = a_failed_case(desk)
    in_line(desk.tools, case)
    page = open_desk(f"/desk/cases/{case.reference}")
    page.evaluate(LISTEN)
    message = page.get_by_label("Message", exact=True)
    message.fill("I am writing")
    looked(page, 2)
    assert page.evaluate("window.said") == []
    assert page.evaluate("window.list.isConnected"), "what stands as before is left alone"
    taken(desk.tools, case)
    expect(page.locator("#repo-state")).to_have_text("Being looked at")
    with desk.tools.uow.begin() as work:
        last = work.records.last_run(case.id)
        assert last
        work.records.add_run(replace(last, id=uuid4(), at=work.now))
        work.due.cancel(case.id, Job.VERIFY)
    expect(page.locator("#repo-state")).to_have_text("1 failed")
    assert page.evaluate("window.said") == [
        "The repository is being looked at now, on GitHub.",
        "1 of 9 checks did not pass.",
    ]
    expect(message).to_be_focused()
    expect(message).to_have_value("I am writing")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(4500)
    assert asked == [], "nobody asks for news of what is done"


def test_without_a_script_the_page_is_loaded_again_by_a_link(desk: Desk, open_desk: Open) -> None:
    case = desk.stage.case(State.AWAITING_REPOSITORY, link="https://github.com/ana/bitrise_verification")
    in_line(desk.tools, case)
    page = open_desk(f"/desk/cases/{case.reference}", javascript=False)
    expect(page.locator("#checks-told")).to_have_text("The checks wait for their turn.")
    taken(desk.tools, case)
    page.get_by_role("link", name="Load the page again").click()
    expect(page.locator("#checks-told")).to_have_text("The repository is being looked at now, on GitHub.")


def test_another_run_is_chosen_without_a_script(desk: Desk, open_desk: Open) -> None:
    case = a_failed_case(desk)
    with desk.tools.uow.begin() as work:
        first = work.records.last_run(case.id)
        assert first
        work.records.add_run(replace(first, id=uuid4(), at=desk.stage.ago(minutes=3), owner_id="77"))
        work.records.add_run(replace(first, id=uuid4(), at=desk.stage.ago(minutes=1)))
    page = open_desk(f"/desk/cases/{case.reference}", javascript=False)
    page.get_by_role("link", name="What changed since the run before").click()
    expect(page.get_by_role("heading", name="Facts that changed")).to_be_visible()
    page.get_by_label("Compare the newest run with").select_option(str(first.id))
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Nothing changed:")).to_be_visible()
    page.get_by_role("link", name="Back to the case").click()
    expect(page.get_by_role("heading", name="Repository verification")).to_be_visible()
