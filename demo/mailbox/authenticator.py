"""Authenticator apps of the demo's people, for visitors without a phone at hand: a QR code, and the code of now."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import segno
from markupsafe import Markup

from demo.mailbox.guide import SignIn


def drawn(person: SignIn) -> Markup:
    """The QR code that an app on a phone reads."""
    address = pyotp.TOTP(person.seed).provisioning_uri(name=person.address, issuer_name="Portal demo")
    return Markup(segno.make(address, error="m").svg_inline(scale=4, border=2))  # noqa: S704  drawn from numbers alone


def code_now(person: SignIn) -> str:
    """The six digits that the app shows at this moment."""
    return pyotp.TOTP(person.seed).at(datetime.now(UTC))
