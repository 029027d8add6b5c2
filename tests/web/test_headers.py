"""Every answer carries the policy, and requests that are not for the portal are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from support_portal.app import LARGEST_REQUEST
from support_portal.web.headers import ALWAYS
from support_portal.web.parts import Parts
from tests.web.visiting import Visitor

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ANSWERS = {
    "a page": ("GET", "/", 200),
    "a file": ("GET", "/static/portal.css", 200),
    "a redirect": ("GET", "/desk", 303),
    "no such page": ("GET", "/nothing/here", 404),
    "no such file": ("GET", "/static/nothing.css", 404),
    "a file outside the folder": ("GET", "/static/../app.py", 404),
    "a used-up link": ("GET", "/stop/cut", 410),
    "a method that is not declared": ("DELETE", "/request", 405),
    "TRACE": ("TRACE", "/", 405),
    "OPTIONS": ("OPTIONS", "/", 405),
    "a form without a token": ("POST", "/request", 400),
    "alive": ("GET", "/healthz", 200),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_the_policy(visitor: Visitor, name: str) -> None:
    method, path, status = ANSWERS[name]
    answer = visitor.open(path, method=method)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == POLICY
    for header, value in ALWAYS.items():
        assert answer.headers[header] == value
    assert "Server" not in answer.headers


def test_pages_are_kept_by_nobody_and_files_by_everybody(visitor: Visitor) -> None:
    for path in ("/", "/request", "/sign-in", "/nothing"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store"
        assert visitor.get(path).headers["X-Robots-Tag"] == "noindex"
    assert "immutable" in visitor.get("/static/portal.css").headers["Cache-Control"]


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:8001", "localhost:8000.evil.example", ""])
def test_another_host_is_not_answered(visitor: Visitor, host: str) -> None:
    for path in ("/", "/request", "/healthz"):
        answer = visitor.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert host == "" or host not in answer.text


def test_what_proxies_say_is_not_believed(visitor: Visitor) -> None:
    answer = visitor.get("/desk", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer.headers["Location"] == "/sign-in?next=/desk"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_refused(visitor: Visitor, site: str) -> None:
    answer = visitor.send("/sign-out", page="/sign-in", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert visitor.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200, "a link on another site may lead here"


def test_a_request_that_is_far_too_long_is_not_read(visitor: Visitor) -> None:
    answer = visitor.send("/request", {"reason": "a" * (LARGEST_REQUEST + 1)})
    assert answer.status_code == 413
    assert "too long" in answer.text


def test_on_https_browsers_are_bound_to_it(make_app: Callable[..., Flask], web_parts: Parts) -> None:
    product = replace(web_parts.tools.product, address="https://portal.example")
    visitor = Visitor(
        make_app(replace(web_parts, tools=replace(web_parts.tools, product=product))), "https://portal.example"
    )
    answer = visitor.get("/request")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-visitor=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
