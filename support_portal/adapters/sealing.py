"""Secrets that must be read again, encrypted with AES-256-GCM under keys that are not in the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from support_portal.ports.logins import SealBroken

KEY_NAME_BYTES, NONCE_BYTES = 4, 12


class AesSealing:
    """The port `Sealing`: what is sealed begins with the name of its key, then the nonce (NIST SP 800-38D, 96 bits).

    Purpose and owner are part of what is authenticated: a seed that is copied into another row does not open there.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the secret keys, newest first; the newest seals, each opens."""
        if not keys:
            raise ValueError("no secret key was given")
        derived = [hmac.digest(key, b"support-portal seal", hashlib.sha256) for key in keys]
        self._ciphers = {_name(key): AESGCM(key) for key in reversed(derived)}
        self._newest = _name(derived[0])

    @property
    def newest(self) -> bytes:
        """The name of the key that seals now: the first bytes of everything sealed with it."""
        return self._newest

    def seal(self, purpose: str, owner: UUID, secret: bytes) -> bytes:
        """What is kept of a secret; it opens for this purpose and owner alone."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, secret, _bound_to(purpose, owner))

    def open(self, purpose: str, owner: UUID, sealed: bytes) -> bytes:
        """The secret; raises SealBroken."""
        cipher = self._ciphers.get(sealed[:KEY_NAME_BYTES])
        nonce = sealed[KEY_NAME_BYTES : KEY_NAME_BYTES + NONCE_BYTES]
        if cipher is None or len(nonce) < NONCE_BYTES:
            raise SealBroken
        try:
            return cipher.decrypt(nonce, sealed[KEY_NAME_BYTES + NONCE_BYTES :], _bound_to(purpose, owner))
        except InvalidTag:
            raise SealBroken from None


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"support-portal key name" + key).digest()[:KEY_NAME_BYTES]


def _bound_to(purpose: str, owner: UUID) -> bytes:
    return f"{purpose} {owner}".encode()
