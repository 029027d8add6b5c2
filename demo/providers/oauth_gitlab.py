"""OAuth 2.0 as GitLab speaks it.

https://docs.gitlab.com/api/oauth2/
"""

from __future__ import annotations

from typing import Any

from demo.providers.dialect import Dialect, Trouble
from demo.providers.state import now


def granted(token: str, scope: str) -> dict[str, Any]:
    """The fields that come with a token, which is told to end in two hours."""
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": 7_200,
        "refresh_token": f"refresh-{token}",
        "scope": scope,
        "created_at": int(now().timestamp()),
    }


BAD_GRANT = Trouble(
    400,
    "invalid_grant",
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client.",
)
DIALECT = Dialect(
    authorize_path="/oauth/authorize",
    exchange_path="/oauth/token",
    scopes=("read_user",),
    scope_if_none="read_user",
    prefix="glo-",
    refused="The resource owner or authorization server denied the request.",
    granted=granted,
    troubles={
        "client": Trouble(
            401,
            "invalid_client",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported "
            "authentication method.",
        ),
        "grant_type": Trouble(
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ),
        "code": BAD_GRANT,
        "redirect_uri": BAD_GRANT,
        "verifier": BAD_GRANT,
    },
)
