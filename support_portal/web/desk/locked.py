"""Accounts that their owners locked by a link in a mail, without a case: a lead unlocks them here."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed, NotFound
from support_portal.domain.staff import Permission
from support_portal.use_cases import protect
from support_portal.web.desk.answers import Answers, by_field, signed_in_at
from support_portal.web.desk.shell import me, page
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, Lines, read, typed
from support_portal.web.guard import needs
from support_portal.web.parts import tools
from support_portal.web.proof import asks_password

locked = Blueprint("locked", __name__, url_prefix="/desk/accounts")

ASKED: Mapping[str, Field] = {
    "note": Lines(),
    "password": Line(longest=LONGEST_PASSWORD, is_secret=True),
}
Answer = str | Response | tuple[str, int]


@locked.get("/locked")
@needs(Permission.LIFT)
def show() -> str:
    """All of them, the newest lock first."""
    return page("desk/locked.html", None, found=tools().screens.locked.locked(me()))


@locked.get("/<account>/unlock")
@needs(Permission.LIFT)
def ask(account: str) -> Answer:
    """The question, with what will happen."""
    return _question(account, {}, {}, 200)


@locked.post("/<account>/unlock")
@needs(Permission.LIFT)
def unlock(account: str) -> Answer:
    """Unlock it; a refusal shows the form again, with its reasons."""
    kept = typed(ASKED)
    try:
        answers = read(ASKED)
        protect.unlock_without_case(_id(account), me().id, signed_in_at(answers), answers["note"], tools=tools())
    except BadInput as refusal:
        return _question(account, refusal.fields, kept, 422)
    except NotAllowed as refusal:
        return _question(account, by_field(refusal.reasons), kept, 422)
    flash("The account is unlocked. Every address of the owner gets an email.")
    return redirect(url_for("desk.locked.show"), 303)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such account.") from error


def _question(account: str, wrong: Mapping[str, str], kept: Answers, status: int) -> tuple[str, int]:
    found = tools().screens.locked.one(me(), _id(account))
    one = found.accounts[0]
    return page(
        "desk/unlock.html",
        None,
        one=one,
        told_addresses=len(one.account.owners_addresses(found.now)),
        wrong=dict(wrong),
        typed=dict(kept),
        asks_password=asks_password(found.now, wrong),
    ), status
