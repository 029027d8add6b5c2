"""A forgotten password: asked for by address, and set by the link that was mailed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from support_portal.domain.addresses import is_address
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import forgotten as use_case
from support_portal.use_cases import set_password
from support_portal.web.forms import LONGEST_NEW_PASSWORD, Line, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, PUBLIC_WRITES, SIGN_INS, limiter
from support_portal.web.parts import tools

forgotten = Blueprint("forgotten", __name__)

ASK = {"email": Line("Enter your email address", fits=is_address, unfit=use_case.NOT_AN_ADDRESS)}
NEW_PASSWORD = {"password": Line("Enter a password", longest=LONGEST_NEW_PASSWORD, is_secret=True)}

Answer = str | Response | tuple[str, int]


@forgotten.get("/sign-in/forgotten")
@needs(Permission.ANYBODY)
def ask() -> Answer:
    """The form."""
    return render_template("auth/forgotten.html", wrong={}, typed={})


@forgotten.post("/sign-in/forgotten")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def write_down() -> Answer:
    """Write it down: the same answer whether or not somebody signs in with this address."""
    try:
        use_case.write_down(read(ASK)["email"], tools=tools())
    except BadInput as refusal:
        return render_template("auth/forgotten.html", wrong=refusal.fields, typed=typed(ASK)), 422
    return redirect("/sign-in/forgotten/sent", 303)


@forgotten.get("/sign-in/forgotten/sent")
@needs(Permission.ANYBODY)
def sent() -> Answer:
    """What to do now; it names no address, so it is the same page for everybody."""
    return render_template("auth/forgotten-sent.html")


@forgotten.get("/sign-in/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_reset(token: str) -> Answer:
    """Whose password the link sets; mail scanners open links, so this changes nothing."""
    return _form(token, Purpose.RESET, {})


@forgotten.post("/sign-in/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def reset(token: str) -> Answer:
    """Set it; then the person signs in with it, and with the second factor as before."""
    return _set(token, Purpose.RESET)


@forgotten.get("/staff/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_first(token: str) -> Answer:
    """The same page for the first password of a new colleague."""
    return _form(token, Purpose.STAFF_PASSWORD, {})


@forgotten.post("/staff/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def set_first(token: str) -> Answer:
    """Set it; then the person signs in with it."""
    return _set(token, Purpose.STAFF_PASSWORD)


def _set(token: str, purpose: Purpose) -> Answer:
    try:
        set_password.set_password(token, read(NEW_PASSWORD)["password"], purpose, tools=tools())
    except BadInput as refusal:
        return _form(token, purpose, refusal.fields), 422
    flash("Your new password is set. Sign in with it.")
    return redirect("/sign-in", 303)


def _form(token: str, purpose: Purpose, wrong: dict[str, str]) -> str:
    login = set_password.look(token, purpose, tools=tools())
    is_first = purpose is Purpose.STAFF_PASSWORD
    return render_template("auth/password.html", login=login, is_first=is_first, wrong=wrong, token=token)
