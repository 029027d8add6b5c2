"""Answers made from true ones: other statuses, headers and bytes, and bodies of which something was changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from support_portal.domain.identities import ProviderKind
from tests.answering import Prepared
from tests.fuzz.whole import NEEDED

CHANGES = (0, 1, 1, 1, 1, 2, 3)  # one alone shows best what is not looked at
STATUSES = (200, 201, 202, 203, 204, 206, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406)
MORE_STATUSES = (407, 408, 409, 410, 415, 418, 422, 425, 429, 431, 444, 451, 499, 500, 501, 502, 503, 504, 520, 599)
DATES = ("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359", "Thu, 32 Foo 2026 25:61:61 GMT", "now")
NUMBERS = ("0", "-1", "90", "1e9", "99999999999999999999", "nan", "inf", "\xb2", "0x10", "", " 5 ")
HEADER_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20)
HEADERS = {
    "Retry-After": st.sampled_from((*NUMBERS, *DATES)) | HEADER_TEXTS,
    "X-RateLimit-Remaining": st.sampled_from(NUMBERS),
    "X-RateLimit-Reset": st.sampled_from(NUMBERS) | HEADER_TEXTS,
    "RateLimit-Remaining": st.sampled_from(NUMBERS),
    "RateLimit-Reset": st.sampled_from(NUMBERS),
    "Location": st.sampled_from(("/", "//[", "http://169.254.169.254/", "", "\xff")) | HEADER_TEXTS,
    "Content-Type": st.sampled_from(("application/json", "text/html", "application/json; charset=utf-16", "x")),
    "Content-Encoding": st.sampled_from(("gzip", "deflate", "br", "zstd", "identity", "x")),
    "Link": st.sampled_from(('<http://169.254.169.254/>; rel="next"', "<", "x")),
    "ETag": HEADER_TEXTS,
    "X-GitHub-Request-Id": HEADER_TEXTS,
    "X-Next-Page": st.sampled_from(NUMBERS),
    "Set-Cookie": HEADER_TEXTS,
}
ODD_NUMBERS = (0, -1, 2**31, 2**63 - 1, 2**63, 10**30, 1e308, -0.0)
PLAIN = st.none() | st.booleans() | st.sampled_from(ODD_NUMBERS) | st.integers() | st.floats(allow_nan=True)
TEXTS = st.text(max_size=12) | st.sampled_from(("public", "private", "user", "none", "9999-12-31T23:59:59-23:59"))
JSON = st.recursive(
    PLAIN | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def bodies(draw: st.DrawFn, kind: ProviderKind, true: Sequence[Any]) -> bytes:
    """A body: mostly a true one of which up to three things were changed, else anything."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
    body = copy.deepcopy(draw(st.sampled_from(true)))
    for _ in range(draw(st.sampled_from(CHANGES))):
        _change(draw, body[0] if isinstance(body, list) and body else body, draw(st.sampled_from(sorted(NEEDED[kind]))))
    return draw(st.sampled_from(ENCODINGS))(draw, json.dumps(body))


def _change(draw: st.DrawFn, body: Any, path: str) -> None:
    """Leave out a needed field, or give it another value; `true` answers without it stay as they are."""
    *way, last = path.split(".")
    for step in way:
        body = body.get(step) if isinstance(body, dict) else None
    if not isinstance(body, dict):
        return
    if draw(st.booleans()):
        body.pop(last, None)
    else:
        body[last] = draw(JSON)


def _plainly(draw: st.DrawFn, text: str) -> bytes:
    return text.encode()


def _cut(draw: st.DrawFn, text: str) -> bytes:
    return text.encode()[: draw(st.integers(0, len(text)))]


def _twice(draw: st.DrawFn, text: str) -> bytes:
    at = draw(st.sampled_from([place for place, letter in enumerate(text) if letter == "{"] or [0]))
    name = draw(st.sampled_from(("id", "private", "visibility", "is_private", "public", "owner", "x")))
    value = json.dumps(draw(JSON))
    return f'{text[: at + 1]}"{name}": {value}, "{name}": {value}, {text[at + 1 :]}'.encode()


def _in_another_charset(draw: st.DrawFn, text: str) -> bytes:
    return text.encode(draw(st.sampled_from(("utf-16", "utf-32", "utf-8-sig", "utf-7"))))


def _with_a_byte_changed(draw: st.DrawFn, text: str) -> bytes:
    data = bytearray(text.encode())
    data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


ENCODINGS = (*(12 * [_plainly]), _cut, _twice, _in_another_charset, _with_a_byte_changed)


@st.composite
def answers(draw: st.DrawFn, kind: ProviderKind, true: Sequence[Any]) -> Prepared:
    """An answer: in most cases a 200, with up to three headers that mean something or nothing."""
    status = 200 if draw(st.integers(0, 9)) < 8 else draw(st.sampled_from(STATUSES + MORE_STATUSES))
    named = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=3, unique=True))
    headers = tuple((name, draw(HEADERS[name])) for name in named)
    body = draw(bodies(kind, true))
    is_packed = "Content-Encoding" not in named and draw(st.integers(0, 9)) == 0
    cut = draw(st.integers(1, 3)) if body and draw(st.integers(0, 19)) == 0 else 0
    return Prepared(status, headers, body, is_packed, cut)
