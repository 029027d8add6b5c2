"""The portal's own tokens at a stand-in, and the GitHub App that it may be: whose, for what, until when."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from demo.providers.state import Refused, now

LIFETIME = timedelta(hours=1)  # of an installation's token


@dataclass
class Token:
    """A token that was made for the portal; ``scopes`` is None where the provider tells none of it."""

    login: str | None = None
    scopes: tuple[str, ...] | None = ()
    expires_at: datetime | None = None
    is_revoked: bool = False


@dataclass(frozen=True)
class Installation:
    """A GitHub App that is installed: its key's public half, and what it may do."""

    app_id: str
    public_key: str
    permissions: dict[str, str]


@dataclass
class Tokens:
    """What was told of tokens and applications; a token that nothing was told of may read what is public."""

    known: dict[str, Token] = field(default_factory=dict, repr=False)
    installations: dict[int, Installation] = field(default_factory=dict)

    def is_refused(self, given: str) -> bool:
        """Whether a token is answered 401: revoked, or past its end."""
        token = self.known.get(given)
        if token is None:
            return given.startswith("revoked")
        return token.is_revoked or (token.expires_at is not None and token.expires_at <= now())

    def for_installation(self, number: int, assertion: str) -> tuple[str, Token, Installation]:
        """A new token of an installation for a JWT of its app. Raises Refused: 401 for a bad one, 404 where none is."""
        installation = self.installations.get(number)
        claims = _claims(assertion, installation)
        if installation is None or str(claims.get("iss")) != installation.app_id:
            raise Refused("Not Found", 404)
        token = Token(scopes=None, expires_at=now() + LIFETIME)
        given = f"ghs_{secrets.token_urlsafe(27)}"
        self.known[given] = token
        return given, token, installation

    def clear(self) -> None:
        """Forget all of them."""
        self.known.clear()
        self.installations.clear()


def _claims(assertion: str, installation: Installation | None) -> dict[str, Any]:
    """What a JWT (RFC 7519, RS256) says, where the app signed it and its ten minutes are not over."""
    try:
        head, body, signature = assertion.split(".")
        claims: dict[str, Any] = json.loads(_bytes(body))
        if installation is not None:
            key = cast("rsa.RSAPublicKey", serialization.load_pem_public_key(installation.public_key.encode()))
            key.verify(_bytes(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        if not claims["iat"] - 60 <= now().timestamp() <= claims["exp"]:
            raise Refused("'Expiration time' claim ('exp') is too far in the past", 401)
    except (ValueError, KeyError, TypeError, InvalidSignature) as problem:
        raise Refused("A JSON web token could not be decoded", 401) from problem
    return claims


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
