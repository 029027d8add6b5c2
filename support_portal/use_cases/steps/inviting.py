"""Inviting somebody to the desk: a link that sets the password, and nothing left of an earlier sign-in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.staff import Staff
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.ending import end_everything
from support_portal.use_cases.steps.letters import put_in_the_post

LINK_WORKS = timedelta(hours=24)


def new_link(work: Work, person: Staff) -> Link:
    """A link that sets the password, good for a day and once; every older one works no longer."""
    work.mails.void_links(person.principal, (Purpose.STAFF_PASSWORD,), work.now)
    until = work.now + LINK_WORKS
    link = Link(uuid4(), Purpose.STAFF_PASSWORD, None, person.address, work.now, until, staff_id=person.id)
    work.mails.add_links(link)
    return link


def write_invitation(work: Work, person: Staff, by: Staff) -> None:
    """Mail somebody the link: nobody else ever sees it, and nobody sets a password for another person."""
    link = new_link(work, person)
    facts = {"name": person.name, "by": by.name}
    put_in_the_post(work, Letter.STAFF_INVITATION, person.address, facts, {Purpose.STAFF_PASSWORD.value: link.id})


def reset_sign_in(work: Work, person: Staff) -> None:
    """Password and second factor are gone, and everything of before ends."""
    work.factors.end(person.principal, "invited_anew", work.now)
    work.logins.forget_password(person.principal)
    end_everything(work, person.principal)
