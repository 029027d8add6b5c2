"""The second step of signing in: a code of the authenticator, or a recovery code."""

from __future__ import annotations

from support_portal.domain.errors import Refusal
from support_portal.domain.principals import Factor, Principal, Step
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import the_login
from support_portal.use_cases.steps.telling import tell_of
from support_portal.use_cases.steps.using import use_a_code


def by_code(principal: Principal, typed: str, network_address: str, *, tools: Tools) -> tuple[Step, Factor]:
    """Sign in with what was typed; the step and the factor of the new session.

    Raises BadInput in the same words for every wrong code, TooMany, NotAllowed for a locked factor.
    """
    with tools.uow.begin() as work:
        the_login(work, principal)
        used = use_a_code(work, principal, typed, network_address, tools)
        if not isinstance(used, Refusal):
            tell_of(work, principal, "signed_in", details={"factor": used})
            work.logins.note_sign_in(principal, used, work.now, network_address)
            return Step.SIGNED_IN, used
    raise used
