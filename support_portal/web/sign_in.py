"""Signing staff in and out, and the link with which a new colleague sets a password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.staff import Permission
from support_portal.use_cases import sign_in as use_case
from support_portal.web import session
from support_portal.web.forms import LONGEST_PASSWORD, Line, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, SIGN_INS, limiter
from support_portal.web.parts import tools

sign_in = Blueprint("sign_in", __name__)

FIRST_PAGE = "/desk"
SIGN_IN = {
    "email": Line("Enter your email address"),
    "password": Line("Enter your password", longest=LONGEST_PASSWORD, is_secret=True),
    "next": Line(longest=2000),
}
# The rules for new passwords name their own limit.
NEW_PASSWORD = {"password": Line("Enter a password", longest=100_000, is_secret=True)}

Answer = str | Response | tuple[str, int]


@sign_in.get("/sign-in")
@needs(Permission.ANYBODY)
def show() -> Answer:
    """The form; who is signed in already goes on."""
    place = safe_place(request.args.get("next", ""))
    if session.signed_in_staff() is not None:
        return redirect(place, 303)
    return _form({}, {"next": place})


@sign_in.post("/sign-in")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def enter() -> Answer:
    """Check address and password."""
    try:
        answers = read(SIGN_IN)
        person = use_case.sign_in(answers["email"], answers["password"], request.remote_addr or "", tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields, typed(SIGN_IN)), 422
    except NotAllowed as refusal:
        return _form({"password": str(refusal)}, typed(SIGN_IN)), 422
    session.begin(person)
    return redirect(safe_place(answers["next"]), 303)


@sign_in.post("/sign-out")
@needs(Permission.ANYBODY)
def leave() -> Answer:
    """End the session."""
    read({})
    session.end()
    return redirect("/sign-in", 303)


@sign_in.get("/staff/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def password_form(token: str) -> Answer:
    """Whose password is about to be set, and the field for it."""
    person = use_case.look_at_password_link(token, tools=tools())
    return render_template("auth/password.html", person=person, wrong={}, token=token)


@sign_in.post("/staff/password/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def set_password(token: str) -> Answer:
    """Set it; then the person signs in with it."""
    try:
        answers = read(NEW_PASSWORD)
        use_case.set_password(token, answers["password"], tools=tools())
    except BadInput as refusal:
        person = use_case.look_at_password_link(token, tools=tools())
        return render_template("auth/password.html", person=person, wrong=refusal.fields, token=token), 422
    return redirect(url_for("sign_in.show"), 303)


def safe_place(wanted: str) -> str:
    """The page to go to after signing in: one of our own, whatever was asked for."""
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return FIRST_PAGE
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is None or adapter.match(parts.path, method="GET")[0] == "sign_in.show":
            return FIRST_PAGE
    except HTTPException:
        return FIRST_PAGE
    return wanted


def _form(wrong: dict[str, str], known: dict[str, str]) -> str:
    return render_template("auth/sign-in.html", wrong=wrong, typed=known)
