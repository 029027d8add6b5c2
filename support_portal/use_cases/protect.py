"""Deciders lock an account that somebody may have broken into; leads unlock one, and lift a block."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from support_portal.domain.cases import Case
from support_portal.domain.errors import NotAllowed, NotFound, Stale
from support_portal.domain.moves import Event
from support_portal.domain.protection import Measure, what_holds_back, what_holds_back_unlocking
from support_portal.domain.staff import Staff, is_own
from support_portal.ports.outside import DirectoryRefused
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.deciding import Decision, by_decider, gathered
from support_portal.use_cases.steps.locking import lock_account, unlock_account, unlock_shut_account

NO_SUCH_ACCOUNT = "There is no such account."


def lock(reference: str, decision: Decision, *, tools: Tools) -> None:
    """Lock the account of a compromise case at once. Raises NotAllowed with every reason, NotFound.

    The next reading of the directory then ends the case, as after any lock.
    """
    with tools.uow.begin() as work:
        person, case, why = _allowed(work, reference, Measure.LOCK_ACCOUNT, decision)
        lock_account(work, case, by_decider(person), why)


def unlock(reference: str, decision: Decision, *, tools: Tools) -> None:
    """Let people into a locked account again, and tell the owner's addresses. Raises NotAllowed, NotFound."""
    with tools.uow.begin() as work:
        person, case, why = _allowed(work, reference, Measure.UNLOCK_ACCOUNT, decision)
        try:
            unlock_account(work, case, by_decider(person), why)
        except DirectoryRefused as refusal:
            raise NotAllowed(str(refusal)) from refusal


def unlock_without_case(account_id: UUID, staff_id: UUID, signed_in_at: datetime, why: str, *, tools: Tools) -> None:
    """Let people into an account that its owner locked by a link, without a case; its addresses are told.

    Raises NotAllowed with every reason, and NotFound alike for an account that is not there and for one's own.
    """
    with tools.uow.begin() as work:
        person, account = work.people.staff(staff_id), work.directory.read(account_id)
        if person is None or account is None or is_own(person, account):
            raise NotFound(NO_SUCH_ACCOUNT)
        if reasons := what_holds_back_unlocking(account, person, signed_in_at, why, work.now):
            raise NotAllowed(*reasons)
        try:
            unlock_shut_account(work, account, by_decider(person), why.strip())
        except DirectoryRefused as refusal:
            raise NotAllowed(str(refusal)) from refusal


def lift_block(reference: str, decision: Decision, *, tools: Tools) -> None:
    """Let new cases of an account be opened again; the next one is high risk. Raises NotAllowed, NotFound, Stale."""
    with tools.uow.begin() as work:
        person, case, why = _allowed(work, reference, Measure.LIFT_BLOCK, decision)
        if not work.blocks.lift(case.account_id, work.now, person.id, why):
            raise Stale  # another lead lifted it at the same moment, on the page of another case
        work.records.tell(Event(case.id, work.now, "block_lifted", by_decider(person), why=why))


def _allowed(work: Work, reference: str, measure: Measure, decision: Decision) -> tuple[Staff, Case, str]:
    person, case, about = gathered(work, reference, decision)
    if reasons := what_holds_back(measure, case, about):
        raise NotAllowed(*reasons)
    return person, case, about.why
