"""Setting up a second factor: the seed, the code that proves it, and the codes that are saved before it counts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Refusal
from support_portal.domain.principals import Factor, Principal, Step
from support_portal.domain.sealed import SealedFor
from support_portal.domain.second_factor import (
    SEED_BYTES,
    SET_UP_WITHIN,
    digest_of,
    new_recovery_codes,
    read_code,
    read_recovery_code,
    step_that_fits,
    steps_accepted,
)
from support_portal.ports.logins import SetUp
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.ending import end_the_rest
from support_portal.use_cases.steps.entering import ask_password, the_login
from support_portal.use_cases.steps.proving import refuse_new_password
from support_portal.use_cases.steps.telling import tell_of, write_about_security
from support_portal.use_cases.steps.using import NOT_RIGHT, SEED, limits_of, use_a_code

CODES = SealedFor.RECOVERY_CODES
BEGIN_ANEW = "This set-up is over: it was begun anew in another window, or ten minutes passed. Begin again."
NOT_SAVED = "Confirm that you have saved the codes"


@dataclass(frozen=True)
class SetUpView:
    """What the pages of a set-up show; `codes` are there once the authenticator's code was right."""

    id: UUID
    address: str
    typed: str
    codes: tuple[str, ...]
    is_for_codes: bool


def begin(principal: Principal, step: Step, password: str, code: str, network_address: str, *, tools: Tools) -> None:
    """Begin to set up an authenticator. Staff at their first step typed the password just now; others type it here.

    Where a factor stands, a code of it is asked too. Raises BadInput, TooMany, NotAllowed.
    """
    if step is not Step.ENROLMENT:
        ask_password(principal, password, network_address, tools)
    with tools.uow.begin() as work:
        refusal = _present_factor(work, principal, code, network_address, tools)
        if refusal is None:
            seed = tools.sealing.seal(SEED, principal.id, secrets.token_bytes(SEED_BYTES))
            work.set_ups.begin(principal, SetUp(uuid4(), seed, None, work.now, None))
    if refusal is not None:
        raise refusal


def begin_codes(principal: Principal, factor: Factor, password: str, network: str, *, tools: Tools) -> None:
    """Begin to make new recovery codes; those of before work until the new ones are saved. Raises as `begin`.

    `factor` is what the session was begun with: a code is a second factor, so in a session begun without one new codes
    are no easier to get than no second factor at all.
    """
    ask_password(principal, password, network, tools)
    with tools.uow.begin() as work:
        refuse_new_password(work, the_login(work, principal), factor)
        if work.factors.of(principal) is None:
            raise NotAllowed("Two-factor authentication is off. Turn it on first.")
        work.set_ups.begin(principal, SetUp(uuid4(), None, _new_codes(principal, tools), work.now, None))


def look(principal: Principal, *, tools: Tools) -> SetUpView:
    """The set-up that was begun last; raises NotFound when there is none or its time is over."""
    with tools.uow.begin() as work:
        set_up, login = _standing(work, principal), the_login(work, principal)
    address = typed = ""
    if set_up.seed is not None and set_up.codes is None:
        seed = tools.sealing.open(SEED, principal.id, set_up.seed)
        address = tools.authenticators.address(seed, tools.product.name, login.address)
        typed = tools.authenticators.typed(seed)
    codes = _codes_of(principal, set_up, tools)
    return SetUpView(set_up.id, address, typed, codes, is_for_codes=set_up.seed is None)


def confirm(principal: Principal, set_up_id: str, code: str, network_address: str, *, tools: Tools) -> None:
    """Prove that the app has the seed; recovery codes are made. Raises BadInput, TooMany, NotFound, NotAllowed."""
    with tools.uow.begin() as work:
        set_up = _the_same(work, principal, set_up_id)
        taken = take_a_try(work, *limits_of(principal, network_address))
        refusal: Refusal | None = taken if isinstance(taken, Refusal) else None
        if not isinstance(taken, Refusal):
            step = _step_of(principal, set_up, code, work, tools)
            if step is None:
                refusal = BadInput({"code": NOT_RIGHT})
            else:
                work.tries.give_back(taken)
                work.set_ups.confirm(set_up.id, step, _new_codes(principal, tools))
    if refusal is not None:
        raise refusal


def finish(principal: Principal, set_up_id: str, is_saved: bool, *, tools: Tools) -> Factor | None:
    """The codes are saved: from now on the second factor counts, and every session of before ends.

    The factor that was proved by it, None for new recovery codes. Raises BadInput, NotFound, NotAllowed.
    """
    if not is_saved:
        raise BadInput({"saved": NOT_SAVED})
    with tools.uow.begin() as work:
        set_up = _the_same(work, principal, set_up_id)
        if set_up.codes is None:
            raise NotAllowed(BEGIN_ANEW)
        digests = [digest_of(read_recovery_code(code) or "") for code in _codes_of(principal, set_up, tools)]
        factor = work.factors.of(principal)
        if set_up.seed is not None and set_up.step is not None:
            work.factors.enrol(principal, set_up.seed, set_up.step, digests, work.now)
            tell_of(work, principal, "two_factor_changed" if factor else "two_factor_on")
            write_about_security(work, principal, Letter.TWO_FACTOR_ON, {"changed": "yes" if factor else ""})
        elif factor is not None:
            work.factors.renew_codes(factor.id, digests, work.now)
            tell_of(work, principal, "recovery_codes_renewed")
            write_about_security(work, principal, Letter.RECOVERY_CODES_RENEWED)
        end_the_rest(work, principal)
        return Factor.TOTP if set_up.seed is not None else None


def give_up(principal: Principal, *, tools: Tools) -> None:
    """Leave everything as it was."""
    with tools.uow.begin() as work:
        work.set_ups.drop(principal)


def _present_factor(work: Work, principal: Principal, code: str, network: str, tools: Tools) -> Refusal | None:
    if work.factors.of(principal) is None:
        return None
    used = use_a_code(work, principal, code, network, tools)
    return used if isinstance(used, Refusal) else None


def _standing(work: Work, principal: Principal) -> SetUp:
    set_up = work.set_ups.of(principal)
    if set_up is None or work.now - set_up.begun_at >= SET_UP_WITHIN:
        raise NotFound("There is no set-up under way.")
    return set_up


def _the_same(work: Work, principal: Principal, set_up_id: str) -> SetUp:
    set_up = work.set_ups.of(principal)
    if set_up is None or str(set_up.id) != set_up_id or work.now - set_up.begun_at >= SET_UP_WITHIN:
        raise NotAllowed(BEGIN_ANEW)
    return set_up


def _step_of(principal: Principal, set_up: SetUp, typed: str, work: Work, tools: Tools) -> int | None:
    code = read_code(typed)
    if code is None or set_up.seed is None or set_up.codes is not None:
        return None
    seed = tools.sealing.open(SEED, principal.id, set_up.seed)
    return step_that_fits(code, tools.authenticators.codes(seed, steps_accepted(work.now)))


def _new_codes(principal: Principal, tools: Tools) -> bytes:
    return tools.sealing.seal(CODES, principal.id, json.dumps(new_recovery_codes()).encode())


def _codes_of(principal: Principal, set_up: SetUp, tools: Tools) -> tuple[str, ...]:
    return tuple(json.loads(tools.sealing.open(CODES, principal.id, set_up.codes))) if set_up.codes else ()
