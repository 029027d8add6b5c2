"""Mails that fit no case: read here, and answered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Stale, TooMany
from support_portal.domain.staff import Permission, may
from support_portal.use_cases import answer_mail
from support_portal.use_cases.steps.text import LONGEST_TEXT
from support_portal.web.desk.conversation import paragraphs
from support_portal.web.desk.shell import me, page, page_number
from support_portal.web.forms import Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools

mails = Blueprint("mails", __name__, url_prefix="/desk/mails")

SEEN_MISSES = "Open the mail again, then answer"
ANSWER: Mapping[str, Field] = {
    "text": Lines("Write something", longest=LONGEST_TEXT),
    "seen": Line(SEEN_MISSES, longest=4, fits=str.isdecimal, unfit=SEEN_MISSES),
}


@mails.get("")
@needs(Permission.SEE_CASES)
def show() -> str:
    """All of them, newest first, with what was answered."""
    found = tools().screens.desk.mails_without_case(_page_asked())
    why_not = {mail.message.id: answer_mail.why_not(mail.message, tools=tools()) for mail in found.mails}
    can_work = may(me(), Permission.WORK_ON_CASES)
    return page("desk/mails.html", None, page=found, why_not=why_not, can_work=can_work, paragraphs=paragraphs)


@mails.get("/<mail>/answer")
@needs(Permission.WORK_ON_CASES)
def ask(mail: str) -> tuple[str, int]:
    """One mail, and the form for an answer to it."""
    return _form(_id(mail), {}, {}, 200)


@mails.post("/<mail>/answer")
@needs(Permission.WORK_ON_CASES)
def answer(mail: str) -> Response | tuple[str, int]:
    """Answer, knowing the answers that were shown; a refusal shows the form again, with what was typed."""
    mail_id, kept = _id(mail), typed(ANSWER)
    try:
        answers = read(ANSWER)
        seen = int(answers["seen"])
        to = answer_mail.answer_mail(mail_id, me().id, answers["text"], seen=seen, tools=tools())
    except BadInput as refusal:
        return _form(mail_id, refusal.fields, kept, 422)
    except Stale as refusal:
        return _form(mail_id, {"seen": str(refusal)}, kept, 409)
    except TooMany as refusal:
        return _form(mail_id, {"text": str(refusal)}, kept, 429)
    flash(f"Your answer to {to} is on its way.")
    return redirect(url_for("desk.mails.show", page=request.args.get("page"), _anchor=f"mail-{mail_id}"), 303)


def _form(mail_id: UUID, wrong: Mapping[str, str], kept: Mapping[str, str], status: int) -> tuple[str, int]:
    """The mail as it stands now; the form counts the answers that it shows."""
    found = tools().screens.desk.mail_without_case(mail_id)
    refusal = answer_mail.why_not(found.message, tools=tools())
    if refusal is not None:
        raise NotAllowed(refusal)
    return page(
        "desk/mail-answer.html",
        None,
        mail=found,
        number=_page_asked(),
        wrong=dict(wrong),
        typed=dict(kept),
        longest=LONGEST_TEXT,
        paragraphs=paragraphs,
    ), status


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such mail.") from error


def _page_asked() -> int:
    return page_number(request.args.get("page", ""))
