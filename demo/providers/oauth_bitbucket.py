"""OAuth 2.0 as Bitbucket Cloud speaks it: the application says who it is in the header, by Basic.

https://developer.atlassian.com/cloud/bitbucket/oauth-2/
"""

from __future__ import annotations

from typing import Any

from demo.providers.dialect import Dialect, Trouble


def granted(token: str, scope: str) -> dict[str, Any]:
    """The fields that come with a token, which is told to end in two hours."""
    return {
        "access_token": token,
        "scopes": scope,
        "expires_in": 7_200,
        "refresh_token": f"refresh-{token}",
        "token_type": "bearer",
        "state": "authorization_code",
    }


DIALECT = Dialect(
    authorize_path="/site/oauth2/authorize",
    exchange_path="/site/oauth2/access_token",
    scopes=("account",),
    scope_if_none="account",
    prefix="",
    refused="The resource owner denied the request.",
    granted=granted,
    troubles={
        "client": Trouble(400, "unauthorized_client", "Invalid OAuth client credentials"),
        "grant_type": Trouble(400, "unsupported_grant_type", "Unsupported grant type."),
        "code": Trouble(400, "invalid_grant", "The specified code is not valid."),
        "redirect_uri": Trouble(400, "invalid_grant", "The redirect_uri does not match that of the code."),
        "verifier": Trouble(400, "invalid_grant", "The code_verifier does not match that of the code."),
    },
    secret_in_body=False,
)
