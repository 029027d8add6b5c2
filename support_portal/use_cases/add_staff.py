"""Somebody at the desk, by a command on the server: a new person, or one who is invited anew."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from support_portal.domain.addresses import compared, is_address
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import BadInput
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Role, Staff
from support_portal.domain.team import an, other_admins
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.inviting import new_link, reset_sign_in
from support_portal.use_cases.steps.letters import write_to_leads, write_to_staff

COMMAND_LINE = Actor(By.PORTAL, "command line")


def add_staff(address: str, role: str, name: str, *, tools: Tools) -> str:
    """Add a person, or invite one anew; the link that sets the password, good for a day and once.

    All leads and admins are told of a new person, and everybody who works here of one who was invited anew: it is the
    way back for the last admin, and must not be a silent way in for anybody else. Raises BadInput.
    """
    if not is_address(address):
        raise BadInput({"email": f"{address!r} is not an email address"})
    if role not in set(Role):
        raise BadInput({"role": f"the role is one of: {', '.join(Role)}"})
    with tools.uow.begin() as work:
        team = work.people.everybody()
        known = next((one for one in team if compared(one.address) == compared(address)), None)
        if known is None:
            person = Staff(uuid4(), name.strip() or address.partition("@")[0], address, Role(role))
            _add(work, person)
        else:
            person = known
            _invite_anew(work, known, Role(role), team)
        link = new_link(work, person)
    return f"{tools.product.address}/staff/password/{tools.links.token(Purpose.STAFF_PASSWORD, link.id)}"


def _add(work: Work, person: Staff) -> None:
    told = f"{person.name} ({person.address}) was added on the server, as {an(person.role)}."
    write_to_leads(work, Letter.STAFF_PEOPLE, {"text": told})
    work.people.add(person)
    details = {"person": str(person.id), "to": person.role.value}
    work.records.tell(Event(None, work.now, "staff_added", COMMAND_LINE, why=person.name, details=details))


def _invite_anew(work: Work, person: Staff, role: Role, team: Sequence[Staff]) -> None:
    if person.role is Role.ADMIN and role is not Role.ADMIN and not other_admins(person, team):
        raise BadInput({"role": f"{person.address} is the last admin: make somebody else an admin first"})
    told = f"{person.name} ({person.address}) was invited anew on the server, as {an(role)}."
    told += " Password and second factor were reset. If you don’t know why, ask who runs the server."
    write_to_staff(work, Letter.STAFF_PEOPLE, {"text": told})
    reset_sign_in(work, person)
    work.people.change_role(person.id, role)
    work.people.let_back(person.id)
    details = {"person": str(person.id), "from": person.role.value, "to": role.value}
    work.records.tell(Event(None, work.now, "staff_invited_anew", COMMAND_LINE, why=person.name, details=details))
