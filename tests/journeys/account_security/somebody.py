"""Somebody who can sign in: a browser, a password, and a phone that reads what a page shows."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.person import Person
from tests.phones import Phone
from tests.use_cases.two_factor_stage import from_base32

PASSWORD = "four herons over the estuary"


@dataclass
class Somebody:
    """An owner of an account, or somebody of the staff, before a browser."""

    page: Page
    address: str
    password: str = PASSWORD
    phone: Phone = field(default_factory=Phone)

    def signs_in(self) -> None:
        """Address and password."""
        self.page.goto("/sign-in")
        self.page.get_by_label("Email address").fill(self.address)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def types_the_code(self) -> None:
        """The six digits that the phone shows now."""
        self.page.get_by_label("Code", exact=True).fill(self.phone.code(datetime.now(UTC)))
        self.page.get_by_role("button", name="Continue").click()

    def types_the_next_code(self) -> None:
        """Those of the next half minute, which count already: the present ones were used."""
        later = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 30, UTC)
        self.page.get_by_label("Code", exact=True).fill(self.phone.code(later))
        self.page.get_by_role("button", name="Continue").click()

    def uses_a_recovery_code(self) -> None:
        """In place of the phone."""
        self.page.get_by_role("link", name="Use a recovery code").click()
        self.page.get_by_label("Recovery code").fill(self.phone.recovery_code())
        self.page.get_by_role("button", name="Continue").click()

    def begins_to_turn_it_on(self) -> None:
        """From Account security, with the password."""
        self.page.goto("/account/security")
        self.page.get_by_role("link", name="Turn on two-factor authentication").click()
        self.page.get_by_label("Your password").fill(self.password)
        self.page.get_by_role("button", name="Continue").click()

    def scans_the_qr_code(self) -> str:
        """Read it out of a picture of the page; the name under which the app lists it."""
        expect(self.page.locator(".qr svg")).to_be_visible()
        [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(self.page.screenshot())))
        address = urlsplit(found.text)
        assert (address.scheme, address.netloc) == ("otpauth", "totp")
        [secret] = parse_qs(address.query)["secret"]
        self.phone = Phone(seed=from_base32(secret), recovery_codes=[])
        return address.path

    def saves_the_codes(self, button: str) -> None:
        """Write the recovery codes down, and say so."""
        self.phone.recovery_codes = self.page.locator("#codes li").all_inner_texts()
        assert len(self.phone.recovery_codes) == 10
        self.page.get_by_label("I have saved the codes").check()
        self.page.get_by_role("button", name=button).click()

    def turns_it_on(self) -> None:
        """All of it."""
        self.begins_to_turn_it_on()
        self.scans_the_qr_code()
        self.types_the_code()
        self.saves_the_codes("Turn on two-factor authentication")
        self.sees("Two-factor authentication is on")

    def sees(self, heading: str) -> None:
        """A heading of the page."""
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def signs_out(self) -> None:
        """With the button that every page has."""
        self.page.get_by_role("button", name="Sign out").first.click()
        self.sees("Sign in")


def owner_of(person: Person) -> Somebody:
    """The owner of an account, in the browser of theirs."""
    return Somebody(person.page, person.address)


def lock_links(person: Person) -> list[str]:
    """The lock links in all mails to somebody, oldest first."""
    return [found for mail in person.mails() for found in re.findall(r"https?://\S+/lock/\S+", mail["text"])]
