"""Who calls: each endpoint says at its definition what it asks for, and only an access token opens those that ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import abort, current_app, g, request

from support_portal.api.blueprint import api, tools
from support_portal.api.errors import ScopeNeeded, TokenNeeded
from support_portal.domain.errors import NotAllowed
from support_portal.domain.staff import Permission, may_enter
from support_portal.domain.tokens import PERMISSION_OF, Scope
from support_portal.use_cases.steps.tokens import Caller
from support_portal.use_cases.use_token import caller_with, tell_of_missing_scope

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def needs_scope(scope: Scope) -> Callable[[Endpoint], Endpoint]:
    """Name the scope that an endpoint asks for; stands directly above the function, below its route."""
    return needs_token(PERMISSION_OF[scope], scope)


def needs_token(permission: Permission, scope: Scope | None = None) -> Callable[[Endpoint], Endpoint]:
    """The same for an endpoint that any token of whoever has the permission opens."""

    def mark(endpoint: Endpoint) -> Endpoint:
        vars(endpoint).update(needed=permission, scope=scope)
        return endpoint

    return mark


def needs_nothing(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that anybody may call."""
    vars(endpoint)["needed"] = Permission.ANYBODY
    return endpoint


@api.before_request
def ask() -> None:
    """Closed unless named open; raises TokenNeeded, ScopeNeeded."""
    marks = vars(current_app.view_functions[request.endpoint or ""])
    needed = marks.get("needed")
    if needed is Permission.ANYBODY:
        return
    if needed is None:
        abort(403)
    g.caller = found = _caller()
    scope = marks["scope"]
    if scope is not None and scope not in found.scopes:
        tell_of_missing_scope(found, scope, tools=tools())
        raise ScopeNeeded(scope)
    if not may_enter(found.staff, needed):
        abort(403)


def caller() -> Caller:
    """Whoever calls an endpoint that asks for a token."""
    return cast(Caller, g.caller)


def bearer() -> str:
    """The token of this call, as it was sent; empty where there is none; no other place is looked at."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _caller() -> Caller:
    value = bearer()
    if not value:
        raise TokenNeeded("Send an access token: Authorization: Bearer …", was_given=False)
    try:
        return caller_with(value, tools=tools())
    except NotAllowed as refusal:
        raise TokenNeeded(str(refusal), was_given=True) from refusal
