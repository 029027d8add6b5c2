"""The second step of signing in: a code of the authenticator, a recovery code, or a security key."""

from __future__ import annotations

from support_portal.domain.errors import Refusal
from support_portal.domain.principals import Factor, Principal, Step
from support_portal.domain.security_keys import Ceremony
from support_portal.ports.sessions import Session
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import the_login
from support_portal.use_cases.steps.telling import tell_of
from support_portal.use_cases.steps.using import use_a_code
from support_portal.use_cases.steps.using_keys import Asked, ask, new_challenge, use_a_key


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


def ask_for_key(session: Session, *, tools: Tools) -> Asked | None:
    """What a security key is asked to sign in; None where there is none that could answer."""
    with tools.uow.begin() as work:
        factor = work.factors.of(session.principal)
        if tools.security_keys is None or factor is None or not factor.keys_that_sign_in:
            return None
        value = new_challenge()
        options = tools.security_keys.ask_for_one_of(value, factor.keys_that_sign_in)
        return ask(work, session, Ceremony.SIGN_IN, value, options)


def by_key(session: Session, challenge_id: str, answer: str, network_address: str, *, tools: Tools) -> Factor:
    """Sign in with the answer of a security key; the factor of the new session.

    Raises BadInput in the same words for every wrong answer, TooMany, NotAllowed for a locked factor.
    """
    principal = session.principal
    with tools.uow.begin() as work:
        the_login(work, principal)
        refusal = use_a_key(work, session, challenge_id, answer, network_address, tools)
        if refusal is None:
            tell_of(work, principal, "signed_in", details={"factor": Factor.SECURITY_KEY})
            work.logins.note_sign_in(principal, Factor.SECURITY_KEY, work.now, network_address)
    if refusal is not None:
        raise refusal
    return Factor.SECURITY_KEY
