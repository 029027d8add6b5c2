"""The blueprint that every endpoint belongs to, and what several of them share."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, request

from support_portal.ports.tools import Tools

EXTENSION = "support_portal.api"
api = Blueprint("api", __name__, url_prefix="/api/v1")


def tools() -> Tools:
    """What use cases are called with."""
    return cast(Tools, current_app.extensions[EXTENSION])


def network_address() -> str:
    """Where the request came from; no proxy is believed."""
    return request.remote_addr or ""
