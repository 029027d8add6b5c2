"""Changing one's own registered address: the password first, then a link to the new one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.addresses import is_address
from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.staff import Permission
from support_portal.use_cases import change_address as use_case
from support_portal.web import session
from support_portal.web.account.shell import myself, page
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, SIGN_INS, limiter
from support_portal.web.parts import browser, tools

address = Blueprint("address", __name__)

NOT_AN_ADDRESS = "Enter an email address in the correct format, like name@example.com"
CHANGE: Mapping[str, Field] = {
    "email": Line("Enter the new email address", fits=is_address, unfit=NOT_AN_ADDRESS),
    "password": Line("Enter your password", longest=LONGEST_PASSWORD, is_secret=True),
}
SENT = "We sent a link to the new address. Your address changes when you press it, here while you are signed in."

Answer = str | Response | tuple[str, int]


@address.get("/address")
@needs(Permission.OWN_ACCOUNT)
def ask() -> Answer:
    """The new address, and the password."""
    return _form({}, {}, 200)


@address.post("/address")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def send() -> Answer:
    """Mail a link to the new address; the page says the same whoever has that address."""
    try:
        answers = read(CHANGE)
        principal, where = session.present_session().principal, browser().network_address
        use_case.ask(principal, answers["email"], answers["password"], where, tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields, typed(CHANGE), 422)
    flash(SENT)
    return redirect("/account/security", 303)


@address.get("/address/<token>")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(PAGES_BY_LINK)
def show(token: str) -> Answer:
    """Which address takes the place of which."""
    change = use_case.look(session.present_session().principal, token, tools=tools())
    return page("account/address-confirm.html", "security", change=change, token=token)


@address.post("/address/<token>")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def confirm(token: str) -> Answer:
    """Change it; this session goes on under another key, all others end."""
    read({})
    use_case.confirm(session.present_session().principal, token, tools=tools())
    now = session.present_session()
    session.begin(now.principal, now.step, now.factor, now.through)
    flash("Your email address is changed, and all other devices are signed out.")
    return redirect("/account/security", 303)


def _form(wrong: dict[str, str], known: dict[str, str], status: int) -> tuple[str, int]:
    if session.present_session().principal.is_staff:
        raise NotAllowed(use_case.STAFF_ASK)
    return page("account/address.html", "security", wrong=wrong, typed=known, present=myself().address), status
