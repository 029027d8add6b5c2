"""One strict way to ask a provider over HTTP, put under all three client libraries.

No redirect is followed, a whole answer takes 20 seconds and 2 MB at most, and a good one is JSON that a careless
reader and a careful one read alike. What was heard is kept beside the library, which hides headers and status.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Generic, TypeVar

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from support_portal.adapters.providers.credentials import Access, Held

PATIENCE = 20.0  # seconds for a whole answer, from asking to its last byte
CONNECT_WITHIN = 5.0  # seconds of it for the connection
LARGEST_ANSWER = 2_000_000  # bytes, unpacked
USER_AGENT = "support-portal"

Client = TypeVar("Client")


class BadAnswer(requests.RequestException):
    """What came is no answer that can be used; the text says why."""


@dataclass
class Heard:
    """What was heard during one call: no status means that no answer came."""

    until: float
    url: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def request_id(self) -> str:
        """The provider's own number for this answer, for asking it about one."""
        names = ("x-github-request-id", "x-request-id", "x-arequestid")
        return next((self.headers[name] for name in names if self.headers.get(name)), "")[:200]


_heard: ContextVar[Heard] = ContextVar("heard")


@contextmanager
def listening(patience: float = PATIENCE) -> Iterator[Heard]:
    """Keep what the strict adapter hears in this block, and end every answer `patience` seconds from now."""
    token = _heard.set(Heard(until=time.monotonic() + patience))
    try:
        yield _heard.get()
    finally:
        _heard.reset(token)


def strict_session(authorities: str | None = None) -> requests.Session:
    """A session that asks strictly, keeps no cookies and takes nothing from the environment or from `.netrc`.

    `authorities` is a file with the certificates that are believed, for a server with a private one.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = authorities or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, StrictAdapter())
    return session


class OwnClient(Generic[Client]):
    """A client made on first use, one for each thread and anew after a fork: connections are never shared.

    It is made anew, too, when a secret changed that it was made with.
    """

    def __init__(self, access: Access, make: Callable[[Held], Client]) -> None:
        self._access = access
        self._make = make
        self._own = threading.local()

    def __call__(self) -> Client:
        """The client of this thread; raises CannotAsk when a file with a secret can't be read."""
        made_for = os.getpid(), self._access.now()
        if getattr(self._own, "made_for", None) != made_for:
            self._own.client, self._own.made_for = self._make(made_for[1]), made_for
        client: Client = self._own.client
        return client


class StrictAdapter(HTTPAdapter):
    """Sends a request and hands a library only what it cannot misread; the rest is a BadAnswer."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that keep to the deadline."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask once. Raises BadAnswer, or the RequestException that says why there is no answer."""
        heard = _heard.get()
        left = max(0.001, heard.until - time.monotonic())
        within = (min(CONNECT_WITHIN, left), left)
        response = super().send(request, stream=True, timeout=within, verify=verify, cert=cert, proxies=proxies)
        heard.url, heard.status, heard.headers = request.url or "", response.status_code, response.headers
        is_good = response.status_code == HTTPStatus.OK or _is_made(request, response)
        if not is_good and response.status_code < HTTPStatus.BAD_REQUEST:
            response.close()
            raise BadAnswer(f"answered {response.status_code}, which is not acted on")
        heard.body = _whole_body(response)
        if is_good:
            read_json(heard.body)
        response.encoding = "utf-8"
        response._content, response._content_consumed = heard.body, True  # type: ignore[attr-defined]
        return response


def is_segment(text: str) -> bool:
    """Whether a name can stand in a path by itself: dots alone would lead elsewhere."""
    return bool(text) and set(text) != {"."}


def _is_made(request: requests.PreparedRequest, response: requests.Response) -> bool:
    """Whether something was made that was asked for: the token of an installation is all the portal asks to make."""
    return request.method == "POST" and response.status_code == HTTPStatus.CREATED


def _whole_body(response: requests.Response) -> bytes:
    try:
        body: bytes = response.raw.read(LARGEST_ANSWER + 1, decode_content=True)
    except (urllib3.exceptions.HTTPError, OSError) as problem:
        response.close()
        raise BadAnswer("the answer broke off or took too long") from problem
    if len(body) > LARGEST_ANSWER:
        response.close()
        raise BadAnswer(f"the answer is larger than {LARGEST_ANSWER} bytes")
    response.raw.release_conn()
    return body


def read_json(body: bytes) -> object:
    """The JSON in a body. Raises BadAnswer for anything two readers could read differently: names given twice, NaN."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_each_name_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise BadAnswer(f"the answer is not good JSON: {str(problem)[:100]}") from problem


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name is given twice")
    return named


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


class _UntilDeadline(io.RawIOBase):
    """The bytes of a socket until the deadline: a provider that drips cannot hold a worker for longer."""

    def __init__(self, socket_: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._socket, self._raw, self._until = socket_, raw, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_UntilDeadline(sock, raw, _heard.get().until))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
