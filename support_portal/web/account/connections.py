"""Connected accounts: the git accounts that open one's own account, since when, and connecting and disconnecting."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from support_portal.domain.errors import BadInput, NotAllowed
from support_portal.domain.identities import GitIdentity
from support_portal.domain.staff import Permission
from support_portal.use_cases import connections as use_case
from support_portal.use_cases import own_password
from support_portal.web import session
from support_portal.web.account.shell import page
from support_portal.web.forms import LONGEST_PASSWORD, Field, Line, read
from support_portal.web.guard import needs
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.proof import asks_password, proved_at

connections = Blueprint("connections", __name__, url_prefix="/connections")

Answer = str | Response | tuple[str, int]
ASK: Mapping[str, Field] = {"password": Line(longest=LONGEST_PASSWORD, is_secret=True)}


@connections.get("")
@needs(Permission.OWN_GIT_ACCOUNTS)
def show() -> Answer:
    """The list."""
    found = use_case.look(session.present_session().principal, tools=tools())
    return page("account/connections.html", "connections", connections=found)


@connections.get("/<provider>")
@needs(Permission.OWN_GIT_ACCOUNTS)
def ask(provider: str) -> Answer:
    """What connecting means, and the password where the sign-in is not fresh."""
    return _connect(provider, {}, 200)


@connections.post("/<provider>")
@needs(Permission.OWN_GIT_ACCOUNTS)
@limiter.limit(SIGN_INS)
def connect(provider: str) -> Answer:
    """Lead to the provider, by a page: after a form the page's policy lets no redirect go to another site."""
    try:
        password = _proved(read(ASK)["password"])
        now, where = session.present_session(), browser().network_address
        address = use_case.begin(now, provider, password, session.mark(), where, tools=tools())
    except BadInput as refusal:
        return _connect(provider, refusal.fields, 422)
    except NotAllowed as refusal:
        return _connect(provider, {"password": str(refusal)}, 422)
    instance = use_case.the_one_to_connect(provider, tools=tools())
    return page("account/leaving.html", "connections", instance=instance, address=address)


@connections.get("/<provider>/<external_id>/disconnect")
@needs(Permission.OWN_GIT_ACCOUNTS)
def ask_to_disconnect(provider: str, external_id: str) -> Answer:
    """What disconnecting means, and the password where the sign-in is not fresh."""
    return _disconnect(GitIdentity(provider, external_id), {}, 200)


@connections.post("/<provider>/<external_id>/disconnect")
@needs(Permission.OWN_GIT_ACCOUNTS)
@limiter.limit(SIGN_INS)
def disconnect(provider: str, external_id: str) -> Answer:
    """Disconnect it; a session that was begun through it is over."""
    git = GitIdentity(provider, external_id)
    try:
        password = _proved(read(ASK)["password"])
        now = session.present_session()
        use_case.disconnect(now, git, password, browser().network_address, tools=tools())
    except BadInput as refusal:
        return _disconnect(git, refusal.fields, 422)
    except NotAllowed as refusal:
        return _disconnect(git, {"password": str(refusal)}, 422)
    if now.through == git:
        session.end()
        flash("The git account is disconnected. You had signed in through it, so you are signed out.")
        return redirect(url_for("sign_in.show"), 303)
    flash("The git account is disconnected. It opens your account no more.")
    return redirect(url_for("account.connections.show"), 303)


def _proved(password: str) -> str:
    """The password as it was typed, with the session renewed where it is right, so that the next form asks no more.

    Who has none is told so, whatever they typed. Raises BadInput, TooMany.
    """
    if own_password.has_password(session.present_session().principal, tools=tools()):
        proved_at(password)
    return password


def _connect(provider: str, wrong: dict[str, str], status: int) -> tuple[str, int]:
    instance = use_case.the_one_to_connect(provider, tools=tools())
    return _question("account/connect.html", wrong, instance=instance), status


def _disconnect(git: GitIdentity, wrong: dict[str, str], status: int) -> tuple[str, int]:
    now = session.present_session()
    one = use_case.one_of(now.principal, git, tools=tools())
    return _question("account/disconnect.html", wrong, one=one, is_this=now.through == git), status


def _question(template: str, wrong: dict[str, str], **more: object) -> str:
    asks = asks_password(use_case.look(session.present_session().principal, tools=tools()).now, wrong)
    return page(template, "connections", wrong=wrong, asks_password=asks, **more)
