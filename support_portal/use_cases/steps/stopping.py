"""The owner says no: the case ends, new ones are blocked, staff are told."""

from __future__ import annotations

from support_portal.domain.cases import Case
from support_portal.domain.moves import Actor, Event, Move
from support_portal.ports.records import Block
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.gather import facts_for_the_owner, policy_of
from support_portal.use_cases.steps.move import make_move


def stop_case(work: Work, case: Case, by: Actor) -> None:
    """Stop a live case for good, and block new ones for the time the policy says."""
    make_move(work, case, Move.STOP, by, facts_for_the_owner(work, case))
    block_account(work, case, by)


def block_account(work: Work, case: Case, by: Actor) -> None:
    """No new case for this account for the time the policy says."""
    until = work.now + policy_of(work, case).block
    work.blocks.add(Block(case.account_id, until, case.id))
    work.records.tell(Event(case.id, work.now, "blocked", by, why=f"until {until:%d %b %Y %H:%M} UTC"))
