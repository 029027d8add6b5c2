"""Tokens of links, derived from an id, and digests of secrets: made with keys that are not in the database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from uuid import UUID

from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood

_ID_BYTES, _MAC_BYTES = 16, 20
# 36 bytes are 48 characters without padding or spare bits: each token has exactly one spelling.
_FORM = re.compile(r"[A-Za-z0-9_-]{48}")


class SignedLinks:
    """The port `Links`: HMAC-SHA256, a key of its own for each purpose, made from the newest secret key.

    A token made with any of the given keys is good, so that links live on while a key is replaced.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the secret keys, newest first; at least one."""
        if not keys:
            raise ValueError("no secret key was given")
        self._keys = {purpose: tuple(_derived(key, purpose) for key in keys) for purpose in Purpose}

    def token(self, purpose: Purpose, subject: UUID) -> str:
        """The token that stands for this id in links of this purpose."""
        return base64.urlsafe_b64encode(subject.bytes + _mac(self._keys[purpose][0], subject.bytes)).decode()

    def subject(self, purpose: Purpose, token: str) -> UUID:
        """The id that a token stands for; raises LinkNotGood when it is cut, foreign or for another purpose."""
        if not _FORM.fullmatch(token):
            raise LinkNotGood("This link does not work.")
        try:
            data = base64.urlsafe_b64decode(token)
        except binascii.Error:
            raise LinkNotGood("This link does not work.") from None
        subject, mac = data[:_ID_BYTES], data[_ID_BYTES:]
        # Every key is tried, whichever fits: how long it takes tells nothing.
        if not any([hmac.compare_digest(_mac(key, subject), mac) for key in self._keys[purpose]]):
            raise LinkNotGood("This link does not work.")
        return UUID(bytes=subject)


def cookie_keys(keys: Sequence[bytes]) -> tuple[str, ...]:
    """The keys that sign visitors' cookies, newest first: made for that purpose alone."""
    return tuple(hmac.digest(key, b"support-portal cookie visitor", hashlib.sha256).hex() for key in keys)


def _derived(key: bytes, purpose: Purpose) -> bytes:
    return hmac.digest(key, f"support-portal link {purpose}".encode(), hashlib.sha256)


def _mac(key: bytes, subject: bytes) -> bytes:
    return hmac.digest(key, subject, hashlib.sha256)[:_MAC_BYTES]


class HmacDigests:
    """The port `Digests`: HMAC-SHA256, a key of its own for each purpose; the newest secret key makes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the secret keys, newest first; at least one."""
        if not keys:
            raise ValueError("no secret key was given")
        self._keys = tuple(keys)

    def kept(self, purpose: str, secret: str) -> bytes:
        """What a new row keeps."""
        return self.possible(purpose, secret)[0]

    def possible(self, purpose: str, secret: str) -> tuple[bytes, ...]:
        """What a row may have kept of it, under any of the keys."""
        derived = (hmac.digest(key, f"support-portal digest {purpose}".encode(), hashlib.sha256) for key in self._keys)
        return tuple(hmac.digest(key, secret.encode(), hashlib.sha256) for key in derived)
