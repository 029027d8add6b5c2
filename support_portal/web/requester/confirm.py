"""The link from the mail: looking changes nothing, only the click on the page confirms."""

from __future__ import annotations

from flask import redirect, render_template

from support_portal.domain.browsers import browser_name
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import confirm as use_case
from support_portal.web.forms import Choice, read
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, PUBLIC_WRITES, limiter
from support_portal.web.parts import tools
from support_portal.web.requester.blueprint import ANSWERS, Answer, requester

ANSWERING = {
    "who": Choice(("me", "not-me")),
    "has_recovery_code": Choice(("yes", "no")),
    "set_up_by_me": Choice(("yes", "no")),
}


@requester.get("/requests/confirm/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_request(token: str) -> Answer:
    """When and from where was asked, the two answers, and the two ways on."""
    return _page(token, {})


@requester.post("/requests/confirm/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def confirm_request(token: str) -> Answer:
    """Confirm it and go to the case page, or stop it; an answer left out leaves the given one standing."""
    try:
        answers = read(ANSWERING)
    except BadInput as refusal:
        return _page(token, refusal.fields), 422
    if answers["who"] == "not-me":
        days = use_case.disown(token, tools=tools())
        return render_template("requester/stopped.html", done="stopped", block_days=days)
    confirmed = use_case.confirm(
        token,
        has_recovery_code=ANSWERS[answers["has_recovery_code"]],
        set_up_by_me=ANSWERS[answers["set_up_by_me"]],
        tools=tools(),
    )
    if confirmed.has_code:
        return render_template("requester/use-code.html", way_back=f"/requests/confirm/{token}")
    return redirect(f"/cases/{confirmed.reference}/{confirmed.key}", 303)


def _page(token: str, wrong: dict[str, str]) -> str:
    asked = use_case.look(token, tools=tools())
    given = {"has_recovery_code": asked.has_recovery_code, "set_up_by_me": asked.set_up_by_me}
    shown = {name: {True: "yes", False: "no", None: ""}[answer] for name, answer in given.items()}
    return render_template(
        "requester/confirm.html",
        asked=asked,
        browser=browser_name(asked.user_agent),
        token=token,
        typed=shown,
        wrong=wrong,
    )
