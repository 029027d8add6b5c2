"""A stranger who sends forms and looks at the clock: HTTP alone, from another network address each time."""

from __future__ import annotations

import http.client
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_COOKIE_VALUE = re.compile(r"=[^;]*")
# The length is that of the body, which is compared whole, but for the address: escaped, a plus is five characters.
LEFT_OUT = {"date", "x-request-id", "content-length"}
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Answer:
    """What came back, without what differs from one moment to the next, and after how many milliseconds."""

    seen: tuple[int, tuple[tuple[str, str], ...], str]
    milliseconds: float


class Stranger:
    """Somebody without an account; the forms and their tokens are fetched once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._port, self._host = parts.port or 80, parts.netloc
        self._networks = _networks()
        self._forms: dict[str, tuple[str, str]] = {}

    def send(self, path: str, fields: dict[str, str], *, on: str, typed: str) -> Answer:
        """Send the form of the page `on` to a path; `typed` is the address, which is taken out of what is seen."""
        if on not in self._forms:
            self._forms[on] = self._fetch(on)
        cookie, token = self._forms[on]
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode({"csrf_token": token, **fields}), headers, typed=typed)

    def led_away(self, path: str) -> tuple[str, str]:
        """Where a page of the portal leads to, and the cookies to come back with."""
        answer, _ = self._request("GET", path)
        return str(answer.getheader("Location")), _cookies(answer)

    def ask(self, method: str, path: str, body: str, headers: dict[str, str], *, typed: str) -> Answer:
        """One request; the clock runs from its first byte to the last byte of the answer."""
        connection = self._connection()
        connection.connect()
        began = time.perf_counter()
        connection.request(method, path, body, {"Host": self._host, **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        took = time.perf_counter() - began
        connection.close()
        return Answer((answer.status, _plain(answer.getheaders()), _without(text, typed)), took * 1000)

    def _connection(self) -> http.client.HTTPConnection:
        there = ("127.0.0.1", self._port)
        return http.client.HTTPConnection(*there, timeout=PATIENCE, source_address=(next(self._networks), 0))

    def _fetch(self, page: str) -> tuple[str, str]:
        answer, text = self._request("GET", page)
        found = _TOKEN.search(text)
        assert found is not None, f"{page} has no form"
        return _cookies(answer), unescape(found[1])

    def _request(self, method: str, page: str) -> tuple[http.client.HTTPResponse, str]:
        connection = self._connection()
        connection.request(method, page, headers={"Host": self._host})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))


def _networks() -> Iterator[str]:
    """Addresses of this machine itself, another for each request: the limits count by address."""
    for one, two, three in itertools.product(range(1, 250), repeat=3):
        yield f"127.{one}.{two}.{three}"


def _plain(headers: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    kept = []
    for name, value in headers:
        if name.lower() == "set-cookie":
            kept.append((name, _COOKIE_VALUE.sub("=", value, count=1)))
        elif name.lower() not in LEFT_OUT:
            kept.append((name, value))
    return tuple(sorted(kept))


def _without(text: str, typed: str) -> str:
    for spelled in (escape(typed), typed):
        text = text.replace(spelled, "ADDRESS")
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1TOKEN", text)
