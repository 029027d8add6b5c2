"""Every picture: how a visitor of the demo comes to what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyotp
from playwright.sync_api import Page

from demo.screens.running import Portal
from demo.story import people
from demo.story.people import Colleague, Customer

Scene = Callable[[Page, Portal], object]

REASON = "My phone went into the harbor on Sunday. I still have my laptop."
TOKENS = {
    "chat notices": "Never (not recommended)",
    "Nightly copy of closed cases to the records archive of the compliance department (asked for in the audit of "
    "spring 2026, do not remove without asking first)": "1 month",
    "weekly report": "1 day",
    "queue export": "1 month",
}
NEWCOMER = Colleague("Ilse Tessendahl", "ilse@portal.example", "agent", "ilse-keeps-the-night-ferry")


def _at(path: str) -> Scene:
    return lambda page, demo: page.goto(f"{demo.url}{path}")


def _by_mail(customer: Customer, place: str, *, other: bool = False) -> Scene:
    """Follow the newest link to such a page in the mails to somebody, or to their other address."""

    def scene(page: Page, demo: Portal) -> None:
        address = customer.others[0] if other else customer.address
        page.goto(f"{demo.url}{place}{demo.mailbox.token(address, place)}")

    return scene


def _ask(page: Page, demo: Portal, address: str) -> None:
    page.goto(f"{demo.url}/request")
    page.locator("[name=email]").fill(address)
    page.locator("[name=reason]").fill(REASON)
    page.locator("[name=has_recovery_code][value=no]").check()


def _wrong(page: Page, demo: Portal) -> None:
    _ask(page, demo, "ana@duarte-apps")
    page.get_by_role("button", name="Send request").click()
    page.locator(".errsum").wait_for()


def _sent(page: Page, demo: Portal) -> None:
    _ask(page, demo, people.ANA.address)
    page.locator("[name=set_up_by_me][value=yes]").check()
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/requests/sent")


def _stopped(page: Page, demo: Portal) -> None:
    _by_mail(people.KAZ, "/stop/", other=True)(page, demo)
    page.locator("[name=who]").first.check()
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("heading", name="stopped").wait_for()


def _sign_in(page: Page, demo: Portal, address: str, password: str, seed: str) -> None:
    """Sign in; whoever did so before comes back in the same session, since a code of the app works once."""
    if cookies := demo.signed_in.get(address):
        page.context.add_cookies(cookies)
        return
    _enter_the_password(page, demo, address, password)
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(seed).now())
    page.get_by_role("button", name="Continue").click()
    page.locator("main.work").wait_for()
    demo.signed_in[address] = page.context.cookies()


def _enter_the_password(page: Page, demo: Portal, address: str, password: str) -> None:
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _wrong_code(page: Page, demo: Portal) -> None:
    _enter_the_password(page, demo, people.MARCO.address, people.MARCO.phrase)
    page.get_by_label("Code", exact=True).fill("000 000")
    page.get_by_role("button", name="Continue").click()
    page.locator(".errsum").wait_for()


def _account(path: str) -> Scene:
    """As somebody who lost nothing, go to a page about the own account."""

    def scene(page: Page, demo: Portal) -> None:
        _sign_in(page, demo, people.SIGNE.address, people.SIGNE.phrase, people.SIGNE.seed)
        page.goto(f"{demo.url}/account{path}")

    return scene


def _set_up(page: Page, demo: Portal) -> None:
    """Somebody who is new begins to set up an authenticator app."""
    link = demo.command("staff", "create", NEWCOMER.address, "--role", NEWCOMER.role, "--name", NEWCOMER.name)
    page.goto(link)
    page.get_by_label("Password", exact=False).first.fill(NEWCOMER.password)
    page.locator("main form button[type=submit]").click()
    _enter_the_password(page, demo, NEWCOMER.address, NEWCOMER.password)
    page.get_by_role("button", name="Continue").click()
    page.locator(".qr svg").wait_for()
    demo.signed_in[NEWCOMER.address] = page.context.cookies()


def _codes(page: Page, demo: Portal) -> None:
    page.context.add_cookies(demo.signed_in[NEWCOMER.address])
    page.goto(f"{demo.url}/account/security/two-factor")
    seed = page.locator(".copyable .any").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(seed).now())
    page.get_by_role("button", name="Continue").click()
    page.locator("#codes").wait_for()


def _desk(path: str, customer: Customer | None = None) -> Scene:
    """As Ben, go to a page of the desk: of this customer's case, where one is named."""
    return _as_ben(f"/desk{path}", customer)


def _as_ben(path: str, customer: Customer | None = None) -> Scene:

    def scene(page: Page, demo: Portal) -> None:
        _sign_in(page, demo, people.BEN.address, people.BEN.password, people.BEN.seed)
        page.goto(f"{demo.url}{path.format(demo.references[customer.address] if customer else '')}")

    return scene


def _checked_lately(page: Page, demo: Portal) -> None:
    """Opening a case with old evidence has it looked at again: come back when that is done."""
    _desk("/cases/{}?view=ready", people.MIRA)(page, demo)
    page.locator("#repo-state").get_by_text("9 of 9").wait_for()
    page.reload()


def _tokens(page: Page, demo: Portal) -> None:
    """Make tokens of all lives; the last one is just made."""
    for description, life in TOKENS.items():
        _as_ben("/account/tokens")(page, demo)
        page.get_by_label("Description").fill(description)
        page.get_by_role("checkbox").first.check()
        page.get_by_label("Expires after").select_option(label=life)
        for field in page.get_by_label("Your password").all():
            field.fill(people.BEN.password)
        page.get_by_role("button", name="Make token").click()
        page.get_by_role("heading", name="is ready").wait_for()


def _nothing_assigned(page: Page, demo: Portal) -> None:
    """Somebody who is new has saved the recovery codes, and has no case yet."""
    page.context.add_cookies(demo.signed_in[NEWCOMER.address])
    page.goto(f"{demo.url}/account/security/two-factor")
    page.get_by_label("I have saved").check()
    page.get_by_role("button", name="Turn on").click()
    page.goto(f"{demo.url}/desk?view=mine")


def _a_mail(page: Page, demo: Portal) -> None:
    page.goto(f"{demo.mailbox.url}/mails?to={people.KAZ.address}")
    page.get_by_role("link", name="Approved").first.click()


SCENES: Mapping[str, Scene] = {
    "public-start": _at("/"),
    "public-request": _at("/request"),
    "public-request-errors": _wrong,
    "public-case": _by_mail(people.OSTRANDER, "/cases/"),
    "public-case-failed": _by_mail(people.JONAS, "/cases/"),
    "public-case-approved": _by_mail(people.KAZ, "/cases/"),
    "public-case-denied": _by_mail(people.GUSTAV, "/cases/"),
    "public-cancel": _by_mail(people.KAZ, "/stop/", other=True),
    "public-link-expired": _by_mail(people.LOTTE, "/requests/confirm/"),
    "login": _at("/sign-in"),
    "login-2fa": _wrong_code,
    "security": _account("/security"),
    "security-enrol": _set_up,
    "security-codes": _codes,
    "agent-queue": _desk(""),
    "agent-case": _checked_lately,
    "agent-case-failed": _desk("/cases/{}?view=failed", people.THEODORA),
    "agent-case-waiting": _desk("/cases/{}", people.STONEMILL),
    "agent-decide": _desk("/cases/{}/approve?view=ready", people.MIRA),
    "agent-deny": _desk("/cases/{}/deny?view=failed", people.THEODORA),
    "emails": _a_mail,
    "tokens-empty": _as_ben("/account/tokens"),
    "tokens": _tokens,
    # These change what the desk shows, so they come last.
    "agent-queue-empty": _nothing_assigned,
    "public-sent": _sent,
    "public-cancelled": _stopped,
}
