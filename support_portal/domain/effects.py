"""What each move changes at a case, and which letters follow from it."""

from __future__ import annotations

from typing import Any

from support_portal.domain import guards
from support_portal.domain.cases import NOT_DECIDED, Case, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Letters
from support_portal.domain.risk import Level

S = State


def voided(to: State) -> dict[str, Any]:
    """A move to a state before approval voids what was approved."""
    if to not in NOT_DECIDED:
        return {}
    return {"approvals": (), "due_at": None, "wait_ends_told": False}


def after_confirmation(case: Case, circumstances: Circumstances) -> State:
    """Where the confirming click leads."""
    by_agent = circumstances.policy.instructions_by == "agent"
    return S.TRIAGE if circumstances.compromise or by_agent else S.AWAITING_REPOSITORY


def after_approval(case: Case, circumstances: Circumstances) -> State:
    """Where an approval leads."""
    now = guards.as_risky_as_now(case, circumstances)
    return S.AWAITING_SECOND_APPROVAL if guards.needs_second(now, circumstances.policy) else S.COOLING_OFF


def confirmed(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """The mailbox is proved, the two answers stand, and of several requests the confirmed one is the owner's."""
    said = {"compromise": circumstances.compromise, "compromise_was_said": circumstances.compromise}
    risk = Level.HIGH if circumstances.compromise else circumstances.risk
    request_id, channel = circumstances.confirmed_request or (case.request_id, case.channel)
    asked = {"request_id": request_id, "channel": channel}
    proof = {"confirmed_at": circumstances.at, "confirmed_address": circumstances.confirmed_address, "risk": risk}
    goes_on = after_confirmation(case, circumstances) is S.AWAITING_REPOSITORY
    return said | asked | proof | (instructed(case, circumstances) if goes_on else {})


def instructed(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """The first sending is the challenge time, and fixes the name and whether a code is asked."""
    if case.challenge_at is not None:
        return {}
    code = circumstances.new_code if asks_for_code(circumstances) else None
    return {"challenge_at": circumstances.at, "required_name": circumstances.required_name, "code": code}


def asks_for_code(circumstances: Circumstances) -> bool:
    """By policy; and where a connected account's provider tells no date, since there the code stands in for it."""
    connected = circumstances.account.connected if circumstances.account else ()
    return circumstances.policy.ask_for_code or any(one.instance in circumstances.undated for one in connected)


def passed(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """The repository is claimed for this case."""
    run = circumstances.the_run
    claim = {"repository_instance": run.instance, "repository_id": run.repository_id, "link": run.link}
    evidence = {"evidence_run_id": run.id, "evidence_at": run.at, "risk": circumstances.risk}
    return claim | evidence | {"failing_since": None, "unchecked_since": None, "unchecked_tries": 0}


def lost(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """What passed before counts for nothing any more."""
    gone = ("evidence_run_id", "evidence_at", "repository_instance", "repository_id", "failing_since")
    return dict.fromkeys(gone) | {"told_failures": ""}


def approved(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """One more approval, and the risk it was given at."""
    given, risk = circumstances.the_approval, guards.as_risky_as_now(case, circumstances).risk
    return {"approvals": (*case.approvals, given), "decided_by": given.staff_id, "risk": risk}


def denied(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """The decision and who took it."""
    return {"denial_reason": circumstances.denial, "decided_by": circumstances.the_decider.id}


def looked_at_again(case: Case, circumstances: Circumstances) -> dict[str, Any]:
    """The first decider is out; the evidence of before counts for nothing until it passed anew."""
    again = {"second_look_used": True, "first_decider": case.decided_by, "denial_reason": None}
    return again | lost(case, circumstances)


def to_the_owner(letter: Letter) -> Letters:
    """A letter about the end of a case; one that nobody confirmed ends without a word."""
    return lambda before, after: (letter,) if before.confirmed_at else ()


def on_confirmation(before: Case, after: Case) -> tuple[Letter, ...]:
    """The requester learns what comes next, the owner's other addresses that somebody asked."""
    first = Letter.INSTRUCTIONS if after.state is S.AWAITING_REPOSITORY else Letter.IN_TRIAGE
    return (first, Letter.OWNERS_TOLD)


def on_approval(before: Case, after: Case) -> tuple[Letter, ...]:
    """The notices whose arrival starts the safety wait."""
    return (Letter.APPROVED,) if after.state is S.COOLING_OFF else ()


def on_losing(before: Case, after: Case) -> tuple[Letter, ...]:
    """The requester learns what to mend; owners who were told of a date, that nothing happens on it."""
    told = (Letter.REMOVAL_PUT_OFF,) if before.state is S.COOLING_OFF else ()
    return (Letter.EVIDENCE_LOST, *told)


def on_voiding(before: Case, after: Case) -> tuple[Letter, ...]:
    """Owners who were told of an approval are told that it does not stand."""
    return (Letter.APPROVAL_VOIDED,) if before.state is not S.AWAITING_SECOND_APPROVAL else ()


def always(*letters: Letter) -> Letters:
    """The same letters however the case stood."""
    return lambda before, after: letters
