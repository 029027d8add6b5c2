"""Gives people of the demo an authenticator app whose seed the guide shows."""

from __future__ import annotations

import base64

from support_portal.domain.principals import Principal
from support_portal.domain.second_factor import digest_of, new_recovery_codes, read_recovery_code
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.using import SEED


def give_a_phone(principal: Principal, seed: str, *, tools: Tools) -> None:
    """Turn two-factor authentication on with this seed; nobody saved the recovery codes."""
    digests = [digest_of(read_recovery_code(code) or "") for code in new_recovery_codes()]
    with tools.uow.begin() as work:
        sealed = tools.sealing.seal(SEED, principal.id, base64.b32decode(seed))
        work.factors.enrol(principal, sealed, 0, digests, work.now)
