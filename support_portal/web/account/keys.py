"""Security keys of one's own account, page by page: asked for and removed after proving afresh who one is."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.principals import SECOND_FACTORS, Step
from support_portal.domain.security_keys import LONGEST_NAME
from support_portal.domain.staff import Permission
from support_portal.use_cases import security_keys as use_case
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.forms import KEY_ANSWER, LONGEST_PASSWORD, Code, Field, Line, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools

keys = Blueprint("keys", __name__, url_prefix="/security/keys")

Answer = str | Response | tuple[str, int]
NEW: Mapping[str, Field] = {"name": Line(use_case.NAME_IT, longest=LONGEST_NAME), **KEY_ANSWER}
PROOF: Mapping[str, Field] = {
    "password": Line("Enter your password", longest=LONGEST_PASSWORD, is_secret=True),
    "code": Code(),
    "key": Line(longest=36),
}
HOME = "/account/security"


@keys.get("/add")
@needs(Permission.OWN_ACCOUNT)
def ask() -> Answer:
    """The name of a new key and the button that asks for it; the proof first, where it is not fresh and of use."""
    return _adding({}, 200) if _is_proven() or tools().security_keys is None else _proof("", {}, 200)


@keys.post("/add")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def add() -> Answer:
    """Add the key that answered."""
    try:
        sent = read(NEW)
        use_case.add(session.present_session(), sent["name"], sent["challenge"], sent["answer"], tools=tools())
    except BadInput as refusal:
        return _adding(refusal.fields, 422) if _is_proven() else _proof("", {}, 422)
    flash("Added. When you sign in, you can use this key instead of a code.")
    return redirect(HOME, 303)


@keys.get("/<key>/remove")
@needs(Permission.OWN_ACCOUNT)
def ask_to_remove(key: str) -> Answer:
    """Which key it is about, and what its removal means; the proof first, where it is not fresh."""
    found = use_case.look(session.present_session(), key, tools=tools())
    if not _is_proven():
        return _proof(key, {}, 200)
    return page("account/remove-key.html", "security", key=found)


@keys.post("/<key>/remove")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def remove(key: str) -> Answer:
    """Remove it, and end every other session."""
    read({})
    use_case.remove(session.present_session(), key, tools=tools())
    flash("Removed. That key no longer signs in, and all your other devices are signed out.")
    return redirect(HOME, 303)


@keys.post("/prove")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def prove() -> Answer:
    """Check the proof, and go on with what was asked: adding a key, or the removal of one."""
    now, key = session.present_session(), ""
    try:
        sent = read(PROOF)
        key = sent["key"]
        factor = use_case.prove(now, sent["password"], sent["code"], browser().network_address, tools=tools())
    except BadInput as refusal:
        return _proof(request.form.get("key", "")[:36], refusal.fields, 422)
    except NotAllowed as refusal:
        return _proof(key, {"code": str(refusal)}, 422)
    session.begin(now.principal, Step.SIGNED_IN, factor)
    return redirect(url_for(".ask_to_remove", key=key) if key else url_for(".ask"), 303)


def _is_proven() -> bool:
    return use_case.is_proven(session.present_session(), tools=tools())


def _adding(wrong: dict[str, str], status: int) -> tuple[str, int]:
    try:
        asked = use_case.begin(session.present_session(), tools=tools())
    except NotAllowed as refusal:
        return page("account/no-key.html", "security", why=str(refusal)), 403
    return page(
        "account/add-key.html",
        "security",
        asked=asked,
        longest=LONGEST_NAME,
        wrong=wrong,
        typed=typed({"name": Line()}),
    ), status


def _proof(key: str, wrong: dict[str, str], status: int) -> tuple[str, int]:
    """The page that asks for the proof; `key` names the one to be removed, and is empty where one is added."""
    asks_code = session.present_session().factor not in SECOND_FACTORS
    return page("account/prove.html", "security", key=key, asks_code=asks_code, wrong=wrong), status
