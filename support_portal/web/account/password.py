"""Changing one's own password."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import own_password as use_case
from support_portal.web import session
from support_portal.web.account.shell import myself, page
from support_portal.web.forms import LONGEST_NEW_PASSWORD, LONGEST_PASSWORD, Field, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools

password = Blueprint("password", __name__)

CHANGE: Mapping[str, Field] = {
    "present": Line("Enter your present password", longest=LONGEST_PASSWORD, is_secret=True),
    "password": Line("Enter a new password", longest=LONGEST_NEW_PASSWORD, is_secret=True),
}

Answer = str | Response | tuple[str, int]


@password.get("/security/password")
@needs(Permission.OWN_ACCOUNT)
def ask() -> Answer:
    """The present password and the new one; who has none yet sets one by mail."""
    return _form({}, 200)


@password.post("/security/password")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def change() -> Answer:
    """Change it; every other session ends, and this one goes on under another key."""
    principal = session.present_session().principal
    try:
        answers = read(CHANGE)
        where = browser().network_address
        use_case.change_password(principal, answers["present"], answers["password"], where, tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields, 422)
    session.renew()
    flash("Your password is changed, and all other devices are signed out.")
    return redirect("/account/security", 303)


def _form(wrong: dict[str, str], status: int) -> tuple[str, int]:
    has_one = use_case.has_password(session.present_session().principal, tools=tools())
    return page("account/password.html", "security", wrong=wrong, has_one=has_one, address=myself().address), status
