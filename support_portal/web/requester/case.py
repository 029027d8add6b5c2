"""The private case page: where the case stands, the one next step, the conversation, and the ways to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request

from support_portal.domain.errors import BadInput, TooMany
from support_portal.domain.staff import Permission
from support_portal.ports.tools import Tools
from support_portal.use_cases import case_page
from support_portal.web.forms import Choice, Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import PAGES_BY_LINK, PUBLIC_WRITES, limiter
from support_portal.web.parts import tools
from support_portal.web.requester.blueprint import Answer, requester
from support_portal.web.requester.standing import standing_of

LINK: dict[str, Field] = {"repository_url": Line("Paste the link to your repository", longest=2000)}
MESSAGE: dict[str, Field] = {"message": Lines("Write your message")}
STOPPING = ("withdraw", "disown")
ACTIONS: dict[str, Callable[..., None]] = {
    "check_again": case_page.check_again,
    "withdraw": case_page.withdraw,
    "disown": case_page.disown,
    "correct_answer": case_page.correct_answer,
    "ask_again": case_page.ask_again,
}
ACTION: dict[str, Field] = {"action": Choice(tuple(ACTIONS), "Choose what to do")}
STATUS_OF_WRONG_INPUT, STATUS_OF_TOO_MANY = 422, 429


@requester.get("/cases/<reference>/<key>")
@needs(Permission.ANYBODY)
@limiter.limit(PAGES_BY_LINK)
def show_case(reference: str, key: str) -> Answer:
    """The page; `?ask=withdraw` and `?ask=disown` ask before anything is stopped."""
    if request.args.get("ask") in STOPPING:
        return _asking(reference, key, request.args["ask"], {})
    return _page(reference, key, {}, {})


@requester.post("/cases/<reference>/<key>")
@needs(Permission.ANYBODY)
@limiter.limit(PUBLIC_WRITES)
def act_on_case(reference: str, key: str) -> Answer:
    """A link, a message, or one of the buttons; then the page again."""
    case_page.open_case(reference, key, tools=tools())
    fields = _fields()
    try:
        _act(reference, key, read(fields), tools=tools())
    except (BadInput, TooMany) as refusal:
        return _refused(reference, key, refusal, fields)
    return redirect(f"/cases/{reference}/{key}", 303)


def _fields() -> Mapping[str, Field]:
    """The form that was sent; they differ by their fields."""
    if "repository_url" in request.form:
        return LINK
    return MESSAGE if "message" in request.form else ACTION


def _act(reference: str, key: str, answers: Mapping[str, str], *, tools: Tools) -> None:
    if "repository_url" in answers:
        case_page.submit_link(reference, key, answers["repository_url"], tools=tools)
    elif "message" in answers:
        case_page.send_message(reference, key, answers["message"], tools=tools)
    else:
        ACTIONS[answers["action"]](reference, key, tools=tools)


def _refused(reference: str, key: str, refusal: BadInput | TooMany, fields: Mapping[str, Field]) -> Answer:
    """The page again, with what is wrong on top and what was typed in place."""
    if isinstance(refusal, TooMany):
        return _page(reference, key, {next(iter(fields)): str(refusal)}, typed(fields)), STATUS_OF_TOO_MANY
    if fields is ACTION:
        return _asking(reference, key, "disown", refusal.fields), STATUS_OF_WRONG_INPUT
    return _page(reference, key, refusal.fields, typed(fields)), STATUS_OF_WRONG_INPUT


def _page(reference: str, key: str, wrong: Mapping[str, str], known: Mapping[str, str]) -> str:
    case = tools().screens.requester.case(case_page.open_case(reference, key, tools=tools()))
    standing = standing_of(case, tools())
    path = f"/cases/{case.reference}/{key}"
    filled = {"repository_url": case.link or "", **known}
    return render_template("requester/case.html", case=case, standing=standing, path=path, wrong=wrong, typed=filled)


def _asking(reference: str, key: str, preset: str, wrong: Mapping[str, str]) -> str:
    case = tools().screens.requester.case(case_page.open_case(reference, key, tools=tools()))
    path = f"/cases/{case.reference}/{key}"
    return render_template("requester/case-stop.html", case=case, path=path, preset=preset, wrong=wrong)
