"""A request to remove two-factor authentication that is under way, and stopping it while signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.browsers import browser_name
from support_portal.domain.errors import BadInput, NotFound
from support_portal.domain.staff import Permission
from support_portal.use_cases import own_case as use_case
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.forms import Choice, read
from support_portal.web.guard import needs
from support_portal.web.limits import PUBLIC_WRITES, limiter
from support_portal.web.parts import tools

live_case = Blueprint("live_case", __name__)

STOPS, WITHDRAWS = "not-me", "me"
WHO = {"who": Choice((STOPS, WITHDRAWS), "Choose which is true")}
STOPPED = "The request is stopped. Two-factor authentication stays on, and new requests are blocked."
WITHDRAWN = "The request is closed. Two-factor authentication stays on."

Answer = str | Response | tuple[str, int]


@live_case.get("/security/request")
@needs(Permission.OWN_ACCOUNT)
def ask() -> Answer:
    """What would be stopped."""
    return _form({}, 200)


@live_case.post("/security/request")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(PUBLIC_WRITES)
def stop() -> Answer:
    """Stop it, or close it for who asked and needs it no more."""
    principal = session.present_session().principal
    try:
        who = read(WHO)["who"]
    except BadInput as refusal:
        return _form(refusal.fields, 422)
    if who == STOPS:
        use_case.stop(principal, tools=tools())
        flash(STOPPED)
    else:
        use_case.withdraw(principal, tools=tools())
        flash(WITHDRAWN)
    return redirect("/account/security", 303)


def _form(wrong: dict[str, str], status: int) -> tuple[str, int]:
    principal = session.present_session().principal
    case = tools().screens.own.live_case(principal)
    if case is None:
        raise NotFound("There is no request for this account.")
    days = use_case.block_days(principal, tools=tools())
    browser = browser_name(case.user_agent)
    return page("account/live-case.html", "security", case=case, browser=browser, days=days, wrong=wrong), status
