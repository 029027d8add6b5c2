"""Proving oneself afresh: a password field where somebody signed in more than five minutes ago."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from support_portal.domain.staff import is_fresh
from support_portal.use_cases import sign_in
from support_portal.web import session
from support_portal.web.forms import LONGEST_PASSWORD, Line
from support_portal.web.parts import browser, tools

PASSWORD = Line(longest=LONGEST_PASSWORD, is_secret=True)


def asks_password(now: datetime, wrong: Container[str] = ()) -> bool:
    """Whether a form asks for the password: where no proof is fresh, or (in `wrong`) what was typed is not right."""
    return "password" in wrong or not is_fresh(session.present_session().proved_at, now)


def proved_at(password: str) -> datetime | None:
    """When whoever sends a form proved who they are; a password entered again counts from now.

    Raises BadInput, TooMany.
    """
    if not password:
        return session.present_session().proved_at
    principal = session.present_session().principal
    sign_in.confirm_password(principal, password, browser().network_address, tools=tools())
    session.renew()
    return session.present_session().signed_in_at
