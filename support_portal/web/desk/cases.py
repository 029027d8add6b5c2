"""One case: everything known of it on one page, and what an agent does with it besides deciding."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.ports.desk_screens import CaseView, QueueQuery
from support_portal.ports.outside import DirectoryUnavailable
from support_portal.use_cases import desk
from support_portal.use_cases.held_back import HeldBack, held_back
from support_portal.use_cases.steps.text import LONGEST_TEXT
from support_portal.web.desk.canned import canned
from support_portal.web.desk.case_page import CasePage, case_page
from support_portal.web.desk.queue import TITLES
from support_portal.web.desk.shell import me, page, view_named
from support_portal.web.forms import Choice, Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools
from support_portal.web.proof import asks_password

cases = Blueprint("cases", __name__, url_prefix="/desk/cases/<reference>")

NO_DIRECTORY = "The account directory does not answer, so nothing can be decided."
WRITTEN: Mapping[str, Field] = {
    "text": Lines("Write something", longest=LONGEST_TEXT),
    "kind": Choice(("reply", "note")),
}
GIVEN = {"assignee": Line(longest=36)}

NOTHING_NEW = 204  # No Content: the page keeps what it has

Answer = str | Response | tuple[str, int]


@cases.get("")
@needs(Permission.SEE_CASES)
def show(reference: str) -> Answer:
    """The case; opening it has old evidence looked at again."""
    desk.open_case(reference, me().id, tools=tools())
    return render_case(reference, {}, {})


@cases.get("/checks")
@needs(Permission.SEE_CASES)
def checks(reference: str) -> Answer:
    """The checks as they stand, as a live part of the page; nothing where they stand as the page shows them."""
    case = ready(tools().screens.desk.case(me(), reference))
    if request.args.get("stand") == case.checks.looking.stand:
        return "", NOTHING_NEW
    return _checks_part(case)


@cases.post("/run-again")
@needs(Permission.WORK_ON_CASES)
def run_again(reference: str) -> Answer:
    """Have the checks run now."""
    read({})
    desk.run_again(reference, me().id, tools=tools())
    if "HX-Request" in request.headers:
        return _checks_part(ready(tools().screens.desk.case(me(), reference)))
    return _back(reference, "The checks run now. Load the page again in a moment.")


@cases.post("/reply")
@needs(Permission.WORK_ON_CASES)
def reply(reference: str) -> Answer:
    """Answer the requester; what was marked as a note is kept as one, whichever button was pressed."""
    return _write(reference, "reply")


@cases.post("/note")
@needs(Permission.WORK_ON_CASES)
def note(reference: str) -> Answer:
    """Write a note that only agents read."""
    return _write(reference, "note")


@cases.post("/assign")
@needs(Permission.WORK_ON_CASES)
def assign(reference: str) -> Answer:
    """Give the case to somebody, or to nobody."""
    whom = read(GIVEN)["assignee"]
    try:
        assignee = UUID(whom) if whom else None
    except ValueError as error:
        raise BadInput({"assignee": "Choose one of the agents"}) from error
    desk.assign(reference, me().id, assignee, tools=tools())
    told = "Assigned to you." if assignee == me().id else "Assigned." if assignee else "Nobody has this case now."
    return _back(reference, told)


def _checks_part(case: CasePage) -> str:
    version = str(case.view.case.version)
    seen = request.args.get("version", version)
    has_moved = seen != version
    return render_template("desk/case-checks.html", case=case, is_part=True, seen=seen, has_moved=has_moved)


def _write(reference: str, kind: str) -> Answer:
    try:
        answers = read(WRITTEN)
        if "note" in (kind, answers["kind"]):
            desk.note(reference, me().id, answers["text"], tools=tools())
            return _back(reference, "Your note is kept. Only agents can read it.")
        desk.reply(reference, me().id, answers["text"], tools=tools())
    except BadInput as refusal:
        return render_case(reference, refusal.fields, {"kind": kind, **typed(WRITTEN)}), 422
    return _back(reference, "Your reply is on its way, and stands on the private case page.")


def render_case(reference: str, wrong: dict[str, str], kept: dict[str, str]) -> str:
    """The whole page of a case, with what was typed where something was wrong with it."""
    screens = tools().screens.desk
    view = screens.case(me(), reference)
    shown = view_named(request.args.get("view", ""))
    case = ready(view)
    return page(
        "desk/case.html",
        shown,
        case=case,
        beside=screens.neighbors(me(), QueueQuery(view=shown), reference),
        view_title=TITLES[shown][0],
        deciders=screens.deciders() if case.can_work else (),
        canned=canned(view.case.required_name or tools().product.repository_name),
        wrong=wrong,
        typed=kept,
        asks_password=asks_password(view.now),
        question_wrong={},
        question_typed={},
        is_part=False,
        seen=view.case.version,
        has_moved=False,
    )


def ready(view: CaseView) -> CasePage:
    """One case made ready for whoever is signed in."""
    return case_page(view, me(), what_holds_back(view.case.reference), tools().instances, tools().product.name)


def what_holds_back(reference: str) -> HeldBack:
    """What holds back whoever is signed in; a directory that does not answer holds back everything."""
    try:
        return held_back(reference, me().id, tools=tools())
    except DirectoryUnavailable:
        return HeldBack.all_by(NO_DIRECTORY)


def _back(reference: str, told: str) -> Response:
    flash(told)
    return redirect(url_for("desk.cases.show", reference=reference, view=request.args.get("view")), 303)
