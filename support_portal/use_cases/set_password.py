"""Setting a password by a link that works once."""

from __future__ import annotations

from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood
from support_portal.domain.staff import Staff
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import NO_LONGER
from support_portal.use_cases.steps.passwords import new_password
from support_portal.use_cases.steps.telling import tell_of


def look(token: str, *, tools: Tools) -> Staff:
    """Whose password a link sets; raises LinkNotGood."""
    with tools.uow.begin() as work:
        return _by_link(work, token, tools)[0]


def set_password(token: str, password: str, *, tools: Tools) -> Staff:
    """Set a password by a link, once; every session of the person ends. Raises LinkNotGood, BadInput."""
    person = look(token, tools=tools)
    stored = new_password(password, (person.name, person.address), tools=tools)
    with tools.uow.begin() as work:
        person, link = _by_link(work, token, tools)
        work.mails.use_link(link, work.now)
        work.logins.set_password(person.principal, stored, work.now)
        work.logins.end_sessions(person.principal, work.now)
        tell_of(work, person.principal, "password_set")
        return person


def _by_link(work: Work, token: str, tools: Tools) -> tuple[Staff, Link]:
    link = work.mails.link(Purpose.STAFF_PASSWORD, tools.links.subject(Purpose.STAFF_PASSWORD, token))
    person = work.people.staff(link.staff_id) if link.staff_id else None
    is_over = link.used_at is not None or (link.expires_at is not None and work.now >= link.expires_at)
    if person is None or not person.is_active or is_over:
        raise LinkNotGood(NO_LONGER)
    return person, link
