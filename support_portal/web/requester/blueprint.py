"""The blueprint that the requester's pages belong to, and what several of them share."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

requester = Blueprint("requester", __name__)

Answer = str | Response | tuple[str, int]
ANSWERS = {"yes": True, "no": False, "": None}


def network_address() -> str:
    """Where the request came from; no proxy is believed."""
    return request.remote_addr or ""


def user_agent() -> str:
    """What the browser says of itself."""
    return request.headers.get("User-Agent", "")
