"""One table from what the rules refuse to what a browser is answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import http_date
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from support_portal.domain import errors
from support_portal.ports.stores import StoreUnavailable
from support_portal.web.forms import CSRF_FIELD, visible
from support_portal.web.limits import limiter

API_PATH = "/api/"
RETRY_AFTER_OUTAGE = 10  # seconds
NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEPT_FIELDS = frozenset({"email", "reason", "repository_url", "message", "text", "note"})


@dataclass(frozen=True)
class Problem:
    """What a page says that something did not work: what happened, and one way on."""

    status: int
    title: str
    lead: str
    way: str = "/"
    way_label: str = "Go to the start"
    number: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WayOn:
    """Where somebody goes on whose link no longer works: what it was about, and the one way to another one."""

    about: str
    way: str
    label: str
    words: str = ""


OF_A_CASE = WayOn("case", "/request", "Send me a new link")
# By the beginning of an address; the addresses of all other links are about cases.
WAYS_ON = {
    "/sign-in/password/": WayOn(
        "password", "/sign-in/forgotten", "Send me a new link", "Only the newest link works. Nothing was changed."
    ),
    "/staff/password/": WayOn(
        "invitation", "/sign-in", "Go to the sign-in", "If you never set a password, ask an admin for a new link."
    ),
    "/account/address/": WayOn(
        "address", "/account/address", "Send me a new link", "Your address is as it was. Only the newest link works."
    ),
}

_BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("We couldn’t read that", "The request was not complete. Nothing was changed."),
    401: ("Sign in first", "You are signed out. Nothing was changed."),
    403: ("This page is not for you", "Your account may not do this. Nothing was changed."),
    404: ("There is nothing here", "The address has a typing error, or the page is gone."),
    405: ("That is not possible here", "The page was asked for something it doesn’t do. Nothing was changed."),
    413: ("That is too long", "What you sent is too long for us to read. Nothing was changed. Use fewer words."),
    415: ("We couldn’t read that", "It was not sent as a form. Nothing was changed."),
}
LIMITED = "Too many requests came from your network. Wait a little, then try again. Nothing is lost."
STALE_FORM = "This page was open for too long, or in another window. Nothing was sent. Load it again, then send it."


def init_errors(app: Flask, *, api: Callable[[Exception], Response]) -> None:
    """Answer every refusal and every fault with a page; below the API's path, `api` answers."""

    def by_page_or(answer: Callable[[Any], Response]) -> Callable[[Exception], Response]:
        return lambda error: api(error) if request.path.startswith(API_PATH) else answer(error)

    for kind, answer in _ANSWERS:
        app.register_error_handler(kind, by_page_or(answer))


def page(problem: Problem) -> Response:
    """The page of a problem; a live part of a page gets the same words as a part."""
    return make_response(render_template("errors/problem.html", problem=problem), problem.status)


def answer_refusal(refusal: Exception) -> Response:
    """The one table: what each refusal of the rules is to a browser."""
    text = str(refusal)
    match refusal:
        case errors.LinkNotGood():
            on = next((way for start, way in WAYS_ON.items() if request.path.startswith(start)), OF_A_CASE)
            return make_response(render_template("errors/link-expired.html", on=on), 410)
        case errors.NotFound():
            return page(_by_status(404))
        case errors.TooMany():
            return _later(Problem(429, "Wait a little", text, *_way_back()), refusal.again_at)
        case errors.BadInput():
            return page(Problem(422, "There is a problem", _fields(refusal), *_way_back()))
        case errors.NotAllowed():
            return page(Problem(403, "That is not possible now", text, *_way_back()))
        case errors.WrongState() | errors.Stale():
            return page(Problem(409, "The case has moved on", text, *_way_back()))
    return page(Problem(400, "That is not possible", text, *_way_back()))


def _fields(refusal: errors.BadInput) -> str:
    return ". ".join(text.rstrip(".") for text in refusal.fields.values()) + "."


def _later(problem: Problem, again_at: datetime | None) -> Response:
    response = page(problem)
    if again_at is not None:
        response.headers["Retry-After"] = http_date(again_at)
    return response


def _way_back() -> tuple[str, str]:
    """The same address, where it can be looked at; the start otherwise."""
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is not None and request.endpoint is not None:
            adapter.match(request.path, method="GET")
            return request.path, "Go back to the page"
    except HTTPException:
        pass
    return "/", "Go to the start"


def _by_status(status: int) -> Problem:
    title, lead = _BY_STATUS.get(status, _BY_STATUS[400])
    return Problem(status, title, lead)


def _answer_http(error: HTTPException) -> Response:
    if isinstance(error, RequestRedirect):
        return Response(status=404) if request.method not in {"GET", "HEAD"} else error.get_response()
    response = page(_by_status(error.code or 500))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _answer_stale_form(error: CSRFError) -> Response:
    kept = {
        name: visible(text)
        for name, text in request.form.items()
        if name in KEPT_FIELDS and name != CSRF_FIELD and text
    }
    return page(Problem(400, "Send it once more", STALE_FORM, *_way_back(), kept=kept))


def _answer_limit(error: RateLimitExceeded) -> Response:
    response = page(Problem(429, "Wait a little", LIMITED, *_way_back()))
    if (limit := limiter.current_limit) is not None:
        response.headers["Retry-After"] = http_date(limit.reset_at)
    return response


def _answer_outage(error: Exception) -> Response:
    lead = "Our database doesn’t answer at the moment. It is not your fault, and nothing you sent before is lost."
    response = page(Problem(503, "We’ll be back in a moment", lead, *_way_back()))
    response.headers["Retry-After"] = str(RETRY_AFTER_OUTAGE)
    return response


def _answer_fault(error: InternalServerError) -> Response:
    """A number to quote, and the same number beside the traceback in the log."""
    if isinstance(error.original_exception, StoreUnavailable):
        return _answer_outage(error.original_exception)
    letters = "".join(secrets.choice(NUMBER_LETTERS) for _ in range(8))
    number = f"E-{letters[:4]}-{letters[4:]}"
    current_app.logger.error("the fault above has the number %s", number)
    lead = "It is not your fault. What you sent before is saved. Please try again in a few minutes."
    way, label = _way_back()
    return page(
        Problem(500, "Something went wrong on our side", lead, way, "Try again" if way != "/" else label, number)
    )


_ANSWERS: tuple[tuple[type[Exception], Callable[[Any], Response]], ...] = (
    (errors.Refusal, answer_refusal),
    (StoreUnavailable, _answer_outage),
    (CSRFError, _answer_stale_form),
    (RateLimitExceeded, _answer_limit),
    (HTTPException, _answer_http),
    (InternalServerError, _answer_fault),
)
