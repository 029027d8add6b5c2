"""The blueprint that every endpoint belongs to, and what several of them share."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, request

from support_portal.domain.browsers import Browser, browser_of
from support_portal.ports.tools import Tools

EXTENSION = "support_portal.api"
api = Blueprint("api", __name__, url_prefix="/api/v1")


def browser() -> Browser:
    """Where this call came from."""
    return browser_of(request.remote_addr, request.headers.get("User-Agent"))


def tools() -> Tools:
    """What use cases are called with for this call."""
    return cast(Tools, current_app.extensions[EXTENSION]).called_from(browser())
