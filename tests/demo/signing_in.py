"""A person at a stand-in's consent page, by HTTP or in a real browser: agrees or refuses, and is led back."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Page


class _Choices(HTMLParser):
    """The accounts that the page offers: the words of each label, and the value it stands for."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, str] = {}
        self._label = ""
        self.offered: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "radio":
            self._values[given["id"]] = given["value"]
        self._label = given["for"] if tag == "label" else ""

    def handle_data(self, data: str) -> None:
        if self._label:
            self.offered[data.strip().removeprefix("Sign in as ")] = self._values[self._label]

    def handle_endtag(self, tag: str) -> None:
        self._label = ""


def offered(address: str) -> dict[str, str]:
    """The logins that the consent page at this address offers, each with the value its choice sends."""
    page = requests.get(address, allow_redirects=False, timeout=10)
    assert page.status_code == 200, f"{page.status_code} {page.headers.get('Location', page.text)}"
    choices = _Choices()
    choices.feed(page.text)
    return choices.offered


def agree(address: str, login: str) -> str:
    """Sign in as this account and allow; returns the address that the browser is led back to."""
    return _choose(address, account=offered(address)[login], decision="allow")


def refuse(address: str) -> str:
    """Refuse; returns the address that the browser is led back to."""
    offered(address)
    return _choose(address, decision="refuse")


def agree_on(page: Page, login: str) -> None:
    """Sign in as this account and allow, in a real browser that is at the consent page."""
    page.get_by_label(f"Sign in as {login}", exact=True).check()
    page.get_by_role("button", name="Allow").click()


def refuse_on(page: Page) -> None:
    """Refuse, in a real browser that is at the consent page."""
    page.get_by_role("button", name="Refuse").click()


def _choose(address: str, **fields: str) -> str:
    parts = urlsplit(address)
    origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}  # as a browser says with every form
    answer = requests.post(address, data=fields, headers=origin, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, f"{answer.status_code} {answer.text}"
    return answer.headers["Location"]
