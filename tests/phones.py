"""A phone with an authenticator app, and the recovery codes that were saved with it."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp

from support_portal.domain.principals import Principal
from support_portal.domain.second_factor import SEED_BYTES, digest_of, new_recovery_codes, read_recovery_code
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.using import SEED
from tests.parts import Portal


@dataclass
class Phone:
    """What somebody has who turned two-factor authentication on."""

    seed: bytes = field(default_factory=lambda: secrets.token_bytes(SEED_BYTES))
    recovery_codes: list[str] = field(default_factory=lambda: list(new_recovery_codes()))

    def code(self, at: datetime) -> str:
        """The six digits that the app shows at a moment."""
        return pyotp.TOTP(base64.b32encode(self.seed).decode()).at(at)

    @property
    def digests(self) -> list[bytes]:
        """What is kept of the recovery codes."""
        return [digest_of(read_recovery_code(code) or "") for code in self.recovery_codes]

    def recovery_code(self) -> str:
        """The next code that is not used yet."""
        return self.recovery_codes.pop()


def given_a_phone(tools: Tools, principal: Principal, phone: Phone | None = None) -> Phone:
    """Two-factor authentication is on for somebody, as if they had set it up."""
    phone = phone or Phone()
    with tools.uow.begin() as work:
        sealed = tools.sealing.seal(SEED, principal.id, phone.seed)
        work.factors.enrol(principal, sealed, 0, phone.digests, work.now)
    return phone


def a_phone_for(portal: Portal, address: str) -> Phone:
    """Somebody of a running portal has a phone, with many recovery codes.

    A code of the app works once, and tests sign in more often than every 30 seconds.
    """
    tools = portal.tools
    with tools.uow.begin() as work:
        found = work.logins.by_address(address)
    assert found is not None, f"nobody signs in as {address}"
    phone = Phone(recovery_codes=[code for _ in range(50) for code in new_recovery_codes()])
    with tools.uow.begin() as work:
        standing = work.factors.of(found.principal)
        if standing is not None:  # it stays as old as it is: a new one would raise the risk
            work.factors.renew_codes(standing.id, phone.digests, work.now)
            return phone
    return given_a_phone(tools, found.principal, phone)
