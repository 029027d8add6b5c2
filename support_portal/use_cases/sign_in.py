"""Staff sign in with a password; a password is set by a link that works once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from support_portal.domain.addresses import compared
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, TooMany
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Staff
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import NO_LONGER
from support_portal.use_cases.steps.passwords import new_password

TRIES, WITHIN = 10, timedelta(minutes=5)
DO_NOT_FIT = "That email address and password don’t fit."


def sign_in(address: str, password: str, network_address: str, *, tools: Tools) -> Staff:
    """The person who signs in; raises NotAllowed in the same words for every reason, TooMany after 10 tries."""
    with tools.uow.begin() as work:
        _limit(work, address, network_address)
        found = work.people.by_address(address)
    stored = found[1] if found and found[0].is_active else None
    # Outside a transaction, and as slow for nobody as for somebody: the hash takes its time on purpose.
    is_right = tools.passwords.is_right(password, stored)
    with tools.uow.begin() as work:
        person = work.people.staff(found[0].id) if found else None
        if not is_right or person is None or not person.is_active:
            _count(work, address, network_address)
        else:
            work.records.tell(Event(None, work.now, "signed_in", Actor(By.PORTAL, person.name, person.id)))
            return person
    raise NotAllowed(DO_NOT_FIT)


def confirm_password(staff_id: UUID, password: str, network_address: str, *, tools: Tools) -> None:
    """Sign in afresh before a decision; raises BadInput for a wrong password, TooMany."""
    with tools.uow.begin() as work:
        person = work.people.staff(staff_id)
    if person is None:
        raise NotAllowed(DO_NOT_FIT)
    try:
        sign_in(person.address, password, network_address, tools=tools)
    except NotAllowed as wrong:
        raise BadInput({"password": "That password is not right"}) from wrong


def person(staff_id: UUID, *, tools: Tools) -> Staff | None:
    """The person behind a session as they are now; None when they may not work here any more."""
    with tools.uow.begin() as work:
        found = work.people.staff(staff_id)
    return found if found and found.is_active else None


def look_at_password_link(token: str, *, tools: Tools) -> Staff:
    """Whose password a link sets; raises LinkNotGood."""
    with tools.uow.begin() as work:
        return _by_link(work, token, tools)[0]


def set_password(token: str, password: str, *, tools: Tools) -> Staff:
    """Set a password by a link, once; every session of the person ends. Raises LinkNotGood, BadInput."""
    person = look_at_password_link(token, tools=tools)
    stored = new_password(password, (person.name, person.address), tools=tools)
    with tools.uow.begin() as work:
        person, link = _by_link(work, token, tools)
        work.mails.use_link(link, work.now)
        work.people.set_password(person.id, stored, work.now)
        work.records.tell(Event(None, work.now, "password_set", Actor(By.LINK, person.name, person.id)))
        return person


def _by_link(work: Work, token: str, tools: Tools) -> tuple[Staff, Link]:
    link = work.mails.link(Purpose.STAFF_PASSWORD, tools.links.subject(Purpose.STAFF_PASSWORD, token))
    person = work.people.staff(link.staff_id) if link.staff_id else None
    is_over = link.used_at is not None or (link.expires_at is not None and work.now >= link.expires_at)
    if person is None or not person.is_active or is_over:
        raise LinkNotGood(NO_LONGER)
    return person, link


def _keys(address: str, network_address: str) -> tuple[str, str]:
    return f"address:{compared(address)}", f"network:{network_address}"


def _limit(work: Work, address: str, network_address: str) -> None:
    since = work.now - WITHIN
    if any(work.people.failures(key, since) >= TRIES for key in _keys(address, network_address)):
        raise TooMany("Too many tries. Wait five minutes, then try again.", work.now + WITHIN)


def _count(work: Work, address: str, network_address: str) -> None:
    for key in _keys(address, network_address):
        work.people.count_failure(key, work.now)
    work.records.tell(Event(None, work.now, "sign_in_failed", Actor(By.PORTAL, "Sign-in")))
