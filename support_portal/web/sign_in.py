"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as held
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.principals import Step
from support_portal.domain.staff import Permission
from support_portal.use_cases import sign_in as use_case
from support_portal.web import session
from support_portal.web.forgotten import forgotten
from support_portal.web.forms import LONGEST_PASSWORD, Line, read, typed
from support_portal.web.git_sign_in import git
from support_portal.web.guard import NEXT_PAGE, needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.places import LONGEST_PLACE, place_for
from support_portal.web.second_step import second

sign_in = Blueprint("sign_in", __name__)
for part in (second, forgotten, git):
    sign_in.register_blueprint(part)

SIGN_IN = {
    "email": Line("Enter your email address"),
    "password": Line("Enter your password", longest=LONGEST_PASSWORD, is_secret=True),
    "next": Line(longest=LONGEST_PLACE),
}

Answer = str | Response | tuple[str, int]


@sign_in.get("/sign-in")
@needs(Permission.ANYBODY)
def show() -> Answer:
    """The form; who is signed in already goes on."""
    wanted = request.args.get("next", "")[:LONGEST_PLACE]
    if visitor := session.signed_in():
        return redirect(place_for(visitor, wanted), 303)
    return _form({}, {"next": wanted})


@sign_in.post("/sign-in")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def enter() -> Answer:
    """Check address and password; the second factor comes next, where there is one."""
    try:
        answers = read(SIGN_IN)
        entered = use_case.sign_in(answers["email"], answers["password"], browser().network_address, tools=tools())
    except BadInput as refusal:
        return _form(refusal.fields, typed(SIGN_IN)), 422
    except NotAllowed as refusal:
        return _form({"password": str(refusal)}, typed(SIGN_IN)), 422
    session.begin(entered.principal, entered.step, entered.factor)
    visitor = session.visitor()
    if entered.step is Step.SIGNED_IN and visitor is not None:
        return redirect(place_for(visitor, answers["next"]), 303)
    held["next"] = answers["next"]
    return redirect(url_for(NEXT_PAGE[entered.step]), 303)


@sign_in.post("/sign-out")
@needs(Permission.ANYBODY)
def leave() -> Answer:
    """End the session."""
    read({})
    session.end()
    return redirect("/sign-in", 303)


def _form(wrong: dict[str, str], known: dict[str, str]) -> str:
    return render_template("auth/sign-in.html", wrong=wrong, typed=known, ways_in=tools().ways_in)
