"""A person at a keyboard who presses again when nothing answers: HTTP alone, no look behind the pages."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

PATIENCE = 180.0  # seconds a person keeps trying
PAUSE = 0.3
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_VERSION = re.compile(r'name="version"[^>]*value="([^"]+)"')


class GaveUp(Exception):
    """Nothing worked for longer than anybody keeps trying."""


@dataclass
class Client:
    """One browser: its cookies, and how often it had to press again."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    pressed_again: int = 0

    def open(self, path: str) -> str:
        """A page, tried until it answers with anything but a fault."""
        return self._until_answered("GET", path, {})

    def send(self, path: str, fields: Mapping[str, str], *, on: str | None = None) -> str:
        """Fill in the form of the page `on` (or of the path itself) and send it; the page that follows."""
        page = self.open(on or path)
        return self._until_answered("POST", path, {**_hidden(page), **fields}, page_of=on or path)

    def _until_answered(self, method: str, path: str, fields: Mapping[str, str], page_of: str = "") -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self.session.request(method, self.address + path, data=fields or None, timeout=20)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer.text
            self.pressed_again += 1
            time.sleep(PAUSE)
        raise GaveUp(f"{method} {path}")


def _hidden(page: str) -> dict[str, str]:
    found = {}
    if token := _TOKEN.search(page):
        found["csrf_token"] = html.unescape(token[1])
    if version := _VERSION.search(page):
        found["version"] = html.unescape(version[1])
    return found


@dataclass
class Inbox:
    """What the catcher holds for one address."""

    mailbox: str

    def wait_for(self, address: str, subject: str) -> str:
        """The text of the newest mail to an address whose subject holds these words, once it is there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.mails(address, subject)
            if found:
                return str(found[-1]["text"])
            time.sleep(PAUSE)
        raise GaveUp(f"no mail {subject!r} to {address}")

    def mails(self, address: str = "", subject: str = "") -> list[dict[str, object]]:
        """All mails the catcher kept."""
        asked = {"to": address, "subject": subject}
        answer = requests.get(f"{self.mailbox}/api/mails", params={k: v for k, v in asked.items() if v}, timeout=20)
        return list(answer.json())


def link_in(text: str, page: str) -> str:
    """The path of the link to this page in a mail."""
    found = re.search(rf"https?://[^/\s]+(/{page}/\S+)", text)
    if not found:
        raise GaveUp(f"no link to {page} in {text[:200]!r}")
    return found[1]
