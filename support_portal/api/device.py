"""Signing in at the command line (RFC 8628): a code to show, then a token, then another before it ends."""

from __future__ import annotations

from typing import Any

from flask import Response

from support_portal.api.blueprint import api, browser, tools
from support_portal.api.callers import bearer, needs_nothing, needs_token
from support_portal.api.errors import problem
from support_portal.api.shapes import CodeWanted, TokenWanted, in_order, moment, read
from support_portal.domain.device import ASKED_EVERY, CODE_LIVES
from support_portal.domain.staff import Permission
from support_portal.domain.tokens import AUTO_LIVES
from support_portal.use_cases import device as use_case
from support_portal.use_cases.device import Pending
from support_portal.use_cases.steps.tokens import Made

TOLD = {
    Pending.WAITING: "Nobody has confirmed the code yet.",
    Pending.TOO_FAST: f"Ask every {ASKED_EVERY.seconds} seconds.",
    Pending.REFUSED: "The sign-in was refused.",
    Pending.OVER: "The code is too old. Begin anew.",
    Pending.UNKNOWN: "This code is unknown, or its token was handed over already.",
}


@api.post("/device/codes")
@needs_nothing
def begin() -> dict[str, Any]:
    """A secret for the command, and a short code for the person (RFC 8628, 3.2)."""
    wanted = read(CodeWanted)
    begun = use_case.begin(wanted.client, frozenset(wanted.scopes), browser().network_address, tools=tools())
    return {
        "device_code": begun.device_code,
        "user_code": begun.user_code,
        "verification_uri": f"{tools().product.address}/account/device",
        "expires_in": int(CODE_LIVES.total_seconds()),
        "interval": ASKED_EVERY.seconds,
    }


@api.post("/device/tokens")
@needs_nothing
def collect() -> dict[str, Any] | Response:
    """The token, once somebody has confirmed the code; until then, why not (RFC 8628, 3.5)."""
    made = use_case.collect(read(TokenWanted).device_code, tools=tools())
    return problem(400, TOLD[made], error=made) if isinstance(made, Pending) else _handed_over(made)


@api.post("/device/renewals")
@needs_token(Permission.OWN_ACCOUNT)
def renew() -> dict[str, Any]:
    """Another value for the token that calls, if a command keeps it; the one that calls is dead then."""
    return _handed_over(use_case.renew(bearer(), tools=tools()))


def _handed_over(made: Made) -> dict[str, Any]:
    return {
        "access_token": made.value,
        "token_type": "Bearer",
        "expires_in": int(AUTO_LIVES.total_seconds()),
        "expires_at": moment(made.token.expires_at),
        "scope": " ".join(in_order(made.token.scopes)),
    }
