"""Telling what happened to somebody's own sign-in: an event, and a mail with a link that locks the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from support_portal.domain.addresses import masked
from support_portal.domain.browsers import Browser
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.principals import Principal
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.letters import LOCK_LINK_WORKS, put_in_the_post


def tell_of(
    work: Work,
    principal: Principal,
    action: str,
    why: str = "",
    details: Mapping[str, str] | None = None,
    browser: Browser | None = None,
) -> None:
    """Write down what somebody did to their own sign-in: it stands on their page and in the audit.

    `browser` is where it came from, where that was another request than the present one.
    """
    login = work.logins.of(principal)
    by = By.STAFF if principal.is_staff else By.OWNER
    actor = Actor(by, login.name if login and principal.is_staff else "Owner", principal.staff_id)
    event = Event(None, work.now, action, actor, why=why, details=details or {}, account_id=principal.account_id)
    work.records.tell(replace(event, browser=browser))


def addresses_of(work: Work, principal: Principal) -> tuple[str, ...]:
    """Where somebody is written to about their own account: every address of an owner, the one of staff."""
    if principal.is_staff:
        person = work.people.staff(principal.id)
        return (person.address,) if person else ()
    account = work.directory.read(principal.id)
    return account.owners_addresses(work.now) if account else ()


def write_about_security(
    work: Work, principal: Principal, letter: Letter, facts: Mapping[str, str] | None = None
) -> None:
    """Write one letter about somebody's own account to them, each copy with its own link that locks it."""
    where = work.browser.in_words if work.browser else ""
    told = {"address": masked(next(iter(addresses_of(work, principal)), "")), "where": where, **(facts or {})}
    for address in addresses_of(work, principal):
        link = Link(
            uuid4(),
            Purpose.LOCK,
            None,
            address,
            work.now,
            work.now + LOCK_LINK_WORKS,
            staff_id=principal.staff_id,
            account_id=principal.account_id,
        )
        work.mails.add_links(link)
        put_in_the_post(work, letter, address, told, {Purpose.LOCK.value: link.id})
