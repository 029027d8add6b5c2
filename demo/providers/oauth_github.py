"""OAuth 2.0 as GitHub speaks it: a bad code is told in a 200, and answers are forms where no JSON is asked for.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps and its page on
troubleshooting access token request errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from demo.providers.dialect import Dialect, Trouble, as_json


def granted(token: str, scope: str) -> dict[str, Any]:
    """The fields that come with a token; it does not end by itself."""
    return {"access_token": token, "scope": scope.replace(" ", ","), "token_type": "bearer"}


def answer(fields: Mapping[str, Any], status: int) -> Response:
    """JSON where the caller asks for it, else a form."""
    if "application/json" in request.headers.get("Accept", ""):
        return as_json(fields, status)
    return Response(urlencode(fields), status, mimetype="application/x-www-form-urlencoded")


BAD_CODE = Trouble(200, "bad_verification_code", "The code passed is incorrect or expired.")
DIALECT = Dialect(
    authorize_path="/login/oauth/authorize",
    exchange_path="/login/oauth/access_token",
    scopes=("read:user",),
    scope_if_none="",
    prefix="gho_",
    refused="The user has denied your application access.",
    granted=granted,
    troubles={
        "client": Trouble(
            200, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."
        ),
        "code": BAD_CODE,
        "redirect_uri": Trouble(
            200,
            "redirect_uri_mismatch",
            "The redirect_uri MUST match the registered callback URL for this application.",
        ),
        "verifier": BAD_CODE,
    },
    names_types=False,
    answer=answer,
)
