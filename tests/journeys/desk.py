"""The people at the desk, in their browsers."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browsing import Visitors
from tests.parts import Portal
from tests.phones import Phone, a_phone_for
from tests.waiting import eventually

PASSWORD = "the harbor lights are out"
FIRST_PAGE = {"ines": "People"}
PEOPLE = {"ben": "agent", "chloe": "agent", "lea": "lead", "ines": "admin"}


@dataclass
class Agent:
    """One of them, signed in."""

    page: Page
    name: str

    def opens(self, reference: str) -> None:
        """Open a case from the queue."""
        self.page.goto(f"/desk/cases/{reference}")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Remove 2FA for")

    def decides(self, reference: str, question: str, button: str, **fields: str) -> None:
        """Answer one question about a case, on its own page."""
        self.page.goto(f"/desk/cases/{reference}/{question}")
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]").first
            if name == "reason":
                field.select_option(value)
            else:
                field.fill(value)
        for box in self.page.locator("main input[type=checkbox][required]").all():
            box.check()
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()

    def decides_not(self, reference: str, question: str, why: str) -> None:
        """Find that this question is not this person's to answer, and read why."""
        self.page.goto(f"/desk/cases/{reference}/{question}")
        expect(self.page.get_by_role("main")).to_contain_text(why)

    def approves(self, reference: str, note: str = "I looked at the evidence.") -> None:
        """Approve, as first or only decider."""
        self.decides(reference, "approve", "Approve", reason="nothing_against_it", note=note)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Remove 2FA for")

    def approves_second(self, reference: str) -> None:
        """Agree with another's approval."""
        self.decides(reference, "approve-second", "Approve", reason="risk_explained", note="I agree.")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Remove 2FA for")

    def denies(self, reference: str, reason: str = "owner_not_confirmed") -> None:
        """Deny."""
        self.decides(reference, "deny", "Deny request", reason=reason, note="I have my doubts.")

    def sees_status(self, reference: str, status: str) -> None:
        """Look at the case until it has this status on top."""

        def looks() -> bool:
            self.opens(reference)
            return status in self.page.locator(".case-title .pill").all_inner_texts()

        eventually(looks, within=30, every=0.3)


class Colleagues:
    """Everybody at the desk of one portal, with passwords set by the links of `staff create`."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._phones: dict[str, Phone] = {}
        self._links = {
            name: portal.command("staff", "create", _address(name), "--role", role, "--name", name.title()).strip()
            for name, role in PEOPLE.items()
        }

    def sign_in(self, name: str, visitors: Visitors) -> Agent:
        """A browser in which this person is signed in."""
        page = visitors.open()
        if link := self._links.pop(name, None):
            page.goto(link)
            page.get_by_label("Password", exact=False).first.fill(PASSWORD)
            page.locator("main form button[type=submit]").click()
            self._phones[name] = a_phone_for(self._portal, _address(name))
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(_address(name))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(self._phones[name].recovery_code())
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(FIRST_PAGE.get(name, "Queue"))
        return Agent(page, name)


def _address(name: str) -> str:
    return f"{name}@support.example"
