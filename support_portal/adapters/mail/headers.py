"""Reads the headers of a mail: as the standard says where that works, as plain text where it doesn't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import default
from email.utils import getaddresses
from typing import Any

from support_portal.adapters.mail.charsets import decoded, fit

LONGEST = 8_000  # characters of one header that are looked at
LONGEST_ID = 998  # RFC 5322, section 2.1.1: no line is longer
MOST_IDS = 20
_ID = re.compile(r"<[^<>\s]{1,996}>")
# What turns the direction of a line around, in one line of text that stands beside others.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Headers:
    """All headers of a mail, by name; a name that is not there is an empty text."""

    def __init__(self, message: Message) -> None:
        """Take them as they were sent: a parser that knows the standard may raise on what is not standard."""
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.casefold(), []).append(str(value))

    def raw(self, name: str) -> list[str]:
        """Every value of a header as it was sent, without its folds, topmost first."""
        return [_unfolded(value[:LONGEST]) for value in self._values.get(name.casefold(), [])]

    def has(self, *names: str) -> bool:
        """Whether any of these headers is there."""
        return any(name.casefold() in self._values for name in names)

    def word(self, name: str) -> str:
        """The first word of the first value, in small letters, without comments."""
        values = self.raw(name)
        words = re.sub(r"\([^()]*\)", " ", values[0]).replace(";", " ").casefold().split() if values else []
        return words[0] if words else ""

    def text(self, name: str) -> str:
        """The first value as one line that people read."""
        values = self.raw(name)
        return one_line(_words(values[0])) if values else ""

    def mailboxes(self, *names: str) -> Iterator[tuple[str, str]]:
        """(name, address) of every mailbox in these headers; a header too long to look at has none.

        Cut in the middle, an address may be another one's.
        """
        for name in names:
            for value in self._values.get(name.casefold(), []):
                if len(value) <= LONGEST:
                    # RFC 6532: addresses are UTF-8 or ASCII; what is neither is no address that could be answered.
                    readable = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                    yield from _mailboxes(_unfolded(readable))

    def ids(self, name: str) -> list[str]:
        """The Message-IDs in a header, in their order."""
        return [found for value in self.raw(name) for found in _ID.findall(value)]


def one_line(text: str) -> str:
    """A text as one line: nothing that breaks it, nothing that turns it around."""
    return " ".join(_TURNING.sub("", fit(text)).split())


def _unfolded(value: str) -> str:
    return re.sub(r"[\r\n]+[ \t]*", " ", value).strip()


def _readable(value: str) -> str:
    """Bytes that are no ASCII stand in a header as halves of characters: read them as what they mean."""
    if value.isascii():
        return value
    return fit(decoded(value.encode("utf-8", "surrogateescape"), None))


def _words(value: str) -> str:
    value = _readable(value)
    try:
        pieces: list[tuple[Any, str | None]] = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)


def _mailboxes(value: str) -> Iterator[tuple[str, str]]:
    # The standard library raises IndexError, RecursionError and others on crafted addresses, in its old reader too.
    found: list[tuple[str, str]] = []
    with suppress(Exception):
        found = [(_words(name), address) for name, address in getaddresses([value])]
    with suppress(Exception):
        header: Any = default.header_factory("from", value)
        found = [(one.display_name, one.addr_spec) for one in header.addresses]
    for name, address in found:
        yield one_line(name), one_line(address)
