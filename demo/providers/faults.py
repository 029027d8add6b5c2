"""How a stand-in provider fails on demand: what it answers instead of the truth, for how many answers, and where.

A fault is ``{kind, part?, count?, path?, ...}``. ``part`` is ``api`` (the default), ``pages``, or of signing in
``authorize`` (the consent page and the way back from it), ``token`` (where codes become tokens) or ``user`` (the API's
answer about who signed in; a fault of ``api`` spoils it too); ``count`` is the number of answers it spoils before all
is normal again (left out: until told otherwise); ``path`` confines it to requests whose path holds that text. The
kinds, and what else they take:

==================  ==================================================================================================
``normal``          the truth again
``error``           ``status`` (500); where ``seconds`` are given, they are told as ``form``, as with ``throttled``
``hang``            no answer for ``seconds`` (3,600), then the connection is dropped; ends at once with any other kind
``slow``            the truth, after ``seconds`` (0.2)
``dropped``         the connection is closed without an answer
``reset``           the connection is reset without an answer
``unauthorized``    401
``forbidden``       403 without a limit header, for the reason ``meaning`` (plain): plain | scope | sso | blocked
``throttled``       429; ``seconds`` (60) told as ``form``: seconds | date | reset | none
``limited``         403 with the same, as GitHub words it
``not_found``       404
``gone``            410
``blocked``         451
``redirect``        ``status`` (302) to ``location`` (the same address)
``html``            ``status`` (200) with a web page, as of a hotel's sign-in
``text``            200 with ``body`` as JSON, whatever it is
``empty``           200 without a body
``truncated``       the truth, cut in half
``duplicate``       the truth, with the field ``field`` named twice, first as ``value``
``missing``         the truth without the field ``field`` (dots lead inwards: ``owner.id``)
``mistyped``        the truth with ``value`` in the field ``field``
``nan``             the truth with NaN, which is no JSON, in the field ``field``
``charset``         the truth in ``charset`` (utf-16), told as UTF-8
``broken_off``      the truth, but more was counted: it breaks off
``drip``            the truth, a byte each ``seconds`` (0.2)
``huge``            the truth, behind ``size`` (50,000,000) blanks, which JSON allows
``bomb``            the same, packed by gzip to a thousandth
``oauth_error``     ``token``: 200 with the error ``body`` (of a bad code); ``authorize``: led back with it
``wrong_state``     ``authorize``: leads back with the state ``value`` (one that nobody gave)
``empty_id``        ``user``: the truth, with ``value`` (an empty text) in place of the account's ids
``verified_email``  ``user``: the truth, and ``value`` as the account's verified e-mail address
==================  ==================================================================================================
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from functools import cache
from itertools import chain, repeat
from typing import Any

from flask import Response, request

from demo.providers.state import Refused, now

PARTS = ("api", "pages", "authorize", "token", "user")
STATUSES = {"unauthorized": 401, "forbidden": 403, "not_found": 404, "gone": 410, "blocked": 451}
MEANINGS: dict[str, tuple[str, dict[str, str]]] = {  # of a 403: the message, and what stands in the headers
    "plain": ("", {}),
    "scope": ("Resource not accessible", {"X-OAuth-Scopes": "", "X-Accepted-OAuth-Scopes": "repo"}),
    "sso": (
        "Resource protected by organization SAML enforcement",
        {"X-GitHub-SSO": "required; url=https://sso.example"},
    ),
    "blocked": ("Repository access blocked", {}),
}
INSTEAD = {"error", "hang", "dropped", "reset", "throttled", "limited", "redirect", "html", "text", "empty"}
BEFORE = {*INSTEAD, *STATUSES}
SPOILED = {"truncated", "broken_off", "charset", "huge", "bomb", "drip"}
AFTER = {*SPOILED, "duplicate", "missing", "mistyped", "nan", "empty_id", "verified_email"}
LEADING_BACK = {"wrong_state", "oauth_error"}
KINDS = sorted({"normal", "slow", *BEFORE, *AFTER, *LEADING_BACK})
OF_ONE_PART = {
    "wrong_state": {"authorize"},
    "oauth_error": {"authorize", "token"},
    "empty_id": {"user"},
    "verified_email": {"user"},
}
IDS = ("id", "uuid", "account_id")
FORMS = ("seconds", "date", "reset", "none")
ErrorBody = Callable[[int, str], tuple[str, str]]


@dataclass
class Fault:
    """One way to fail, as it was asked for."""

    kind: str
    part: str = "api"
    count: int | None = None
    path: str = ""
    seconds: float | None = None
    status: int | None = None
    form: str = "seconds"
    location: str = ""
    field: str = ""
    value: Any = None
    body: str = ""
    size: int = 50_000_000
    meaning: str = "plain"
    charset: str = "utf-16"

    def __post_init__(self) -> None:
        """Refuse what is not in the table."""
        if self.kind not in KINDS:
            raise Refused(f"“{self.kind}” is no kind of fault; there are {', '.join(KINDS)}.")
        if self.part not in PARTS or self.form not in FORMS:
            raise Refused(f"A part is one of {', '.join(PARTS)}, a form one of {', '.join(FORMS)}.")
        if self.meaning not in MEANINGS:
            raise Refused(f"A meaning is one of {', '.join(MEANINGS)}.")
        if self.part not in OF_ONE_PART.get(self.kind, PARTS):
            raise Refused(f"“{self.kind}” is a fault of the part {' or '.join(sorted(OF_ONE_PART[self.kind]))}.")


@dataclass
class Faults:
    """The faults in force, one for each part of the provider, and the answers they make."""

    error_body: ErrorBody
    in_force: dict[str, Fault] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    changed: threading.Event = field(default_factory=threading.Event)

    def set(self, fault: Fault) -> None:
        """Put a fault in force in place of the one before; whoever hangs is let go."""
        with self.lock:
            self.in_force.pop(fault.part, None)
            if fault.kind != "normal":
                self.in_force[fault.part] = fault
            self.changed.set()
            self.changed = threading.Event()

    def clear(self) -> None:
        """All normal again."""
        for part in PARTS:
            self.set(Fault("normal", part))

    def take(self, part: str, path: str, method: str) -> Fault | None:
        """The fault that spoils this answer, counted down."""
        with self.lock:
            fault = self.in_force.get(part)
            if fault is None or fault.path not in path:
                return None
            if part == "authorize" and (fault.kind in LEADING_BACK) != (method == "POST"):
                return None
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    del self.in_force[part]
            return fault

    def instead(self, fault: Fault) -> Response | None:
        """The answer given in place of the truth, where the fault is of that sort."""
        waits = {"hang": 3_600.0, "slow": 0.2}
        if fault.kind in waits:
            self.changed.wait(waits[fault.kind] if fault.seconds is None else fault.seconds)
        if fault.kind in ("hang", "dropped", "reset"):
            return _drop_connection(is_reset=fault.kind == "reset")
        if fault.kind in ("throttled", "limited"):
            status = 429 if fault.kind == "throttled" else 403
            return _told_when(self._error(status, "API rate limit exceeded"), fault)
        if fault.kind in STATUSES or fault.kind == "error":
            return self._refused(fault)
        return _odd(fault)

    def _refused(self, fault: Fault) -> Response:
        message, headers = MEANINGS[fault.meaning]
        answer = self._error(fault.status or STATUSES.get(fault.kind, 500), message)
        answer.headers.extend(headers)
        return answer if fault.seconds is None else _told_when(answer, fault)

    def _error(self, status: int, message: str = "") -> Response:
        body, mimetype = self.error_body(status, message)
        return Response(body, status, mimetype=mimetype)


def _told_when(answer: Response, fault: Fault) -> Response:
    seconds = 60 if fault.seconds is None else int(fault.seconds)
    until = now() + timedelta(seconds=seconds)
    if fault.form == "seconds":
        answer.headers["Retry-After"] = str(seconds)
    elif fault.form == "date":
        answer.headers["Retry-After"] = format_datetime(until, usegmt=True)
    elif fault.form == "reset":
        answer.headers["X-RateLimit-Remaining"] = answer.headers["RateLimit-Remaining"] = "0"
        answer.headers["X-RateLimit-Reset"] = answer.headers["RateLimit-Reset"] = str(int(until.timestamp()))
    return answer


def _odd(fault: Fault) -> Response | None:
    if fault.kind == "redirect":
        return Response("", fault.status or 302, headers={"Location": fault.location or request.url})
    if fault.kind == "html":
        page = "<!doctype html><title>Welcome</title><p>Please sign in to the network."
        return Response(page, fault.status or 200, mimetype="text/html")
    if fault.kind in ("text", "empty"):
        return Response(fault.body, mimetype="application/json")
    return None


def _drop_connection(*, is_reset: bool = False) -> Response:
    connection = request.environ["werkzeug.socket"]
    if not is_reset:
        connection.shutdown(socket.SHUT_RDWR)
        return Response("")
    # Closed at once, with whatever was not sent: the system then tells the other end of a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)
    return Response(_nothing_more())


def _nothing_more() -> Iterator[bytes]:
    raise ConnectionResetError
    yield b""


def spoil(fault: Fault, answer: Response) -> Response:
    """Damage a true answer as the fault says."""
    if fault.kind not in AFTER or answer.status_code != 200:
        return answer
    if fault.kind in SPOILED:
        body, headers = _spoiled_bytes(answer.get_data(), fault)
        return Response(body, 200, [*_plain_headers(answer), *headers])
    text = _spoiled(json.loads(answer.get_data()), fault)
    return Response(text, 200, _plain_headers(answer))


def _spoiled_bytes(body: bytes, fault: Fault) -> tuple[Iterable[bytes], list[tuple[str, str]]]:
    if fault.kind == "drip":
        return _slowly(body, fault.seconds or 0.2, fault), []
    if fault.kind == "truncated":
        return [body[: len(body) // 2]], []
    if fault.kind == "broken_off":
        return [body], [("Content-Length", str(2 * len(body)))]
    if fault.kind == "charset":
        return [body.decode().encode(fault.charset)], []
    if fault.kind == "bomb":
        return [_packed_blanks(fault.size), gzip.compress(body)], [("Content-Encoding", "gzip")]
    return chain(_blanks(fault.size), [body]), []


def _blanks(size: int) -> Iterator[bytes]:
    return repeat(b" " * 50_000, size // 50_000)


@cache
def _packed_blanks(size: int) -> bytes:
    return gzip.compress(b"".join(_blanks(size)))


def _spoiled(body: Any, fault: Fault) -> str:
    if fault.kind == "duplicate":
        return json.dumps(body).replace(
            f'"{fault.field}":', f'"{fault.field}": {json.dumps(fault.value)}, "{fault.field}":'
        )
    if fault.kind in ("empty_id", "verified_email"):
        return json.dumps(_another_person(body, fault))
    for entry in _entries(body):
        *way, last = fault.field.split(".")
        place = entry
        for step in way:
            place = place.get(step) or {}
        if fault.kind == "missing":
            place.pop(last, None)
        else:
            place[last] = float("nan") if fault.kind == "nan" else fault.value
    return json.dumps(body)


def _another_person(body: dict[str, Any], fault: Fault) -> dict[str, Any]:
    if fault.kind == "verified_email":
        return body if "values" in body else {**body, "email": fault.value}
    return {**body, **{name: "" if fault.value is None else fault.value for name in IDS if name in body}}


def _entries(body: Any) -> list[dict[str, Any]]:
    if isinstance(body, list):
        return body
    return list(body["values"]) if "values" in body else [body]


def _plain_headers(answer: Response) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name not in ("Content-Length", "ETag")]


def _slowly(body: bytes, seconds: float, fault: Fault) -> Iterator[bytes]:
    pause = threading.Event()
    for at in range(len(body)):
        yield body[at : at + 1]
        pause.wait(seconds)
