"""Using a code of the second factor: counted, once, and never beside a limit."""

from __future__ import annotations

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, Refusal
from support_portal.domain.principals import Factor, Principal
from support_portal.domain.sealed import SealedFor
from support_portal.domain.second_factor import (
    LOCKED_AFTER,
    OF_ONE_FACTOR,
    OF_ONE_NETWORK,
    Limit,
    digest_of,
    read_code,
    read_recovery_code,
    step_that_fits,
    steps_accepted,
)
from support_portal.ports.logins import SealBroken, SecondFactor
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.telling import tell_of, write_about_security

SEED = SealedFor.SEED
NOT_RIGHT = "That code is not right. Codes change every 30 seconds, so use the newest one."
LOCKED = (
    "Your second factor is locked, because there were too many wrong codes."
    " Set a new password with “Forgot password?” on the sign-in page, and it works again."
)
IS_OFF = "Two-factor authentication is off now. Sign in again."


def use_a_code(work: Work, principal: Principal, typed: str, network_address: str, tools: Tools) -> Factor | Refusal:
    """Use what was typed, the authenticator's code or a recovery code; which it was, or the refusal to raise.

    The enrolment stays locked until the transaction ends, so two codes of one person are never looked at at once. The
    refusal is handed back, so that the caller can commit what was counted before it raises it.
    """
    factor = work.factors.of(principal)
    if factor is None:
        return NotAllowed(IS_OFF)
    taken = take_a_try(work, *limits_of(principal, network_address))
    if isinstance(taken, Refusal):
        return taken
    if factor.locked_at is not None:
        return NotAllowed(LOCKED)
    used = _use(work, principal, factor, typed, tools)
    if used is None:
        return count_wrong(work, principal, factor, BadInput({"code": NOT_RIGHT}))
    work.tries.give_back(taken)
    work.factors.forget_wrong(factor.id)
    if used is Factor.RECOVERY_CODE:
        left = str(max(0, factor.codes.left - 1))
        tell_of(work, principal, "recovery_code_used", details={"left": left})
        write_about_security(work, principal, Letter.RECOVERY_CODE_USED, {"left": left})
    return used


def limits_of(principal: Principal, network_address: str) -> tuple[tuple[str, tuple[Limit, ...]], ...]:
    """Under which keys, and how often, codes may be tried."""
    return (
        (f"second-factor:{principal}", OF_ONE_FACTOR),
        (f"second-factor-network:{network_address}", OF_ONE_NETWORK),
    )


def _use(work: Work, principal: Principal, factor: SecondFactor, typed: str, tools: Tools) -> Factor | None:
    if (code := read_code(typed)) and factor.authenticator is not None:
        try:
            seed = tools.sealing.open(SEED, principal.id, factor.authenticator.seed)
        except SealBroken:
            tell_of(work, principal, "seed_unreadable")
            return None
        step = step_that_fits(code, tools.authenticators.codes(seed, steps_accepted(work.now)))
        is_used = step is not None and work.factors.use_step(factor.authenticator.id, step, work.now)
        return Factor.TOTP if is_used else None
    if letters := read_recovery_code(typed):
        return Factor.RECOVERY_CODE if work.factors.use_code(factor.id, digest_of(letters), work.now) else None
    return None


def count_wrong(work: Work, principal: Principal, factor: SecondFactor, told: Refusal) -> Refusal:
    """Count one that was wrong, whatever it was; the refusal to raise, which is another when it locks the factor."""
    count = work.factors.count_wrong(factor.id)
    tell_of(work, principal, "second_factor_failed")
    if count < LOCKED_AFTER:
        return told
    work.factors.lock(factor.id, work.now)
    tell_of(work, principal, "second_factor_locked")
    write_about_security(work, principal, Letter.FACTOR_LOCKED, {"wrong": str(count)})
    return NotAllowed(LOCKED)
