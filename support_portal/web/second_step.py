"""The second step of signing in: a code of the authenticator app, a recovery code, or a security key."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask import session as held
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.principals import Step
from support_portal.domain.staff import Permission
from support_portal.use_cases import second_step as use_case
from support_portal.web import session
from support_portal.web.forms import KEY_ANSWER, Code, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.lost_device import lost
from support_portal.web.parts import browser, tools
from support_portal.web.places import first_page, place_for

second = Blueprint("second", __name__)
second.register_blueprint(lost)

Answer = str | Response | tuple[str, int]


@second.get("/sign-in/two-factor")
@needs(Permission.HALF_WAY)
def show() -> Answer:
    """The field for the code; `?with=recovery-code` asks for one of those instead."""
    return _form({})


@second.post("/sign-in/two-factor")
@needs(Permission.HALF_WAY)
@limiter.limit(SIGN_INS)
def enter() -> Answer:
    """Check the code, and sign in."""
    now = session.present_session()
    try:
        code = read({"code": Code()})["code"]
        step, factor = use_case.by_code(now.principal, code, browser().network_address, tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields), 422
    except NotAllowed as refusal:
        return _form({"code": str(refusal)}), 422
    session.begin(now.principal, step, factor, now.through)
    return redirect(go_on(), 303)


@second.post("/sign-in/two-factor/key")
@needs(Permission.HALF_WAY)
@limiter.limit(SIGN_INS)
def enter_with_key() -> Answer:
    """Check what the security key answered, and sign in."""
    now = session.present_session()
    try:
        sent = read(KEY_ANSWER)
        where = browser().network_address
        factor = use_case.by_key(now, sent["challenge"], sent["answer"], where, tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields), 422
    except NotAllowed as refusal:
        return _form({"code": str(refusal)}), 422
    session.begin(now.principal, Step.SIGNED_IN, factor)
    return redirect(go_on(), 303)


def go_on() -> str:
    """The page that was asked for before the sign-in, which is held until its last step is done."""
    visitor, wanted = session.visitor(), str(held.pop("next", ""))
    if visitor is None:
        return "/sign-in"
    return place_for(visitor, wanted) if wanted else first_page(visitor)


def _form(wrong: dict[str, str]) -> str:
    by_recovery_code = request.args.get("with") == "recovery-code"
    asked = None if by_recovery_code else use_case.ask_for_key(session.present_session(), tools=tools())
    return render_template("auth/two-factor.html", wrong=wrong, by_recovery_code=by_recovery_code, asked=asked)
