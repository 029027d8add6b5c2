"""Setting up a second factor, page by page; it counts only when the recovery codes are saved."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from flask import Blueprint, Response, flash, redirect, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from support_portal.domain.errors import BadInput, NotAllowed, NotFound
from support_portal.domain.principals import Step
from support_portal.domain.staff import Permission
from support_portal.use_cases import enrol as use_case
from support_portal.use_cases import two_factor
from support_portal.use_cases.enrol import SetUpView
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.forms import LONGEST_PASSWORD, Choice, Code, Field, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.second_step import go_on

enrolment = Blueprint("enrolment", __name__, url_prefix="/security/two-factor")

Answer = str | AnyResponse | tuple[str, int]
PASSWORD = Line(longest=LONGEST_PASSWORD, is_secret=True)
ASK: Mapping[str, Field] = {"password": PASSWORD, "code": Code()}
CONFIRM: Mapping[str, Field] = {"set_up": Line(longest=36), "code": Code()}
SAVED: Mapping[str, Field] = {"set_up": Line(longest=36), "saved": Choice(("yes",))}
BEGIN = {"app": "Set up an authenticator app", "codes": "Make new recovery codes"}


@enrolment.get("/begin")
@needs(Permission.ENROL)
def ask() -> Answer:
    """The password first, and a code of the present factor where there is one; new staff begin at once."""
    return _question("app", {}, 200)


@enrolment.post("/begin")
@needs(Permission.ENROL)
@limiter.limit(SIGN_INS)
def begin() -> Answer:
    """Make a seed and show it."""
    now = session.present_session()
    try:
        answers = read(ASK)
        where = browser().network_address
        use_case.begin(now.principal, now.step, answers["password"], answers["code"], where, tools=tools())
    except BadInput as refusal:
        return _question("app", refusal.fields, 422)
    except NotAllowed as refusal:
        return _question("app", {"code": str(refusal)}, 422)
    return redirect(url_for("account.enrolment.show"), 303)


@enrolment.get("/codes")
@needs(Permission.OWN_ACCOUNT)
def ask_codes() -> Answer:
    """The password, before new recovery codes are made."""
    return _question("codes", {}, 200)


@enrolment.post("/codes")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def begin_codes() -> Answer:
    """Make new recovery codes and show them."""
    try:
        answers = read({"password": PASSWORD})
        now = session.present_session()
        where = browser().network_address
        use_case.begin_codes(now.principal, now.factor, answers["password"], where, tools=tools())
    except BadInput as refusal:
        return _question("codes", refusal.fields, 422)
    except NotAllowed as refusal:
        return _question("codes", {"password": str(refusal)}, 422)
    return redirect(url_for("account.enrolment.show"), 303)


@enrolment.get("")
@needs(Permission.ENROL)
def show() -> Answer:
    """The QR code and the key, or the recovery codes; back to the start where no set-up is under way."""
    return _page({}, 200)


@enrolment.post("/confirm")
@needs(Permission.ENROL)
@limiter.limit(SIGN_INS)
def confirm() -> Answer:
    """Check the first code of the app."""
    try:
        answers = read(CONFIRM)
        principal = session.present_session().principal
        use_case.confirm(principal, answers["set_up"], answers["code"], browser().network_address, tools=tools())
    except BadInput as refusal:
        return _page(refusal.fields, 422)
    return redirect(url_for("account.enrolment.show"), 303)


@enrolment.get("/recovery-codes.txt")
@needs(Permission.ENROL)
def download() -> Answer:
    """The recovery codes that are shown now, as a file."""
    view = use_case.look(session.present_session().principal, tools=tools())
    if not view.codes:
        raise NotFound("There are no codes to save.")
    text = f"Recovery codes for {tools().product.name}\nEach works once.\n\n" + "\n".join(view.codes) + "\n"
    disposition = 'attachment; filename="recovery-codes.txt"'
    return Response(text, mimetype="text/plain", headers={"Content-Disposition": disposition})


@enrolment.post("/finish")
@needs(Permission.ENROL)
def finish() -> Answer:
    """The codes are saved: the second factor counts from now on."""
    now = session.present_session()
    try:
        answers = read(SAVED)
        proved = use_case.finish(now.principal, answers["set_up"], answers["saved"] == "yes", tools=tools())
    except BadInput as refusal:
        return _page(refusal.fields, 422)
    is_first = now.step is Step.ENROLMENT
    session.begin(now.principal, Step.SIGNED_IN, proved or now.factor, now.through)
    flash("Saved. Turn on two-factor authentication at your git accounts too: each of them opens a door to this one.")
    return redirect(go_on() if is_first else "/account/security", 303)


@enrolment.post("/give-up")
@needs(Permission.ENROL)
def give_up() -> Answer:
    """Leave everything as it was."""
    read({})
    use_case.give_up(session.present_session().principal, tools=tools())
    return redirect("/account/security", 303)


def _question(which: str, wrong: dict[str, str], status: int) -> tuple[str, int]:
    now = session.present_session()
    return page(
        "account/begin.html",
        "security",
        which=which,
        title=BEGIN[which],
        asks_password=now.step is Step.SIGNED_IN,
        asks_code=which == "app" and two_factor.state(now.principal, tools=tools()) is not None,
        wrong=wrong,
    ), status


def _page(wrong: dict[str, str], status: int) -> Answer:
    try:
        view = use_case.look(session.present_session().principal, tools=tools())
    except NotFound:
        return redirect(url_for("account.enrolment.ask"), 303)
    if view.codes:
        return page("account/codes.html", "security", set_up=view, wrong=wrong), status
    return page("account/enrol.html", "security", set_up=view, qr=_qr(view), wrong=wrong), status


def _qr(view: SetUpView) -> Markup:
    """The address as a drawing in the page itself: no second request could carry the seed."""
    drawn = segno.make(view.address, error="m").svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704  drawn by the library from numbers alone
