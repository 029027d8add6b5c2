"""The stop link in every notice: GET shows, POST stops, no sign-in needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from support_portal.domain.addresses import masked
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import BadInput
from support_portal.domain.moves import Actor, By, Move
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import case_by_link
from support_portal.use_cases.steps.gather import facts_for_the_owner, policy_of
from support_portal.use_cases.steps.locking import lock_account
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.stopping import block_account, stop_case

WITHDRAWS, STOPS = "me", "not-me"


@dataclass(frozen=True)
class StopView:
    """What the stop page shows, and what it can still offer: stop, lock, block or nothing."""

    reference: str
    address: str
    asked_at: datetime
    network_address: str
    user_agent: str
    state: State
    offers: str
    block_days: int


@dataclass(frozen=True)
class StopResult:
    """What was done: stopped, withdrawn, blocked, locked or nothing (it had been done before)."""

    done: str
    block_days: int


def look(token: str, *, tools: Tools) -> StopView:
    """What would be stopped; changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        case, link = case_by_link(work, Purpose.STOP, token, tools)
        request = work.requests.get(link.request_id or case.request_id)
        return StopView(
            reference=case.reference,
            address=masked(case.address),
            asked_at=request.received_at,
            network_address=request.network_address,
            user_agent=request.user_agent,
            state=case.state,
            offers=_offers(case),
            block_days=policy_of(work, case).block.days,
        )


def _offers(case: Case) -> str:
    if case.is_live:
        return "stop"
    if case.state in {State.REMOVING, State.REMOVED}:
        return "lock"
    return "nothing" if case.stopped else "block"


def stop(token: str, who: str, *, tools: Tools) -> StopResult:
    """Stop (`not-me`) or withdraw (`me`) a live case; after the end, lock or block. Raises LinkNotGood, BadInput."""
    if who not in {WITHDRAWS, STOPS}:
        raise BadInput({"who": "Choose which is true"})
    with tools.uow.begin() as work:
        case, link = case_by_link(work, Purpose.STOP, token, tools)
        days = policy_of(work, case).block.days
        by = Actor(By.LINK, f"Owner, by the stop link to {masked(link.address)}")
        offered = _offers(case)
        if offered == "stop" and who == WITHDRAWS:
            make_move(work, case, Move.WITHDRAW, by, facts_for_the_owner(work, case))
            return StopResult("withdrawn", days)
        if offered == "stop":
            stop_case(work, case, by)
            return StopResult("stopped", days)
        if offered == "lock" and who == STOPS:
            lock_account(work, case, by)
            return StopResult("locked", days)
        if offered == "block" and who == STOPS:
            work.cases.save(case, replace(case, stopped=True))  # the desk sees it now, and may lift the block
            block_account(work, case, by)
            return StopResult("blocked", days)
        return StopResult("nothing", days)
