"""A new person at the desk, and the link that sets the password."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from support_portal.domain.addresses import is_address
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import BadInput
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Role, Staff
from support_portal.ports.records import Link
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.letters import write_to_leads

LINK_WORKS = timedelta(hours=24)


def add_staff(address: str, role: str, name: str, *, tools: Tools) -> str:
    """Add a person; the link that sets the password, good for a day and once. All leads and admins are told.

    Raises BadInput.
    """
    if not is_address(address):
        raise BadInput({"email": f"{address!r} is not an email address"})
    if role not in set(Role):
        raise BadInput({"role": f"the role is one of: {', '.join(Role)}"})
    person = Staff(uuid4(), name.strip() or address.partition("@")[0], address, Role(role))
    with tools.uow.begin() as work:
        told = f"{person.name} ({person.address}) was added on the server, as {role}."
        write_to_leads(work, Letter.STAFF_PEOPLE, {"text": told})
        work.people.add(person)
        link = Link(uuid4(), Purpose.STAFF_PASSWORD, None, address, work.now, work.now + LINK_WORKS, staff_id=person.id)
        work.mails.add_link(link)
        actor = Actor(By.PORTAL, "command line")
        work.records.tell(Event(None, work.now, "staff_added", actor, why=f"{person.name}, {role}"))
    return f"{tools.product.address}/staff/password/{tools.links.token(Purpose.STAFF_PASSWORD, link.id)}"
