"""The pages of a person who is locked out; all of them work without a script."""

from __future__ import annotations

from flask import Blueprint, render_template

from support_portal.domain.staff import Permission
from support_portal.web.guard import needs

requester = Blueprint("requester", __name__)


@requester.get("/")
@needs(Permission.ANYBODY)
def start() -> str:
    """Self-service first: many need no case at all."""
    return render_template("requester/start.html")
