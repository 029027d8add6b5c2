"""Pages to go on to: one of our own, and one that the person may see, whatever was asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from support_portal.domain.staff import Permission, may, may_enter
from support_portal.use_cases.sign_in import Visitor
from support_portal.web.guard import needed_by

LONGEST_PLACE = 2000


def first_page(visitor: Visitor) -> str:
    """Where somebody begins: with the cases, or the people, for who sees them; else at their own account."""
    if visitor.staff is None:
        return "/account/security"
    return "/desk" if may(visitor.staff, Permission.SEE_CASES) else "/desk/people"


def place_for(visitor: Visitor, wanted: str) -> str:
    """The page that was asked for, where it is one of ours that asks for a sign-in and opens to this person."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return first_page(visitor)
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint = adapter.match(parts.path, method="GET")[0] if adapter else None
    except HTTPException:
        return first_page(visitor)
    needed = needed_by(current_app.view_functions[endpoint]) if endpoint else None
    goes_on = needed not in {None, Permission.ANYBODY, Permission.HALF_WAY} and may_enter(visitor.staff, needed)
    return wanted if goes_on else first_page(visitor)
