"""Confirming a sign-in at the command line: the short code is typed, and the page says what it would allow."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from support_portal.domain.device import Answer as Said
from support_portal.domain.errors import BadInput
from support_portal.domain.staff import Permission
from support_portal.use_cases import device as use_case
from support_portal.use_cases.device import Question
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.account.tokens import SCOPES
from support_portal.web.forms import Choice, Code, Field, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.proof import PASSWORD, asks_password, proved_at

device = Blueprint("device", __name__, url_prefix="/device")

Answer = str | Response | tuple[str, int]
ANSWER: Mapping[str, Field] = {
    "code": Code(),
    "answer": Choice(("confirmed", "refused"), "Choose one of the answers"),
    "password": PASSWORD,
}


@device.get("")
@needs(Permission.OWN_ACCOUNT)
def show() -> Answer:
    """The field for the code. It is never taken from an address: a link that somebody sent would carry theirs."""
    return _page({})


@device.post("")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def ask() -> Answer:
    """What the command that shows this code would be allowed."""
    try:
        question = _look(read({"code": Code()})["code"])
    except BadInput as refusal:
        return _page(refusal.fields), 422
    return _question(question, {})


@device.get("/answer")
@needs(Permission.OWN_ACCOUNT)
def begin_anew() -> Answer:
    """Whoever loads the question again types the code again."""
    return redirect("/account/device", 303)


@device.post("/answer")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def answer() -> Answer:
    """Confirm or refuse it."""
    owner = session.present_session().principal
    code = request.form.get("code", "")
    try:
        answers = read(ANSWER)
        said, at = Said(answers["answer"]), proved_at(answers["password"])
        question = use_case.answer(owner, code, said, at, browser().network_address, tools=tools())
    except BadInput as refusal:
        return _again(code, refusal.fields), 422
    return page("account/device-done.html", "tokens", question=question, is_confirmed=said is Said.CONFIRMED)


def _again(code: str, wrong: Mapping[str, str]) -> str:
    """The question once more, with what is wrong; the first page where the code is not right."""
    if "code" in wrong:
        return _page(wrong)
    try:
        return _question(_look(code), wrong)
    except BadInput as refusal:
        return _page(refusal.fields)


def _look(code: str) -> Question:
    owner = session.present_session().principal
    return use_case.look(owner, code, browser().network_address, tools=tools())


def _page(wrong: Mapping[str, str]) -> str:
    return page("account/device.html", "tokens", wrong=wrong)


def _question(question: Question, wrong: Mapping[str, str]) -> str:
    return page(
        "account/device-question.html",
        "tokens",
        question=question,
        scopes=SCOPES,
        asks_password=asks_password(question.now),
        wrong=wrong,
    )
