"""Locking an account: nobody gets in until a lead unlocks it."""

from __future__ import annotations

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Letter
from support_portal.domain.moves import Actor, Event
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.gather import policy_of
from support_portal.use_cases.steps.letters import write_letter


def is_locked(work: Work, case: Case) -> bool:
    """Whether the account of a case is locked."""
    account = work.directory.read(case.account_id)
    return account is not None and account.status is AccountStatus.LOCKED


def lock_account(work: Work, case: Case, by: Actor, why: str = "") -> None:
    """Lock the account of a case at once and tell the owner and the leads; done already is done."""
    if is_locked(work, case):
        return
    work.directory.lock(case.account_id)
    work.records.tell(Event(case.id, work.now, "account_locked", by, why=why))
    account, policy = work.directory.read(case.account_id), policy_of(work, case)
    facts = {"by_staff": by.name if by.staff_id else ""}
    write_letter(work, case, Letter.LOCKED, account, policy, facts)
    write_letter(work, case, Letter.STAFF_LOCKED, account, policy, facts)


def unlock_account(work: Work, case: Case, by: Actor, why: str) -> None:
    """Let people into the account again and tell the owner. Raises DirectoryRefused where it is not locked."""
    work.directory.unlock(case.account_id)
    work.records.tell(Event(case.id, work.now, "account_unlocked", by, why=why))
    account, policy = work.directory.read(case.account_id), policy_of(work, case)
    write_letter(work, case, Letter.UNLOCKED, account, policy, {})
