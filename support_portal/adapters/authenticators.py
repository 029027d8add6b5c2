"""Time-based codes, by the library that authenticator apps are tested against."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pyotp

from support_portal.domain.second_factor import DIGITS, STEP_SECONDS

_GROUP = 4


class PyotpAuthenticators:
    """The port `Authenticators`: SHA-1 inside HMAC, as every app expects (RFC 6238, 1.2)."""

    def codes(self, seed: bytes, steps: Sequence[int]) -> dict[int, str]:
        """The code of each of these steps."""
        app = _app(seed)
        return {step: app.generate_otp(step) for step in steps}

    def address(self, seed: bytes, issuer: str, account: str) -> str:
        """The `otpauth:` address that an app reads from a QR code."""
        return _app(seed).provisioning_uri(name=account, issuer_name=issuer)

    def typed(self, seed: bytes) -> str:
        """The seed as a person types it into an app: base32, in groups of four."""
        letters = base64.b32encode(seed).decode()
        return " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _app(seed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(seed).decode(), digits=DIGITS, interval=STEP_SECONDS)
