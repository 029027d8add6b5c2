"""Passwords: stored with Argon2id, and compared in the same time whether or not there is one."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """The port `Passwords`, with the library's parameters (RFC 9106, low memory: 64 MiB, 3 passes, 4 lanes)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hashed(self, password: str) -> str:
        """What is stored of a password: parameters, salt and hash."""
        return self._hasher.hash(password)

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether the password fits; takes as long when nothing is stored."""
        try:
            fits = self._hasher.verify(stored or self._of_nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether kind, memory, passes or lanes differ from those of a new password."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _of_nobody(self) -> str:
        return self._hasher.hash("nobody has this password")
