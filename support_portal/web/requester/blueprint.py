"""The blueprint that the requester's pages belong to, and what several of them share."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

requester = Blueprint("requester", __name__)

Answer = str | Response | tuple[str, int]
ANSWERS = {"yes": True, "no": False, "": None}
