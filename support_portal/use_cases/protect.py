"""Deciders lock an account that somebody may have broken into; leads unlock one, and lift a block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from support_portal.domain.cases import Case
from support_portal.domain.errors import NotAllowed, Stale
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.protection import Measure, what_holds_back
from support_portal.domain.staff import Permission, Staff
from support_portal.ports.outside import DirectoryRefused
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.locking import lock_account, unlock_account
from support_portal.use_cases.steps.visible import visible_case

BY_THE_RULES = Permission.ANYBODY  # who may do what, the rules of each measure say, with their reason


@dataclass(frozen=True)
class Order:
    """Who wants it, how fresh the sign-in is, on which version of the case, and why (for the audit alone)."""

    staff_id: UUID
    signed_in_at: datetime
    version: int
    reason: str


def lock(reference: str, order: Order, *, tools: Tools) -> None:
    """Lock the account of a compromise case at once. Raises NotAllowed with every reason, NotFound.

    The next reading of the directory then ends the case, as after any lock.
    """
    with tools.uow.begin() as work:
        person, case = _allowed(work, reference, Measure.LOCK_ACCOUNT, order)
        lock_account(work, case, _actor(person), order.reason.strip())


def unlock(reference: str, order: Order, *, tools: Tools) -> None:
    """Let people into a locked account again, and tell the owner's addresses. Raises NotAllowed, NotFound."""
    with tools.uow.begin() as work:
        person, case = _allowed(work, reference, Measure.UNLOCK_ACCOUNT, order)
        try:
            unlock_account(work, case, _actor(person), order.reason.strip())
        except DirectoryRefused as refusal:
            raise NotAllowed(str(refusal)) from refusal


def lift_block(reference: str, order: Order, *, tools: Tools) -> None:
    """Let new cases of an account be opened again; the next one is high risk. Raises NotAllowed, NotFound, Stale."""
    with tools.uow.begin() as work:
        person, case = _allowed(work, reference, Measure.LIFT_BLOCK, order)
        why = order.reason.strip()
        if not work.blocks.lift(case.account_id, work.now, person.id, why):
            raise Stale  # another lead lifted it at the same moment, on the page of another case
        work.records.tell(Event(case.id, work.now, "block_lifted", _actor(person), why=why))


def _allowed(work: Work, reference: str, measure: Measure, order: Order) -> tuple[Staff, Case]:
    person, case = visible_case(work, reference, order.staff_id, BY_THE_RULES)
    about = circumstances(
        work,
        case,
        decider=person,
        signed_in_at=order.signed_in_at,
        seen_version=order.version,
        note=order.reason,
        is_blocked=work.blocks.active(case.account_id, work.now) is not None,
    )
    if reasons := what_holds_back(measure, case, about):
        raise NotAllowed(*reasons)
    return person, case


def _actor(person: Staff) -> Actor:
    return Actor(By.DECIDER, person.name, person.id)
