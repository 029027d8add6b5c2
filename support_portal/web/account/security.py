"""Account security: what protects one's own sign-in, and turning two-factor authentication off."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.browsers import browser_name
from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.principals import Factor, Step
from support_portal.domain.second_factor import LOW_ON_CODES
from support_portal.domain.security_keys import MOST_KEYS
from support_portal.domain.staff import Permission
from support_portal.use_cases import connections
from support_portal.use_cases import two_factor as use_case
from support_portal.web import session
from support_portal.web.account.events import lines
from support_portal.web.account.shell import page
from support_portal.web.forms import LONGEST_PASSWORD, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.proof import asks_password

security = Blueprint("security", __name__)

Answer = str | Response | tuple[str, int]
PASSWORD = {"password": Line("Enter your password", longest=LONGEST_PASSWORD, is_secret=True)}


@security.get("/security")
@needs(Permission.OWN_ACCOUNT)
def show() -> Answer:
    """The state of two-factor authentication first, then everything else."""
    return security_page({}, 200)


@security.post("/security/turn-off")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def turn_off() -> Answer:
    """Turn two-factor authentication off, with the password."""
    now = session.present_session()
    try:
        answers = read(PASSWORD)
        use_case.turn_off(now.principal, answers["password"], now.factor, browser().network_address, tools=tools())
    except BadInput as refusal:
        return security_page(refusal.fields, 422)
    except NotAllowed as refusal:
        return security_page({"password": str(refusal)}, 422)
    session.begin(now.principal, Step.SIGNED_IN, Factor.PASSWORD, now.through)
    flash("Two-factor authentication is off. Your password alone opens your account now.")
    return redirect("/account/security", 303)


def security_page(wrong: dict[str, str], status: int) -> tuple[str, int]:
    """The whole page, with what was wrong in the form that was sent."""
    present = session.present_session()
    principal = present.principal
    factor = use_case.state(principal, tools=tools())
    host = urlsplit(tools().product.address).hostname
    devices, now = tools().screens.own.devices(principal)
    events, older = lines(principal)
    return page(
        "account/security.html",
        "security",
        factor=factor,
        is_low=factor is not None and factor.codes.left <= LOW_ON_CODES,
        is_staff=principal.is_staff,
        devices=[(one, browser_name(one.user_agent), one.id == present.id) for one in devices],
        asks_password=asks_password(now),
        events=events,
        older=older,
        most_keys=MOST_KEYS,
        ip_address=None if tools().security_keys else host,
        connections=None if principal.is_staff else connections.look(principal, tools=tools()),
        wrong=wrong,
    ), status
