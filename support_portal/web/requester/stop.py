"""The stop link in every notice: it asks first, since mail scanners open links."""

from __future__ import annotations

from flask import render_template

from support_portal.domain.browsers import browser_name
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import stop as use_case
from support_portal.web.forms import Choice, read
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, PUBLIC_WRITES, limiter
from support_portal.web.parts import tools
from support_portal.web.requester.blueprint import Answer, requester

WHO = {"who": Choice((use_case.STOPS, use_case.WITHDRAWS), "Choose which is true")}


@requester.get("/stop/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_stop(token: str) -> Answer:
    """What would be stopped."""
    return _page(token, {})


@requester.post("/stop/<token>")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def stop_request(token: str) -> Answer:
    """Stop it; after the end of the case, block new ones or lock the account."""
    try:
        answers = read(WHO)
    except BadInput as refusal:
        return _page(token, refusal.fields), 422
    result = use_case.stop(token, answers["who"], tools=tools())
    return render_template("requester/stopped.html", done=result.done, block_days=result.block_days)


def _page(token: str, wrong: dict[str, str]) -> str:
    view = use_case.look(token, tools=tools())
    browser = browser_name(view.user_agent)
    return render_template("requester/stop.html", view=view, browser=browser, token=token, wrong=wrong)
