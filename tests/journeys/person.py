"""Somebody who is locked out: a browser, a mailbox, a git account."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, expect

from tests.browsing import Visitors
from tests.parts import Portal
from tests.stand_ins import StandIn
from tests.waiting import eventually

NAME = "bitrise_verification"
LONG_AGO = "2021-03-03T09:30:00+00:00"
A_WHILE = 30_000  # milliseconds a page may take to say what a worker found
_NUMBER = re.compile(r"SP-\d+")


@dataclass
class Person:
    """Acts as a person would: reads mails, follows their links, fills in forms."""

    portal: Portal
    page: Page
    provider: StandIn
    account: dict[str, Any]
    address: str
    second: str
    reference: str = ""
    case_path: str = ""

    def asks(self, **answers: str) -> None:
        """Fill in the form and send it."""
        given = {"has_recovery_code": "no", "set_up_by_me": "yes", **answers}
        self.page.goto("/request")
        self.page.get_by_label("Email address of your").fill(self.address)
        self.page.get_by_label("What happened?").fill("My phone fell into the harbor.")
        for name, value in given.items():
            self.page.locator(f"input[name={name}][value={value}]").check()
        self.page.get_by_role("button", name="Send request").click()

    def confirms(self) -> None:
        """Press the link of the confirmation mail, and the button on its page."""
        expect(self.page.get_by_role("heading", name="Check your inbox")).to_be_visible()
        self.page.goto(self.link_in("Confirm your request", "requests/confirm"))
        self.page.get_by_role("button", name="I asked for this").click()
        self.case_path = self.page.url
        found = _NUMBER.search(self.case_path)
        assert found, self.case_path
        self.reference = found[0]

    def asks_and_confirms(self, **answers: str) -> None:
        """Both, in a row."""
        self.asks(**answers)
        self.confirms()

    def creates(self, name: str = NAME, **facts: Any) -> dict[str, Any]:
        """Create a repository at the provider."""
        owner = facts.pop("owner", self.account["login"])
        return self.provider.repository(owner, name, **facts)

    def sends(self, repository: dict[str, Any]) -> None:
        """Paste the repository's link on the case page."""
        self.page.goto(self.case_path)
        self.page.locator("#repository_url").fill(repository["url"])
        self.page.get_by_role("button", name=re.compile("Check (my repository|again)")).first.click()

    def proves(self) -> dict[str, Any]:
        """Create the right repository, send its link, and see that it passed."""
        made = self.creates()
        self.sends(made)
        self.sees("A person decides now")
        return made

    def sees(self, *headings: str) -> None:
        """Read the case page until it has this heading, or one of these."""

        def reads() -> bool:
            self.page.goto(self.case_path)
            return self.page.get_by_role("heading", level=1).inner_text() in headings

        try:
            eventually(reads, within=A_WHILE / 1000, every=0.3)
        except AssertionError:
            found = self.page.get_by_role("heading", level=1).inner_text()
            raise AssertionError(f"the case page says {found!r}, not {headings!r}") from None

    def mails(self, subject: str = "", to: str | None = None, wait: float = 0) -> list[dict[str, Any]]:
        """Mails to this person (or another address), oldest first; waits for one where told to."""
        asked = {"to": to or self.address, "subject": subject, "wait": str(wait)}
        answer = requests.get(f"{self.portal.world.mailbox}/api/mails", params=asked, timeout=wait + 10)
        return list(answer.json())

    def mail(self, subject: str, to: str | None = None) -> dict[str, Any]:
        """The newest mail of this subject, waited for."""
        found = self.mails(subject, to, wait=30)
        got = [mail["subject"] for mail in self.mails(to=to)]
        assert found, f"no mail {subject!r} to {to or self.address}, but {got}"
        return found[-1]

    def subjects(self, to: str | None = None) -> list[str]:
        """The subjects of all mails, without the case number."""
        return [re.sub(r" \(SP-\d+\)", "", mail["subject"]) for mail in self.mails(to=to)]

    def link_in(self, subject: str, page: str, to: str | None = None) -> str:
        """The link to a page in a mail."""
        text = self.mail(subject, to)["text"]
        found = re.search(rf"https?://\S+/{page}/\S+", text)
        assert found, f"no link to {page} in {text!r}"
        return found[0]

    @property
    def has_two_factor(self) -> bool:
        """Whether 2FA is on at the account, as its directory has it."""
        asked = (
            "select count(*) from enrolments e join accounts a on a.id = e.account_id "
            "where a.address = %s and e.ended_at is null"
        )
        with self.portal.database.connect() as connection:
            row = connection.execute(asked, (self.address,)).fetchone()
        return bool(row and row[0])

    def timeline(self) -> list[str]:
        """What happened, as the command line tells it."""
        told = self.portal.command("cases", "show", self.reference).splitlines()[1:]
        return [line.split("  ", 1)[1] for line in told]

    def happened(self, *words: str) -> None:
        """The timeline tells of these, in this order."""
        lines = iter(self.timeline())
        for word in words:
            assert any(line.startswith(word) for line in lines), f"{word!r} is missing in {self.timeline()}"


def a_person(
    portal: Portal, visitors: Visitors, number: int, provider: str, *, javascript: bool, **changes: object
) -> Person:
    """Somebody with an account, 2FA on for years, a second address, and a git account connected for as long."""
    stand_in = portal.world.provider(provider)
    account = stand_in.account(f"ana-{provider}-{number}")
    address = f"ana{number}@{provider}-users.example"
    second = f"ana{number}@second.example"
    line = {
        "email": address,
        "name": f"Ana Duarte {number}",
        "other_emails": [second],
        "two_factor_enabled": True,
        "two_factor_enrolled_at": LONG_AGO,
        "password_changed_at": LONG_AGO,
        "connected_accounts": [connected(provider, account)],
        **changes,
    }
    imports(portal, [line])
    page = visitors.open(javascript=javascript)
    return Person(portal, page, stand_in, account, address, second)


def connected(provider: str, account: dict[str, Any], since: str = LONG_AGO) -> dict[str, Any]:
    """A git account as an import file names it."""
    is_bitbucket = provider == "bitbucket"
    found: dict[str, Any] = {
        "provider": provider,
        "external_id": account["uuid"] if is_bitbucket else str(account["id"]),
        "username": account["login"],
        "connected_at": since,
    }
    return found | ({"workspace_ids": [one["uuid"] for one in account["workspaces"]]} if is_bitbucket else {})


def imports(portal: Portal, accounts: Sequence[dict[str, Any]]) -> None:
    """Import accounts as an operator does."""
    file = Path(portal.settings["PORTAL_DATA_DIR"]) / f"{accounts[0]['email']}.jsonl"
    file.write_text("\n".join(json.dumps(account) for account in accounts))
    portal.command("accounts", "import", str(file))
