"""Whoever calls: their name, and their tokens."""

from __future__ import annotations

from typing import Any

from support_portal.api.blueprint import api, tools
from support_portal.api.callers import caller, needs_scope
from support_portal.api.shapes import in_order, token_shape
from support_portal.domain.tokens import Scope
from support_portal.use_cases.use_token import tokens_of


@api.get("/me")
@needs_scope(Scope.READ_ACCOUNT)
def show_me() -> dict[str, Any]:
    """The owner of the token, and what the token may do now."""
    now = caller()
    return {
        "kind": now.token.owner.kind,
        "name": now.login.name,
        "address": now.login.address,
        "role": now.staff.role if now.staff else None,
        "scopes": in_order(now.scopes),
        "token": token_shape(now.token, now.at),
    }


@api.get("/me/tokens")
@needs_scope(Scope.READ_ACCOUNT)
def show_tokens() -> dict[str, Any]:
    """Every token of the owner that was not removed, newest first: there are never so many that it takes pages."""
    now = caller()
    return {"items": [token_shape(token, now.at) for token in tokens_of(now, tools=tools())], "next": None}
