"""Signing in through a git account: what is begun at a provider and comes back, and why it may be refused."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.identities import GitIdentity

STATE_WORKS = timedelta(minutes=10)
STATE_BYTES, VERIFIER_BYTES = 32, 48  # RFC 7636, 4.1: a verifier has 43 to 128 characters, and 48 bytes are 64
LONGEST_TOLD = 2000  # characters of a code or a state; no provider's are longer


class What(StrEnum):
    """What somebody left for the provider for."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"


@dataclass(frozen=True)
class Begun:
    """One time that a browser was led to a provider; of what it carries, only digests are kept, or it is sealed."""

    id: UUID
    state: bytes
    browser: bytes
    provider: str
    what: What
    verifier: bytes
    begun_at: datetime
    wanted: str = ""  # the page to go on to
    account_id: UUID | None = None  # whose, where a git account is connected
    session_id: UUID | None = None


@dataclass(frozen=True)
class Identity:
    """Who a provider says that somebody is. A name is for display, and an address is not even read."""

    external_id: str
    username: str
    workspace_ids: tuple[str, ...] = ()

    def at(self, instance: str) -> GitIdentity:
        """The same, with where it is so."""
        return GitIdentity(instance, self.external_id)


def new_secret(size: int) -> str:
    """A value that nobody guesses, made of so many random bytes."""
    return secrets.token_urlsafe(size)


def digest_of(value: str) -> bytes:
    """What is kept of a state, or of what a browser carries: enough to know it again."""
    return hashlib.sha256(f"git sign-in {value}".encode()).digest()
