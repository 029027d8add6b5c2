"""Reads a mail for people and tests: headers, text, HTML and links, and never raises however odd the mail is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

_ADDRESS = re.compile(r"https?://[^\s<>\"`]+", re.IGNORECASE)
_ENDS_A_SENTENCE = ".,;:!?'’”»"


@dataclass(frozen=True)
class Content:
    """A mail as read; a missing part is empty. `links` are those of the text, then of the HTML, each once."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    links: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first header of this name, or an empty string."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")

    @property
    def message_id(self) -> str:
        """The Message-ID with its brackets, or an empty string."""
        return self.header("Message-ID").strip()

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return self.header("Subject").strip()  # a folded one begins on the next line, with a space


def read(raw: bytes) -> Content:
    """Read the bytes of a mail."""
    message = message_from_bytes(raw, policy=default)
    text = _body(message, "plain")
    html = _body(message, "html")
    collector = _Hrefs()
    collector.feed(html)
    found = [*(text[start:end] for start, end in find_links(text)), *collector.found]
    return Content(tuple(_headers(message)), text, html, tuple(dict.fromkeys(found)))


def find_links(text: str) -> Iterator[tuple[int, int]]:
    """Where the web addresses in a text start and end, without the punctuation of the sentence around them."""
    for match in _ADDRESS.finditer(text):
        start, end = match.span()
        while text[end - 1] in _ENDS_A_SENTENCE or (text[end - 1] in ")]}" and not _opens(text[start:end])):
            end -= 1
        yield start, end


def _opens(address: str) -> bool:
    closing = address[-1]
    opening = {")": "(", "]": "[", "}": "{"}[closing]
    return address.count(opening) >= address.count(closing)


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        try:
            shown = str(default.header_fetch_parse(name, value))
        except Exception:  # the standard library raises IndexError and others on crafted headers
            shown = str(value)
        yield name, shown.encode("utf-8", "replace").decode()


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body(preferencelist=(kind,))
    except Exception:  # a crafted structure: the raw mail can still be downloaded
        return ""
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except Exception:  # an unknown charset or a broken encoding
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return content.replace("\r\n", "\n").encode("utf-8", "replace").decode()


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and _ADDRESS.match(address):
            self.found.append(address)
