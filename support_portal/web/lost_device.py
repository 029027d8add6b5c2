"""Between the password and the second factor: asking for help without a device and without recovery codes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.staff import Permission
from support_portal.use_cases import intake
from support_portal.use_cases.sign_in import Visitor
from support_portal.web import session
from support_portal.web.forms import read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PUBLIC_WRITES, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.requester.ask import QUESTIONS

lost = Blueprint("lost", __name__)

ASK_AN_ADMIN = "An admin invites you anew. Ask one in person: we send nothing by mail."

Answer = str | Response | tuple[str, int]


@lost.get("/sign-in/two-factor/lost")
@needs(Permission.HALF_WAY)
def ask() -> Answer:
    """What happened, and the two questions; staff ask an admin."""
    return _form({}, {})


@lost.post("/sign-in/two-factor/lost")
@needs(Permission.HALF_WAY)
@limiter.limit(PUBLIC_WRITES)
def send() -> Answer:
    """Write a request down for the registered address; it goes the form's whole way, mailbox first."""
    visitor = _myself()
    if visitor.staff is not None:
        raise NotAllowed(ASK_AN_ADMIN)
    try:
        answers = read(QUESTIONS)
        if answers["has_recovery_code"] == "yes":
            return redirect("/sign-in/two-factor?with=recovery-code", 303)
        _write_down(visitor, answers)
    except BadInput as refusal:
        return _form(refusal.fields, typed(QUESTIONS)), 422
    return redirect("/requests/sent", 303)


def _write_down(visitor: Visitor, answers: dict[str, str]) -> None:
    asked = intake.Typed(
        address=visitor.address,
        reason=answers["reason"],
        has_recovery_code=False,
        set_up_by_me=answers["set_up_by_me"] == "yes",
        **vars(browser()),
        by=visitor.principal,
    )
    intake.write_down(asked, tools=tools())


def _form(wrong: dict[str, str], known: dict[str, str]) -> str:
    is_staff = _myself().staff is not None
    policy = tools().screens.requester.policy()
    return render_template("auth/lost-device.html", wrong=wrong, typed=known, is_staff=is_staff, policy=policy)


def _myself() -> Visitor:
    found = session.visitor()
    if found is None:
        raise LookupError("nobody has begun to sign in")
    return found
