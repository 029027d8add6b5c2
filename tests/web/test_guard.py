"""Closed unless named open: every address of the portal says who may see it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule, UUIDConverter

from support_portal.domain.staff import Permission
from support_portal.web.guard import needed_by, needs
from tests.web.visiting import Visitor

OPEN_TO_ANYBODY = {
    "/",
    "/request",
    "/requests/sent",
    "/requests/confirm/<token>",
    "/cases/<reference>/<key>",
    "/stop/<token>",
    "/lock/<token>",
    "/sign-in",
    "/sign-in/forgotten",
    "/sign-in/forgotten/sent",
    "/sign-in/password/<token>",
    "/sign-in/git/<provider>",
    "/sign-in/git/<provider>/callback",
    "/sign-out",
    "/staff/password/<token>",
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/api/v1/device/codes",
    "/api/v1/device/tokens",
}
ASKS_FOR_A_TOKEN = "api"  # the blueprint that leads nobody to the sign-in, and takes no session


def test_every_view_names_its_permission(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        assert needed_by(view) is not None, f"{endpoint} names no permission"


def test_only_these_pages_are_open_to_anybody(app: Flask) -> None:
    rules = app.url_map.iter_rules()
    found = {rule.rule for rule in rules if needed_by(app.view_functions[rule.endpoint]) is Permission.ANYBODY}
    assert found == OPEN_TO_ANYBODY


def test_a_stranger_is_led_to_the_sign_in_from_every_other_page(app: Flask, visitor: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        if needed_by(app.view_functions[rule.endpoint]) is Permission.ANYBODY:
            continue
        if rule.endpoint.partition(".")[0] == ASKS_FOR_A_TOKEN:
            continue
        path = _path(rule)
        if "GET" in (rule.methods or ()):
            answer = visitor.get(path)
            assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in"), path
        else:
            answer = visitor.send(path, page="/sign-in")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in"), path


def _path(rule: Rule) -> str:
    """An address of this rule: a word where any will do, one of its words where it has some."""
    words: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        is_id = isinstance(converter, UUIDConverter)
        words[name] = UUID(int=1) if is_id else min(getattr(converter, "items", {"approve"}))
    built = rule.build(words)
    assert built is not None
    return built[1]


def test_the_api_leads_nobody_anywhere_and_asks_for_a_token(app: Flask, visitor: Visitor) -> None:
    for rule in app.url_map.iter_rules():
        is_open = needed_by(app.view_functions[rule.endpoint]) is Permission.ANYBODY
        if rule.endpoint.partition(".")[0] != ASKS_FOR_A_TOKEN or is_open:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = visitor.open(_path(rule), method=method)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), rule.rule
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="support-portal"'


def test_a_view_that_names_nothing_lets_nobody_in(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = Visitor(app).get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_live_part_sends_the_browser_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get("/desk", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/desk"


def test_the_mark_stays_under_other_decorators() -> None:
    def view() -> str:
        return ""

    assert needed_by(needs(Permission.DECIDE)(view)) is Permission.DECIDE
