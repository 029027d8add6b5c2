"""Where one is signed in, and ending it there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotFound
from support_portal.domain.staff import Permission
from support_portal.use_cases import devices as use_case
from support_portal.web import session
from support_portal.web.account.security import security_page
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import tools
from support_portal.web.proof import proved_at

devices = Blueprint("devices", __name__)

OTHERS = "others"
END: Mapping[str, Field] = {
    "end": Line("Choose what to sign out", longest=36),
    "own_password": Line(longest=LONGEST_PASSWORD, is_secret=True),
}

Answer = str | Response | tuple[str, int]


@devices.post("/security/devices")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def end() -> Answer:
    """End one session, or all others; a proof of who it is must be fresh."""
    try:
        answers = read(END)
        proof = _prove(answers["own_password"])
        present = session.present_session()
        if answers["end"] == OTHERS:
            use_case.end_others(present.principal, present.id, proof, tools=tools())
            flash("All other devices are signed out.")
        else:
            use_case.end_one(present.principal, _id(answers["end"]), proof, tools=tools())
            flash("That device is signed out.")
    except BadInput as refusal:
        return security_page(refusal.fields, 422)
    return redirect("/account/security", 303)


def _prove(password: str) -> datetime | None:
    """The proof of whoever asks, under the name that the field has on this page."""
    try:
        return proved_at(password)
    except BadInput as wrong:
        raise BadInput({"own_password": wrong.fields["password"]}) from wrong


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such session.") from None
