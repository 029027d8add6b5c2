"""A visitor without a browser: keeps cookies, and sends forms with the token of the page they came from."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What answers to a name: the settings of the tests' portal.
ADDRESS = "http://localhost:8000"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Visitor:
    """One browser's worth of cookies."""

    def __init__(self, app: Flask, address: str = ADDRESS) -> None:
        self.client: FlaskClient = app.test_client()
        self.address = address

    def get(self, path: str, **more: Any) -> TestResponse:
        """Look at a page."""
        return self.open(path, method="GET", **more)

    def send(self, path: str, fields: Any = (), *, page: str | None = None, **more: Any) -> TestResponse:
        """Send a form of the page at `path`, or of another one, with its token."""
        return self.send_with(self.token(page or path), path, fields, **more)

    def send_with(self, token: str | None, path: str, fields: Any = (), **more: Any) -> TestResponse:
        """Send a form with this token, or with none."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        named = [*pairs, ("csrf_token", token)] if token is not None else pairs
        values: dict[str, list[Any]] = {}
        for name, value in named:
            values.setdefault(name, []).append(value)
        return self.open(path, method="POST", data=values, **more)

    def token(self, page: str) -> str:
        """The token against forged forms that this page carries."""
        found = _TOKEN.search(self.get(page).text)
        assert found, f"the page {page} has no form"
        return found[1]

    def open(self, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """Any request; a header given here replaces the browser's own."""
        said = {"User-Agent": BROWSER, **(headers or {})}
        return self.client.open(path, base_url=self.address, headers=said, buffered=True, **more)
