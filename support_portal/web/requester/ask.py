"""The start, the form, and the page after it, which is the same whatever the account."""

from __future__ import annotations

from flask import redirect, render_template

from support_portal.domain.addresses import is_address
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import intake
from support_portal.web.forms import Choice, Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PUBLIC_WRITES, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.requester.blueprint import Answer, requester

# Asked of whoever lost their device at the sign-in too, whose address is known there.
QUESTIONS: dict[str, Field] = {
    "reason": Lines("Tell us what happened"),
    "has_recovery_code": Choice(("yes", "no"), "Choose whether you still have a recovery code"),
    "set_up_by_me": Choice(("yes", "no"), "Choose whether you set this up yourself"),
}
FORM: dict[str, Field] = {
    "email": Line("Enter your email address", fits=is_address, unfit=intake.NOT_AN_ADDRESS),
    **QUESTIONS,
}


@requester.get("/")
@needs(Permission.ANYBODY)
def start() -> Answer:
    """Self-service first: many need no case at all."""
    return render_template("requester/start.html", policy=tools().screens.requester.policy())


@requester.get("/request")
@needs(Permission.ANYBODY)
def show_form() -> Answer:
    """The form."""
    return _form({}, {})


@requester.post("/request")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def send_form() -> Answer:
    """Write the request down, or say how a recovery code is used: then nothing is sent."""
    try:
        answers = read(FORM)
        if answers["has_recovery_code"] == "yes":
            return render_template("requester/use-code.html", way_back="/request")
        _write_down(answers)
    except BadInput as refusal:
        return _form(refusal.fields, typed(FORM)), 422
    return redirect("/requests/sent", 303)


@requester.get("/requests/sent")
@needs(Permission.ANYBODY)
def sent() -> Answer:
    """What to do now. It names no address, so it is the same page for everybody."""
    return render_template("requester/sent.html", policy=tools().screens.requester.policy())


def _write_down(answers: dict[str, str]) -> None:
    asked = intake.Typed(
        address=answers["email"],
        reason=answers["reason"],
        has_recovery_code=False,
        set_up_by_me=answers["set_up_by_me"] == "yes",
        **vars(browser()),
    )
    intake.write_down(asked, tools=tools())


def _form(wrong: dict[str, str], known: dict[str, str]) -> str:
    policy = tools().screens.requester.policy()
    return render_template("requester/request.html", wrong=wrong, typed=known, policy=policy)
