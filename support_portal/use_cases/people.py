"""Admins manage who works here: they invite, change roles, suspend, let back in, and invite anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from support_portal.domain.addresses import is_address
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Stale
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Role, Staff
from support_portal.domain.team import Asked, Change, an, standing, what_holds_back, what_holds_back_inviting
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.ending import end_everything
from support_portal.use_cases.steps.inviting import reset_sign_in, write_invitation
from support_portal.use_cases.steps.letters import write_to_leads

NOT_AN_ADDRESS = "Enter a full email address, like ana@example.org"
HAS_CHANGED = "Somebody else changed this person while you were looking. Read it again, then decide."


@dataclass(frozen=True)
class Answer:
    """Who changes something, how fresh the sign-in is, and why; `seen` is where the person stood on the page."""

    by: UUID
    signed_in_at: datetime
    why: str
    seen: str = ""


def invite(address: str, name: str, role: Role, answer: Answer, *, tools: Tools) -> None:
    """Invite somebody by a mail with a link. Raises BadInput, NotAllowed with every reason."""
    if not is_address(address):
        raise BadInput({"email": NOT_AN_ADDRESS})
    with tools.uow.begin() as work:
        asked = Asked(_one(work.people.everybody(), answer.by), work.now, answer.signed_in_at, answer.why, role)
        if reasons := what_holds_back_inviting(asked):
            raise NotAllowed(*reasons)
        person = Staff(uuid4(), name, address, role)
        _tell_leads(work, asked, f"invited {name} ({address}), as {an(role)}")
        work.people.add(person)
        write_invitation(work, person, asked.by)
        _write_down(work, "staff_invited", person, asked, {"to": role.value})


def change(what: Change, person_id: UUID, answer: Answer, role: Role | None = None, *, tools: Tools) -> None:
    """Change something about somebody who works here. Raises NotAllowed with every reason, NotFound, Stale.

    Everybody is locked meanwhile, so what the rules were asked about holds until it is written.
    """
    with tools.uow.begin() as work:
        team = work.people.everybody()
        person = _one(team, person_id)
        asked = Asked(_one(team, answer.by), work.now, answer.signed_in_at, answer.why, role)
        if answer.seen != standing(person):
            raise Stale(HAS_CHANGED)
        if reasons := what_holds_back(what, person, asked, team):
            raise NotAllowed(*reasons)
        _DOES[what](work, person, asked)


def _change_role(work: Work, person: Staff, asked: Asked) -> None:
    role = asked.role or person.role
    _tell_leads(work, asked, f"made {_named(person)} {an(role)}, who was {an(person.role)}")
    work.people.change_role(person.id, role)
    work.logins.end_sessions(person.principal, work.now)
    _write_down(work, "staff_role_changed", person, asked, {"from": person.role.value, "to": role.value})


def _suspend(work: Work, person: Staff, asked: Asked) -> None:
    _tell_leads(work, asked, f"suspended {_named(person)}")
    work.people.suspend(person.id)
    end_everything(work, person.principal)
    _write_down(work, "staff_suspended", person, asked, {})


def _let_back(work: Work, person: Staff, asked: Asked) -> None:
    _tell_leads(work, asked, f"let {_named(person)} back in, as {an(person.role)}")
    work.people.let_back(person.id)
    _write_down(work, "staff_let_back", person, asked, {"to": person.role.value})


def _invite_anew(work: Work, person: Staff, asked: Asked) -> None:
    _tell_leads(work, asked, f"reset password and second factor of {_named(person)}, who was invited anew")
    reset_sign_in(work, person)
    write_invitation(work, person, asked.by)
    _write_down(work, "staff_invited_anew", person, asked, {})


_DOES: dict[Change, Callable[[Work, Staff, Asked], None]] = {
    Change.ROLE: _change_role,
    Change.SUSPEND: _suspend,
    Change.LET_BACK: _let_back,
    Change.INVITE_ANEW: _invite_anew,
}


def _one(team: Iterable[Staff], person_id: UUID) -> Staff:
    found = next((one for one in team if one.id == person_id), None)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def _named(person: Staff) -> str:
    return f"{person.name} ({person.address})"


def _tell_leads(work: Work, asked: Asked, what: str) -> None:
    """Before the change, so that whoever is no admin after it learns of it too."""
    told = f"{asked.by.name} {what}.\n\nReason: {asked.why.strip()}"
    write_to_leads(work, Letter.STAFF_PEOPLE, {"text": told})


def _write_down(work: Work, action: str, person: Staff, asked: Asked, details: dict[str, str]) -> None:
    by = Actor(By.ADMIN, asked.by.name, asked.by.id)
    told = {"person": str(person.id), "name": person.name, **details}
    work.records.tell(Event(None, work.now, action, by, why=asked.why.strip(), details=told))
