"""The API over a real database, and callers with tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from support_portal.ports.tools import Tools
from support_portal.use_cases.tokens import make_on_server
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import BEN
from tests.web.visiting import ADDRESS

Call = Callable[..., TestResponse]


@pytest.fixture
def tools(web_parts: Parts, stage: Stage) -> Tools:
    """What use cases are called with; the cast is there."""
    return web_parts.tools


@pytest.fixture
def token(tools: Tools) -> str:
    """A token of Ben's that may all that he may."""
    return make_on_server(BEN.address, "export", "1d", tools=tools).value


@pytest.fixture
def call(app: Flask) -> Call:
    """One call of the API: `call("/me", token)`, `call("/device/codes", json={...})`."""

    def calling(path: str, token: str | None = None, method: str = "GET", **more: Any) -> TestResponse:
        said = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**said, **more.pop("headers", {})}
        return app.test_client().open(f"/api/v1{path}", method=method, base_url=ADDRESS, headers=headers, **more)

    return calling
