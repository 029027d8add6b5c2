"""One table from what the rules refuse to what a program is answered (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, json
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from support_portal.domain import errors
from support_portal.domain.tokens import Scope
from support_portal.ports.stores import StoreUnavailable

RETRY_AFTER_OUTAGE = 10  # seconds
REALM = 'Bearer realm="support-portal"'


class TokenNeeded(errors.Refusal):
    """The call had no access token, or one that does not work."""

    def __init__(self, text: str, *, was_given: bool) -> None:
        """Say which of the two it was: a wrong token is told from none, but never why it is wrong."""
        super().__init__(text)
        self.challenge = f'{REALM}, error="invalid_token"' if was_given else REALM


class ScopeNeeded(errors.Refusal):
    """The token works, but may not do this."""

    def __init__(self, scope: Scope) -> None:
        """Name the scope that is missing."""
        super().__init__(f"The token does not have the scope {scope}, or its owner may not do this any more.")
        self.challenge = f'{REALM}, error="insufficient_scope", scope="{scope}"'


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """An answer that says what went wrong; `more` are members of its own."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    text = json.dumps({**body, "detail": detail, **more})
    return Response(text, status, dict(headers or {}), mimetype="application/problem+json")


def answer_fault(error: Exception) -> Response:
    """The one table: what each refusal, and each fault, is to a program."""
    text = str(error)
    match error:
        case TokenNeeded():
            return problem(401, text, {"WWW-Authenticate": error.challenge})
        case ScopeNeeded():
            return problem(403, text, {"WWW-Authenticate": error.challenge})
        case errors.Refusal():
            return _refusal(error)
        case StoreUnavailable():
            wait = {"Retry-After": str(RETRY_AFTER_OUTAGE)}
            return problem(503, "The database does not answer at the moment. Nothing was changed.", wait)
        case HTTPException():
            kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
            return problem(error.code or 500, _OF_STATUS.get(error.code or 500, "Nothing was changed."), kept)
    return problem(500, _OF_STATUS[500])


def _refusal(refusal: errors.Refusal) -> Response:
    text = str(refusal)
    match refusal:
        case errors.NotFound() | errors.LinkNotGood():
            return problem(404, text)
        case errors.TooMany():
            return problem(429, text, {"Retry-After": http_date(refusal.again_at)} if refusal.again_at else None)
        case errors.BadInput():
            return problem(422, text, fields=refusal.fields)
        case errors.NotAllowed():
            return problem(403, text)
        case errors.WrongState() | errors.Stale():
            return problem(409, text)
    return problem(400, text)


_OF_STATUS = {
    400: "The request could not be read. Nothing was changed.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is too long.",
    415: "Send JSON, with the content type application/json.",
    500: "Something went wrong on our side.",
}
