"""What people allowed: codes that work once, for a minute, and the tokens that come of them. Nothing here is kept."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.providers.state import now

LIFETIME = timedelta(minutes=1)


class BadGrant(Exception):
    """A code that is refused; ``problem`` is ``code``, ``redirect_uri`` or ``verifier``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Grant:
    """What one person allowed one application: to know the account with this id."""

    account: int
    client: str
    redirect_uri: str
    challenge: str
    scope: str


@dataclass
class Grants:
    """The codes and tokens of one provider."""

    clock: Callable[[], datetime] = now
    codes: dict[str, tuple[Grant, datetime]] = field(default_factory=dict, repr=False)
    tokens: dict[str, Grant] = field(default_factory=dict, repr=False)

    def code_for(self, grant: Grant) -> str:
        """A new code, which ends in a minute."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = grant, self.clock() + LIFETIME
        return code

    def redeem(self, code: str, client: str, redirect_uri: str, verifier: str) -> Grant:
        """What this code stands for; it is used up, whatever comes of it. Raises BadGrant."""
        grant, ends_at = self.codes.pop(code, (None, self.clock()))
        if grant is None or grant.client != client or self.clock() >= ends_at:
            raise BadGrant("code")
        if grant.redirect_uri != redirect_uri:
            raise BadGrant("redirect_uri")
        if grant.challenge != challenge_of(verifier):
            raise BadGrant("verifier")
        return grant

    def token_for(self, grant: Grant, prefix: str) -> str:
        """A new token that shows whose account this is."""
        token = prefix + secrets.token_urlsafe(24)
        self.tokens[token] = grant
        return token

    def clear(self) -> None:
        """Forget every code and token."""
        self.codes.clear()
        self.tokens.clear()


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier, as RFC 7636 has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
