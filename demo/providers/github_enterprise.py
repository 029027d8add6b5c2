"""Answers as a GitHub Enterprise Server gives them: GitHub's, of an older release and without limits.

https://docs.github.com/en/enterprise-server/rest ; limits are off unless an administrator sets them, and then neither
their headers nor ``/rate_limit`` are there. A version of the API that the server does not know is answered 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request

from demo.providers import github
from demo.providers.provider import Provider
from demo.providers.state import State

RELEASE = "3.8.4"  # the last one that knew no version of the API
NEWER_FIELDS = ("has_discussions", "user_view_type")


def add_headers(answer: Response) -> None:
    """The headers of this server: no limit is told."""
    answer.headers["X-GitHub-Enterprise-Version"] = RELEASE
    answer.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
    answer.headers["X-GitHub-Request-Id"] = github.a_request_id()
    github.add_token_headers(answer)


def older(body: Any) -> Any:
    """A body without the fields that came later."""
    if isinstance(body, dict):
        return {name: older(value) for name, value in body.items() if name not in NEWER_FIELDS}
    return [older(one) for one in body] if isinstance(body, list) else body


def register(app: Flask, state: State) -> None:
    """Add the server's addresses to an app."""
    github.register(app, state)
    app.view_functions["api/limits"] = limits
    for name, view in list(app.view_functions.items()):
        if name.startswith("api/"):
            app.view_functions[name] = _as_older_release(view)


def limits() -> Response:
    """``/rate_limit`` of a server without limits."""
    answer = jsonify(message="Rate limiting is not enabled.", documentation_url=github.DOCUMENTATION)
    answer.status_code = 404
    return answer


def _as_older_release(view: Callable[..., Any]) -> Callable[..., Any]:
    def answer(**values: Any) -> Any:
        if "X-GitHub-Api-Version" in request.headers:
            return Response(*_refused_version())
        told = view(**values)
        if isinstance(told, Response) and told.is_json and told.status_code == 200:
            told.set_data(json.dumps(older(told.get_json())))
        return told

    return answer


def _refused_version() -> tuple[str, int, dict[str, str]]:
    body, mimetype = github.error_body(400, "The version of the API is not supported.")
    return body, 400, {"Content-Type": mimetype}


def github_enterprise() -> Provider:
    """A stand-in for a GitHub Enterprise Server, empty."""
    provider = github.github()
    provider.key, provider.title = "github_enterprise", "GitHub Enterprise Server"
    provider.register, provider.add_headers = register, add_headers
    return provider
