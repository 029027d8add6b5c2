"""axe-core finds nothing on any page about people, as an admin sees them, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from playwright.sync_api import Page, expect

from support_portal.use_cases import add_staff
from support_portal.web.desk.people import QUESTIONS
from tests.cast import BEN, INES, OTTO
from tests.web.desk.conftest import Desk, Open
from tests.web.findings import findings

# Each endpoint that answers a GET of an admin, and where it is looked at.
PAGES: Mapping[str, Sequence[str]] = {
    "desk.people.show": ["/desk/people"],
    "desk.people.show_one": [f"/desk/people/{one.id}" for one in (BEN, INES)],
    "desk.people.ask_to_invite": ["/desk/people/invite"],
    "desk.people.ask": [
        *(f"/desk/people/{OTTO.id if name == 'let-back-in' else BEN.id}/{name}" for name in QUESTIONS),
        f"/desk/people/{INES.id}/role",
    ],
}


def send_nothing(page: Page) -> None:
    page.locator("form.acct").evaluate("form => { form.noValidate = true }")  # as a browser that checks nothing
    page.locator("form.acct button.btn-primary").click()
    expect(page.locator(".errsum a").first).to_be_visible()


def test_every_page_about_people_is_accessible(desk: Desk, open_desk: Open) -> None:
    add_staff.add_staff(f"{'long' * 14}@{'domain' * 8}.example", "agent", "Nina " + "x" * 90, tools=desk.tools)
    with desk.stage.uow.begin() as work:
        work.people.suspend(OTTO.id)
    page = open_desk("/desk/people", by=INES)
    found = []
    for paths in PAGES.values():
        for path in paths:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(path)
            found += findings(page, path)
    for path in ("/desk/people/invite", f"/desk/people/{BEN.id}/role"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        send_nothing(page)
        found += findings(page, f"{path}, answered")
    assert found == []
