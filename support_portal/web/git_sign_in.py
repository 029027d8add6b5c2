"""Signing in through a git account: the link that leads to the provider, and the address it leads back to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as held
from werkzeug.wrappers import Response

from support_portal.domain.errors import NotAllowed
from support_portal.domain.principals import Factor, Step
from support_portal.domain.staff import Permission
from support_portal.use_cases import git_sign_in as use_case
from support_portal.use_cases.git_sign_in import Brought, Connected, SignedIn
from support_portal.web import session
from support_portal.web.guard import NEXT_PAGE, needs
from support_portal.web.headers import OWN_SITE
from support_portal.web.limits import SIGN_INS, limiter
from support_portal.web.parts import browser, tools
from support_portal.web.places import LONGEST_PLACE, place_for

git = Blueprint("git", __name__)


@git.get("/sign-in/git/<provider>")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def leave(provider: str) -> Response:
    """Lead the browser to the provider. A link and no form: the page's policy would stop the redirect after a form."""
    wanted = request.args.get("next", "")[:LONGEST_PLACE]
    if visitor := session.signed_in():
        return redirect(place_for(visitor, wanted), 303)
    if not _is_clicked_here():
        return redirect(url_for("sign_in.show", next=wanted or None), 303)
    return redirect(use_case.begin(provider, session.mark(), wanted, tools=tools()), 303)


@git.get("/sign-in/git/<provider>/callback")
@needs(Permission.ANYBODY)
@limiter.limit(SIGN_INS)
def come_back(provider: str) -> Response:
    """Finish what was begun. Whatever is wrong is said on the page before, so that no code stays in the address."""
    brought = Brought(*(_once(name) for name in ("state", "code", "error")))
    now = session.present_session() if session.visitor() else None
    where = browser().network_address
    try:
        came = use_case.come_back(provider, brought, session.known_mark(), now, where, tools=tools())
    except NotAllowed as refusal:
        flash(str(refusal), "problem")
        return redirect(url_for("account.connections.show" if _is_owner() else "sign_in.show"), 303)
    return _connected(came) if isinstance(came, Connected) else _go_on(came)


def _go_on(came: SignedIn) -> Response:
    session.begin(came.principal, came.step, Factor.GIT, came.through)
    visitor = session.visitor()
    if came.step is Step.SIGNED_IN and visitor is not None:
        return redirect(place_for(visitor, came.wanted), 303)
    held["next"] = came.wanted
    return redirect(url_for(NEXT_PAGE[came.step]), 303)


def _connected(came: Connected) -> Response:
    flash(f"Your {came.provider} account is connected. You can sign in with it from now on.")
    return redirect(url_for("account.connections.show"), 303)


def _is_clicked_here() -> bool:
    """Whether a person followed a link of ours, or typed the address: no other site begins it, and no browser ahead."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in OWN_SITE and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _once(name: str) -> str:
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 else ""


def _is_owner() -> bool:
    found = session.signed_in()
    return found is not None and not found.principal.is_staff
