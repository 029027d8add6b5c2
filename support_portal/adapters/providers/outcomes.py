"""From what a provider answered to what the portal makes of it: one mapping for every provider."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from support_portal.adapters.providers.credentials import CannotAsk
from support_portal.adapters.providers.strict_http import Heard, listening
from support_portal.adapters.providers.telling import limit_of
from support_portal.domain.evidence import CannotCheck, Missing, Moved, Unknown
from support_portal.domain.standing import Limit

NO_MORE = "0"
_log = logging.getLogger(__name__)

Read = TypeVar("Read")
Answered = TypeVar("Answered")


@dataclass(frozen=True)
class Receipt:
    """What proves an answer later: a digest of it, and the provider's own number for the request."""

    digest: str
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Noted:
    """What the answers of a block told of the provider itself; the last one counts."""

    limit: Limit | None = None
    is_down: bool = False  # no answer came, or one that says that the server failed


_noted: ContextVar[Noted | None] = ContextVar("noted", default=None)


@contextmanager
def noting() -> Iterator[Noted]:
    """Keep what every answer in this block tells of the provider itself."""
    noted = Noted()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@contextmanager
def _noting(heard: Heard) -> Iterator[None]:
    yield
    if (noted := _noted.get()) is not None:
        noted.limit = limit_of(heard.headers) or noted.limit
        noted.is_down = heard.status == 0 or heard.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def ask(
    call: Callable[[], object],
    read: Callable[[object, Receipt], Read],
    patience: float,
    is_absent: Callable[[Heard], bool] | None = None,
    unchanged: Callable[[Receipt], Read] | None = None,
) -> Read | Missing | Moved | Unknown:
    """Make one call through a client library and read a 200 with `read`; everything else is an outcome.

    Never raises for what a provider can answer. The status and headers are those of the wire: the libraries'
    exceptions name too little of them, and too differently. `is_absent` knows what else than 404 and 451 a provider
    answers about what strangers may not see; `unchanged` makes of a 304 what was known before, where it was asked for.
    """
    with listening(patience) as heard, _noting(heard):
        try:
            body = call()
            if heard.status in (HTTPStatus.OK, HTTPStatus.CREATED):
                return read(body, Receipt(heard.digest, heard.request_id, heard.headers))
            problem: Exception | None = None
        except CannotAsk as nothing:
            return nothing.why
        except Exception as raised:  # the libraries raise TypeError, AttributeError and more for odd answers
            problem = raised
        if unchanged and heard.status == HTTPStatus.NOT_MODIFIED:
            return unchanged(Receipt(heard.digest, heard.request_id, heard.headers))
        if is_absent and is_absent(heard):
            return Missing(heard.status, heard.request_id)
        return outcome(heard, problem)


def outcome(heard: Heard, problem: Exception | None) -> Missing | Moved | Unknown:
    """What an answer other than a good 200 means."""
    status = heard.status
    if status in (404, 451):
        return Missing(status, heard.request_id)
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        return Moved(status, heard.request_id, leads_away(heard))
    if is_limit(heard):
        span, moment = when_to_return(heard.headers)
        return Unknown(CannotCheck.RATE_LIMITED, f"answered {status}: too many requests", span, moment)
    if status in (401, 403):
        return Unknown(CannotCheck.CREDENTIALS, f"answered {status}: our credentials are not accepted")
    return Unknown(CannotCheck.UNAVAILABLE, _said(status, problem))


def leads_away(heard: Heard) -> bool:
    """Whether a redirect goes to another scheme, host or port than was asked, or to nowhere."""
    try:
        here, there = urlsplit(heard.url), urlsplit(urljoin(heard.url, heard.headers.get("location", "")))
    except ValueError:
        return True
    return "location" not in heard.headers or (here.scheme, here.netloc) != (there.scheme, there.netloc)


def settled(answer: Answered, *, may_move: bool) -> Answered | Unknown:
    """The answer to a question by id: a redirect there is a fault, unless it is of an address that may move."""
    if isinstance(answer, Moved) and (answer.leads_away or not may_move):
        return Unknown(CannotCheck.UNAVAILABLE, f"answered {answer.status}, where nothing moves")
    return answer


def is_limit(heard: Heard) -> bool:
    """Whether the provider refuses because it was asked too often: 429, or 403 that says so.

    GitHub's limits come as 403 or 429, with a header or, at times, in the message alone:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if heard.status != HTTPStatus.FORBIDDEN:
        return heard.status == HTTPStatus.TOO_MANY_REQUESTS
    if "retry-after" in heard.headers or heard.headers.get("x-ratelimit-remaining") == NO_MORE:
        return True
    message = heard.body[:2000].lower()
    return b"rate limit" in message or b"abuse detection" in message


def when_to_return(headers: Mapping[str, str]) -> tuple[timedelta | None, datetime | None]:
    """When the provider wants to be asked again: a span or a moment; both None when it does not say.

    `Retry-After` counts seconds or is an HTTP date; the reset headers count seconds since 1970, and mean something
    only where nothing remains: they come with good answers too.
    """
    told = headers.get("retry-after", "").strip()
    if told.isdecimal():
        return timedelta(seconds=int(told[:9])), None
    if told:
        return None, _http_date(told)
    for prefix in ("x-ratelimit", "ratelimit"):
        if headers.get(f"{prefix}-remaining") == NO_MORE:
            return None, _since_1970(headers.get(f"{prefix}-reset", ""))
    return None, None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _since_1970(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _said(status: int, problem: Exception | None) -> str:
    answered = f"answered {status}: " if status else ""
    if problem is None:
        return f"answered {status}"
    words: tuple[tuple[type[Exception], str], ...] = (
        (requests.exceptions.SSLError, "no secure connection (TLS)"),
        (requests.exceptions.Timeout, "no answer in time"),
        (requests.ConnectionError, "no connection"),
    )
    for kind, text in words:
        if isinstance(problem, kind):
            return answered + text
    if status != HTTPStatus.OK and status:
        return f"answered {status}"
    if isinstance(problem, (requests.RequestException, ValueError)):
        return answered + str(problem)[:200]
    _log.warning("a provider's answer upset its client library", exc_info=problem)
    return f"{answered}unreadable ({type(problem).__name__})"
