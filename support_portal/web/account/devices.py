"""Where one is signed in, and ending it there."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotFound
from support_portal.domain.staff import Permission
from support_portal.use_cases import devices as use_case
from support_portal.use_cases import sign_in
from support_portal.web import session
from support_portal.web.account.security import security_page
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import tools

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
        _prove(answers["own_password"])
        present = session.present_session()
        if answers["end"] == OTHERS:
            use_case.end_others(present.principal, present.id, present.signed_in_at, tools=tools())
            flash("All other devices are signed out.")
        else:
            use_case.end_one(present.principal, _id(answers["end"]), present.signed_in_at, tools=tools())
            flash("That device is signed out.")
    except BadInput as refusal:
        return security_page(refusal.fields, 422)
    return redirect("/account/security", 303)


def _prove(password: str) -> None:
    if not password:
        return
    principal = session.present_session().principal
    try:
        sign_in.confirm_password(principal, password, request.remote_addr or "", tools=tools())
    except BadInput as wrong:
        raise BadInput({"own_password": wrong.fields["password"]}) from wrong
    session.renew()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such session.") from None
