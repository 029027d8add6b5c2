"""Writing letters: a row for each mail, beside the change that it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from support_portal.domain.accounts import Account
from support_portal.domain.addresses import compared
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import (
    LETTERS_A_DAY,
    LETTERS_A_DAY_OTHERWISE,
    Audience,
    Letter,
    Purpose,
    audience_of,
    links_of,
)
from support_portal.domain.errors import TooMany
from support_portal.domain.policy import Policy
from support_portal.domain.staff import Role
from support_portal.jobs import Job
from support_portal.ports.records import ANSWERED, Link, Mail, Message
from support_portal.ports.stores import Work

A_DAY = timedelta(days=1)
LOCK_LINK_WORKS = timedelta(days=30)


def write_letter(
    work: Work,
    case: Case,
    letter: Letter,
    account: Account | None,
    policy: Policy,
    facts: Mapping[str, str],
    request_id: UUID | None = None,
) -> None:
    """Write one letter about a case to everybody it is for, with links of their own.

    `request_id` names the request that a letter answers, so that its link shows when and from where that one came.
    """
    for address in _addresses(work, case, letter, account):
        is_registered = compared(address) == compared(case.address)
        purposes = links_of(letter, to_registered=is_registered)
        # The case page has one key for its whole life: it is derived from the case itself.
        made = [_link(work, case, one, address, policy, request_id) for one in purposes if one is not Purpose.CASE]
        if is_registered and audience_of(letter) is not Audience.LEADS:
            made.append(_link(work, case, Purpose.REPLY, address, policy))
        work.mails.add_links(*made)
        links = {Purpose.CASE.value: case.id} if Purpose.CASE in purposes else {}
        links |= {link.purpose.value: link.id for link in made}
        _put_in_the_post(work, Mail(uuid4(), letter, address, case.id, work.now, facts, links))


def write_to_leads(work: Work, letter: Letter, facts: Mapping[str, str]) -> None:
    """Write to all leads and admins about something that is no case."""
    for address in _leads(work):
        put_in_the_post(work, letter, address, facts)


def write_to_staff(work: Work, letter: Letter, facts: Mapping[str, str]) -> None:
    """Write to everybody who works here."""
    for person in work.people.with_roles(*Role):
        put_in_the_post(work, letter, person.address, facts)


def write_within_a_day(work: Work, letter: Letter, address: str) -> None:
    """Answer a request that opens no case, as often a day as this letter may go to one address."""
    if may_write_today(work, letter, address):
        _put_in_the_post(work, Mail(uuid4(), letter, address, None, work.now))


def write_answer(work: Work, message: Message, facts: Mapping[str, str]) -> None:
    """Answer a mail that fits no case, with no link at all: whoever gets it may be a stranger. Raises TooMany."""
    address = message.from_address
    if not may_write_today(work, Letter.MAIL_ANSWER, address):
        most = LETTERS_A_DAY[Letter.MAIL_ANSWER]
        raise TooMany(f"{address} was sent {most} answers within a day, and nobody gets more. Answer again tomorrow.")
    facts = {**facts, ANSWERED: str(message.id)}
    _put_in_the_post(work, Mail(uuid4(), Letter.MAIL_ANSWER, address, None, work.now, facts))


def may_write_today(work: Work, letter: Letter, address: str) -> bool:
    """Whether one more of this letter may go to this address within a day."""
    most = LETTERS_A_DAY.get(letter, LETTERS_A_DAY_OTHERWISE)
    return work.mails.count(letter, address, work.now - A_DAY) < most


def put_in_the_post(
    work: Work, letter: Letter, to: str, facts: Mapping[str, str], links: Mapping[str, UUID] | None = None
) -> None:
    """Write one mail that is about no case."""
    _put_in_the_post(work, Mail(uuid4(), letter, to, None, work.now, facts, links or {}))


def _put_in_the_post(work: Work, mail: Mail) -> None:
    work.mails.add(mail)
    work.due.put_off(Job.SEND_MAIL, mail.id, work.now)


def _leads(work: Work) -> Iterable[str]:
    return (person.address for person in work.people.with_roles(Role.LEAD, Role.ADMIN))


def _addresses(work: Work, case: Case, letter: Letter, account: Account | None) -> Iterable[str]:
    audience = audience_of(letter)
    if audience is Audience.LEADS:
        return _leads(work)
    if audience is Audience.REGISTERED or account is None:
        return (case.address,)
    everybody = account.owners_addresses(work.now)
    if audience is Audience.OTHERS:
        return tuple(address for address in everybody if compared(address) != compared(case.address))
    return everybody


def _link(
    work: Work, case: Case, purpose: Purpose, address: str, policy: Policy, request_id: UUID | None = None
) -> Link:
    valid = {Purpose.CONFIRM: policy.confirmation_valid, Purpose.LOCK: LOCK_LINK_WORKS}.get(purpose)
    expires_at = work.now + valid if valid else None
    return Link(uuid4(), purpose, case.id, address, work.now, expires_at, request_id=request_id)
