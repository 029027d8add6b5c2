"""One stand-in as a Flask app: API, pages and control API on one port, with a log and faults around them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from demo.providers import asked, control, oauth, page
from demo.providers.faults import Fault, spoil
from demo.providers.provider import Provider, token
from demo.providers.state import Refused, now

ALWAYS_THERE = ("/", "/static/providers.css")  # else nobody could end a fault


def create_site(provider: Provider, seed: dict[str, Any]) -> Flask:
    """Build the app of a provider and fill it from its part of the seed file."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    asked.load(provider.state, seed)
    _count_calls(app, provider)
    _watch(app, provider)
    _answer_errors(app, provider)
    provider.register(app, provider.state)
    control.register(app, provider, seed)
    if provider.dialect is not None:
        oauth.register(app, provider, provider.dialect)
    page.register(app, provider)
    return app


def part_of_request(provider: Provider) -> str:
    """Which part is asked: api, pages or control."""
    if request.path.startswith(control.PREFIX):
        return "control"
    return "api" if request.path.startswith(provider.api_prefix) else "pages"


def parts_that_may_fail(provider: Provider) -> tuple[str, ...]:
    """The parts whose faults spoil the answer to this request, the first one that has a fault deciding."""
    dialect, prefix = provider.dialect, provider.api_prefix
    ways: dict[str, tuple[str, ...]] = {}
    if dialect is not None:
        ways = {dialect.authorize_path: ("authorize",), dialect.exchange_path: ("token",)}
    ways.update({f"{prefix}/user": ("user", "api"), f"{prefix}/user/workspaces": ("user", "api")})
    if request.path in ways:
        return ways[request.path]
    part = part_of_request(provider)
    return () if part == "pages" and (request.method == "POST" or request.path in ALWAYS_THERE) else (part,)


def _fault(provider: Provider) -> Fault | None:
    for part in parts_that_may_fail(provider):
        if fault := provider.faults.take(part, request.path, request.method):
            return fault
    return None


def _watch(app: Flask, provider: Provider) -> None:
    @app.before_request
    def fail_on_demand() -> Response | None:
        g.part, g.fault, g.account, g.token = part_of_request(provider), None, None, None
        if g.part == "control":
            return None
        g.entry = _entry(g.part)
        provider.state.log.append(g.entry)
        if g.part == "api" and not _knows_caller(provider):
            return _error(provider, 401)
        g.fault = _fault(provider)
        return provider.faults.instead(g.fault) if g.fault else None

    @app.after_request
    def finish(answer: Response) -> Response:
        if g.part == "api":
            provider.add_headers(answer)
            answer = _conditional(spoil(g.fault, answer) if g.fault else answer)
        elif g.fault and provider.dialect and request.path == provider.dialect.exchange_path:
            answer = spoil(g.fault, answer)
        if g.part != "control":
            g.entry.update(_told(answer))
        return answer


def _count_calls(app: Flask, provider: Provider) -> None:
    """How many calls of the API are under way at once stands in the log."""

    @app.before_request
    def come() -> None:
        if part_of_request(provider) == "api":
            g.in_flight = provider.begin_call()

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if "in_flight" in g:
            provider.end_call()


def _knows_caller(provider: Provider) -> bool:
    """Look at the token of a request, and say whether it may ask at all."""
    g.tokens = provider.tokens
    if provider.tokens.is_refused(token()):
        return False
    g.account, g.token = provider.caller(), provider.tokens.known.get(token())
    return True


def _answer_errors(app: Flask, provider: Provider) -> None:
    @app.errorhandler(Refused)
    def refuse(problem: Refused) -> ResponseReturnValue:
        part = part_of_request(provider)
        if part == "api":
            return _error(provider, problem.status)
        if part == "pages":
            return page.home(provider, str(problem)), problem.status
        return jsonify(error=str(problem)), problem.status

    @app.errorhandler(HTTPException)
    def answer_in_kind(problem: HTTPException) -> ResponseReturnValue:
        return _error(provider, problem.code or 500) if part_of_request(provider) == "api" else problem


def _entry(part: str) -> dict[str, Any]:
    sent = request.authorization.type if request.authorization else None
    return {
        "time": now().isoformat(),
        "method": request.method,
        "path": request.environ.get("RAW_URI") or request.full_path,
        "host": request.host,
        "part": part,
        "in_flight": g.get("in_flight"),
        "authorization": sent or ("private-token" if "PRIVATE-TOKEN" in request.headers else "none"),
        **dict.fromkeys(("status", "answered_at", "retry_after", "reset")),
    }


def _told(answer: Response) -> dict[str, Any]:
    """What was answered, when, and until when the caller was asked to stay away, in the words of the headers."""
    is_used_up = answer.headers.get("X-RateLimit-Remaining") == "0"
    return {
        "status": answer.status_code,
        "answered_at": now().isoformat(),
        "retry_after": answer.headers.get("Retry-After"),
        "reset": answer.headers.get("X-RateLimit-Reset") if is_used_up else None,
    }


def _error(provider: Provider, status: int) -> Response:
    body, mimetype = provider.error_body(status, "")
    return Response(body, status, mimetype=mimetype)


def _conditional(answer: Response) -> Response:
    if answer.status_code == HTTPStatus.OK and g.fault is None:
        answer.add_etag(weak=True)
        answer.make_conditional(request)
    return answer
