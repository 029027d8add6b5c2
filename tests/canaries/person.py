"""Somebody at a browser who writes down every answer, and every secret in it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from tests.parts import Portal
from tests.waiting import eventually

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_SHOWN = re.compile(r'<div class="copyable"><span class="any">([^<]+)</span>')
_LINK = re.compile(r"https?://\S+/(confirm|stop|lock|cases|password)/(\S+)")


@dataclass(frozen=True)
class Seen:
    """One answer of the portal: where, and all of it, headers too."""

    path: str
    text: str


@dataclass
class Person:
    """A browser that keeps every answer, and the secrets of whoever sits before it."""

    portal: Portal
    secrets: dict[str, str] = field(default_factory=dict)  # the secret -> what it is
    seen: list[Seen] = field(default_factory=list)
    shown_once: set[int] = field(default_factory=set)  # answers whose whole purpose is to show a secret
    browser: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str) -> str:
        """Look at a page."""
        return self.keep(self.browser.get(self._whole(path), timeout=60), path)

    def send(self, path: str, fields: Mapping[str, str], *, on: str | None = None) -> str:
        """Fill in the form of a page and send it."""
        return self.post(path, {**self.hidden(self.open(on or path)), **fields})

    def post(self, path: str, fields: Mapping[str, str]) -> str:
        """Send the fields of a form that is open already."""
        return self.keep(self.browser.post(self._whole(path), data=fields, timeout=60), path)

    def hidden(self, page: str) -> dict[str, str]:
        """The fields of a page's forms that nobody sees."""
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}

    def reads_the_secret_shown(self, what: str) -> str:
        """A secret that the newest answer is there to show."""
        found = _SHOWN.search(self.seen[-1].text)
        assert found, self.seen[-1].text[-3000:]
        self.shown_once.add(len(self.seen) - 1)
        value = html.unescape(found[1])
        self.secrets[value.replace(" ", "")] = what
        return value.replace(" ", "")

    def mails(self, to: str) -> list[str]:
        """The texts of all mails to an address; every link in them is a secret."""
        found = requests.get(f"{self.portal.world.mailbox}/api/mails", params={"to": to}, timeout=60).json()
        texts = [str(mail["text"]) for mail in found]
        for text in texts:
            for page, token in _LINK.findall(text):
                self.secrets[token.rpartition("/")[2]] = f"link ({page})"
        return texts

    def link(self, to: str, page: str) -> str:
        """The path of the newest link to a page in the mails to an address, waited for."""
        paths: list[str] = []

        def has_come() -> bool:
            paths[:] = [path for text in self.mails(to) for path in re.findall(rf"https?://[^/\s]+(/{page}/\S+)", text)]
            return bool(paths)

        eventually(has_come, within=60, every=0.3)
        return paths[-1]

    def keep(self, answer: requests.Response, path: str) -> str:
        """Write down an answer, and those that led to it; what it says."""
        for one in (*answer.history, answer):
            # A session's key is set by this header, and by no other word of an answer.
            told = {name: value for name, value in one.headers.items() if name != "Set-Cookie"}
            self.seen.append(Seen(path, f"{one.status_code} {told}\n{one.text}"))
        for cookie in self.browser.cookies:
            if cookie.name == "session" and cookie.value:
                self.secrets[cookie.value] = "session"
        return answer.text

    def _whole(self, path: str) -> str:
        return path if path.startswith("http") else self.portal.url + path
