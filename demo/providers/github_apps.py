"""Where a GitHub App gets the token of one of its installations, below ``/app/installations``.

https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
"""

from __future__ import annotations

from flask import Flask, Response, g, jsonify

from demo.providers.provider import token
from demo.providers.tokens import Tokens


def register(app: Flask, prefix: str) -> None:
    """Add the address to an app."""
    path = f"{prefix}/app/installations/<int:number>/access_tokens"
    app.add_url_rule(path, "api/installation_token", give_token, methods=["POST"])


def give_token(number: int) -> tuple[Response, int]:
    """A token that lasts an hour, for a JWT that the app signed."""
    tokens: Tokens = g.tokens
    given, told, installation = tokens.for_installation(number, token())
    ends_at = f"{told.expires_at:%Y-%m-%dT%H:%M:%SZ}"
    body = {"token": given, "expires_at": ends_at, "permissions": installation.permissions}
    return jsonify({**body, "repository_selection": "all"}), 201
