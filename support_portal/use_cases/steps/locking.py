"""Locking an account: nobody gets in until a lead unlocks it."""

from __future__ import annotations

from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Letter
from support_portal.domain.moves import Actor, Event
from support_portal.domain.principals import Principal
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.ending import end_everything
from support_portal.use_cases.steps.gather import policy_of
from support_portal.use_cases.steps.letters import put_in_the_post, write_letter, write_to_leads
from support_portal.use_cases.steps.telling import addresses_of


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


def is_shut(work: Work, principal: Principal) -> bool:
    """Whether somebody can't sign in any more: a locked account, or somebody who doesn't work here now."""
    if principal.is_staff:
        person = work.people.staff(principal.id)
        return person is None or not person.is_active
    account = work.directory.read(principal.id)
    return account is None or account.status is not AccountStatus.ACTIVE


def shut(work: Work, principal: Principal, by: Actor) -> None:
    """Let nobody sign in as this person any more, and tell the leads and admins; done already is done."""
    if is_shut(work, principal):
        return
    if principal.is_staff:
        _shut_out_of_the_desk(work, principal, by)
        return
    addresses = addresses_of(work, principal)
    work.directory.lock(principal.id)
    work.records.tell(Event(None, work.now, "account_locked", by, account_id=principal.id))
    for address in addresses:
        put_in_the_post(work, Letter.LOCKED, address, {"by_staff": ""})
    write_to_leads(work, Letter.STAFF_LOCKED, {"by_staff": ""})


def unlock_shut_account(work: Work, account: Account, by: Actor, why: str) -> None:
    """Let people into an account again that was shut without a case. Raises DirectoryRefused where it is not locked."""
    work.directory.unlock(account.id)
    work.records.tell(Event(None, work.now, "account_unlocked", by, why=why, account_id=account.id))
    for address in account.owners_addresses(work.now):
        put_in_the_post(work, Letter.UNLOCKED, address, {})


def _shut_out_of_the_desk(work: Work, principal: Principal, by: Actor) -> None:
    person = work.people.staff(principal.id)
    work.people.suspend(principal.id)
    end_everything(work, principal)
    work.records.tell(Event(None, work.now, "staff_locked", by))
    who = f"{person.name} ({person.address})" if person else "Somebody"
    text = f"{who} was locked out with the link in our email, because a change of their sign-in was not theirs."
    write_to_leads(work, Letter.STAFF_PEOPLE, {"text": text})
