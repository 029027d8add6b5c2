"""Closed unless named open: each view says at its definition which permission it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from support_portal.domain.principals import Step
from support_portal.domain.staff import Permission, may_enter, opens
from support_portal.web import session

View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[View], View]:
    """Name the permission that a view asks for; stands directly above the function, below its route."""

    def mark(view: View) -> View:
        vars(view)["needed"] = permission
        return view

    return mark


def needed_by(view: Callable[..., Any]) -> Permission | None:
    """The permission a view named; None when it named none, and then nobody gets in."""
    return vars(view).get("needed")


def init_guard(app: Flask, *, but: str) -> None:
    """Ask before every view, but for those of one blueprint, which asks for a token instead."""

    @app.before_request
    def ask() -> Response | None:
        return None if request.blueprint == but else _ask()


def _ask() -> Response | None:
    if request.endpoint is None:
        return None  # no such page, or no such method: said by the error
    needed = needed_by(current_app.view_functions[request.endpoint])
    if needed is Permission.ANYBODY:
        return None
    visitor = session.visitor()
    if visitor is None and needed is not None:
        return _lead_to(url_for("sign_in.show", next=_this_place()))
    if needed is None or visitor is None or not may_enter(visitor.staff, needed):
        abort(403)
    step = session.present_session().step
    return None if opens(step, needed) else _lead_to(url_for(NEXT_PAGE[step]))


# Where somebody is led who asks for a page that opens before or after the step they stand at.
NEXT_PAGE = {
    Step.SECOND_FACTOR: "sign_in.second.show",
    Step.ENROLMENT: "account.enrolment.ask",
    Step.SIGNED_IN: "account.security.show",
}


def _this_place() -> str | None:
    return request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None


def _lead_to(place: str) -> Response:
    if "HX-Request" in request.headers:
        # A part of a page cannot be swapped for a whole sign-in page: the browser goes there instead.
        return Response(status=401, headers={"HX-Redirect": place})
    return redirect(place, 303)
