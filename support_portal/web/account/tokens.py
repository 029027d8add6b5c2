"""The page of one's own access tokens: made, shown once, changed and removed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.staff import Permission
from support_portal.domain.tokens import LONGEST_DESCRIPTION, Expiry, Scope, TokenKind
from support_portal.use_cases import tokens as use_case
from support_portal.use_cases.steps.tokens import Made
from support_portal.use_cases.tokens import KEEP, Wish
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.forms import Choice, Field, Line, read, typed
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import tools
from support_portal.web.proof import PASSWORD, asks_password, proved_at

tokens = Blueprint("tokens", __name__, url_prefix="/tokens")

Answer = str | Response | tuple[str, int]
SCOPES: Mapping[Scope, tuple[str, str]] = {
    Scope.READ_ACCOUNT: ("Read who you are", "Your name, your address and the list of your tokens."),
    Scope.READ_CASES: ("Read cases", ""),
    Scope.WRITE_CASES: ("Write in cases (reply, assign)", "A token can never approve or deny."),
}
LIVES = {
    Expiry.HOUR: "1 hour",
    Expiry.DAY: "1 day",
    Expiry.MONTH: "1 month",
    Expiry.NEVER: "Never (not recommended)",
}
FORM: Mapping[str, Field] = {
    "description": Line("Say what uses the token", longest=LONGEST_DESCRIPTION),
    **{scope.value: Choice(("yes",)) for scope in Scope},
    "password": PASSWORD,
}
MAKE: Mapping[str, Field] = {
    **FORM,
    "form": Line("Load the page again", longest=36),
    "expires": Choice(tuple(Expiry), "Choose when it expires: after 1 hour, 1 day or 1 month, or never"),
}
EDIT: Mapping[str, Field] = {
    **FORM,
    "expires": Choice((KEEP, *Expiry), "Choose when it expires: as before, after 1 hour, 1 day or 1 month, or never"),
}
FIRST: Mapping[str, str] = {Scope.READ_ACCOUNT.value: "yes", "expires": Expiry.MONTH.value}


@tokens.get("")
@needs(Permission.OWN_ACCOUNT)
def show() -> Answer:
    """Every token, and the form for a new one."""
    return _page({}, FIRST)


@tokens.post("")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def make() -> Answer:
    """Make a token and show its value in this very answer, which nobody keeps; sent again, it makes no other one."""
    owner = session.present_session().principal
    try:
        answers = read(MAKE)
        at = proved_at(answers["password"])
        made = use_case.make(owner, _form_id(answers["form"]), _wish(answers), at, tools=tools())
    except BadInput as refusal:
        return _page(refusal.fields, typed(MAKE)), 422
    except NotAllowed as refusal:
        return _page({"description": str(refusal)}, FIRST), 409
    return _page({}, FIRST, made)


@tokens.get("/<uuid:token_id>")
@needs(Permission.OWN_ACCOUNT)
def ask_to_edit(token_id: UUID) -> Answer:
    """The form with what stands."""
    token, _ = use_case.look(session.present_session().principal, token_id, tools=tools())
    stands = {"description": token.description, **{scope.value: "yes" for scope in token.scopes}, "expires": KEEP}
    return _edit_page(token_id, {}, stands)


@tokens.post("/<uuid:token_id>")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def edit(token_id: UUID) -> Answer:
    """Change it; one that has ended stays ended."""
    owner = session.present_session().principal
    try:
        answers = read(EDIT)
        at = proved_at(answers["password"])
        token = use_case.edit(owner, token_id, _wish(answers), at, tools=tools())
    except BadInput as refusal:
        return _edit_page(token_id, refusal.fields, typed(EDIT)), 422
    except NotAllowed as refusal:
        return _edit_page(token_id, {"description": str(refusal)}, typed(EDIT)), 409
    flash(f"“{token.description}” is saved.")
    return redirect("/account/tokens", 303)


@tokens.get("/<uuid:token_id>/remove")
@needs(Permission.OWN_ACCOUNT)
def ask_to_remove(token_id: UUID) -> Answer:
    """Which token would end."""
    return _remove_page(token_id, {})


@tokens.post("/<uuid:token_id>/remove")
@needs(Permission.OWN_ACCOUNT)
@limiter.limit(SIGN_INS)
def remove(token_id: UUID) -> Answer:
    """End it at once."""
    owner = session.present_session().principal
    try:
        answers = read({"password": PASSWORD})
        use_case.remove(owner, token_id, proved_at(answers["password"]), tools=tools())
    except BadInput as refusal:
        return _remove_page(token_id, refusal.fields), 422
    flash("The token is removed. It stopped working at once.")
    return redirect("/account/tokens", 303)


def _wish(answers: Mapping[str, str]) -> Wish:
    chosen = frozenset(scope for scope in Scope if answers[scope.value])
    return Wish(answers["description"], chosen, answers["expires"])


def _form_id(text: str) -> UUID:
    """The number that makes one form one token; raises BadInput."""
    try:
        return UUID(text)
    except ValueError:
        raise BadInput({"form": "Load the page again, then make the token"}) from None


def _page(wrong: Mapping[str, str], known: Mapping[str, str], made: Made | None = None) -> str:
    view = use_case.list_tokens(session.present_session().principal, tools=tools())
    return page(
        "account/tokens.html",
        "tokens",
        held=view,
        made=made,
        expired=sum(token.is_expired(view.now) for token in view.tokens),
        scopes=SCOPES,
        lives={expiry: LIVES[expiry] for expiry in view.expiries},
        form_id=uuid4(),
        asks_password=asks_password(view.now),
        wrong=wrong,
        typed=known,
    )


def _edit_page(token_id: UUID, wrong: Mapping[str, str], known: Mapping[str, str]) -> str:
    token, view = use_case.look(session.present_session().principal, token_id, tools=tools())
    return page(
        "account/token-edit.html",
        "tokens",
        token=token,
        held=view,
        is_over=token.is_expired(view.now),
        scopes=SCOPES,
        lives={expiry: LIVES[expiry] for expiry in view.expiries if token.kind is TokenKind.USER},
        asks_password=asks_password(view.now),
        wrong=wrong,
        typed=known,
    )


def _remove_page(token_id: UUID, wrong: Mapping[str, str]) -> str:
    token, view = use_case.look(session.present_session().principal, token_id, tools=tools())
    return page("account/token-remove.html", "tokens", token=token, asks_password=asks_password(view.now), wrong=wrong)
