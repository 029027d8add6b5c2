"""Who may change what about the people who work here: nobody their own role, and one admin always stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support_portal.domain.protection import ASK_THE_PASSWORD, why_not_this_reason
from support_portal.domain.staff import Permission, Role, Staff, is_fresh, may


class Change(StrEnum):
    """All that is done about somebody who works here, by somebody else."""

    ROLE = "role"
    SUSPEND = "suspend"
    LET_BACK = "let_back"
    INVITE_ANEW = "invite_anew"  # password and second factor are reset, and an invitation is mailed


@dataclass(frozen=True)
class Asked:
    """A change that is asked for: by whom, how fresh the sign-in is, why, and what the role is to be."""

    by: Staff
    at: datetime
    signed_in_at: datetime
    why: str
    role: Role | None = None


Guard = Callable[[Staff, Asked, tuple[Staff, ...]], str | None]


def by_an_admin(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """Admins manage people, nobody else."""
    return None if may(asked.by, Permission.MANAGE_PEOPLE) else "Only an admin changes who works here."


def not_oneself(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """Nobody changes their own role, nor lets themselves back in."""
    return "You can’t change this about yourself. Ask another admin." if asked.by.id == person.id else None


def an_admin_stays(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """Without an admin nobody could ever be invited or suspended again."""
    if person.role is not Role.ADMIN or not person.is_active or asked.role is Role.ADMIN:
        return None
    return None if other_admins(person, team) else "This is the last admin. Make somebody else an admin first."


def another_role(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """A change of role changes it."""
    if asked.role is None:
        return "Choose the role."
    return f"Choose another role: {person.name} is {an(person.role)} already." if asked.role is person.role else None


def works_here(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """There is somebody to suspend, or to invite anew."""
    return None if person.is_active else f"{person.name} is suspended."


def is_suspended(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """There is somebody to let back in."""
    return f"{person.name} is not suspended." if person.is_active else None


def signed_in_afresh(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """A change of people needs a sign-in within the last 5 minutes."""
    return None if is_fresh(asked.signed_in_at, asked.at) else ASK_THE_PASSWORD


def reason_written(person: Staff, asked: Asked, team: tuple[Staff, ...]) -> str | None:
    """Whoever reads the audit, and every lead and admin, learns why."""
    return why_not_this_reason(asked.why)


_ALWAYS = (signed_in_afresh, reason_written)
RULES: Mapping[Change, tuple[Guard, ...]] = {
    Change.ROLE: (by_an_admin, not_oneself, works_here, an_admin_stays, another_role, *_ALWAYS),
    Change.SUSPEND: (by_an_admin, not_oneself, works_here, an_admin_stays, *_ALWAYS),
    Change.LET_BACK: (by_an_admin, not_oneself, is_suspended, *_ALWAYS),
    Change.INVITE_ANEW: (by_an_admin, not_oneself, works_here, *_ALWAYS),
}
# What a form answers; everything else says that there is no question to ask.
ASKED_FOR = frozenset({another_role, *_ALWAYS})


def what_holds_back(change: Change, person: Staff, asked: Asked, team: Iterable[Staff]) -> tuple[str, ...]:
    """Every reason why this is not done now; empty where none holds it back. `team` is everybody who works here."""
    everybody = tuple(team)
    return tuple(reason for guard in RULES[change] if (reason := guard(person, asked, everybody)))


def is_no_question(change: Change, person: Staff, by: Staff, at: datetime, team: Iterable[Staff]) -> tuple[str, ...]:
    """Why there is nothing to ask about this person, whatever the form would say."""
    everybody, asked = tuple(team), Asked(by, at, at, "")
    guards = (guard for guard in RULES[change] if guard not in ASKED_FOR)
    return tuple(reason for guard in guards if (reason := guard(person, asked, everybody)))


def what_holds_back_inviting(asked: Asked) -> tuple[str, ...]:
    """Every reason why nobody is invited now; empty where none holds it back."""
    someone = asked.by  # the guards below look at who asks alone
    guards = (by_an_admin, *_ALWAYS)
    return tuple(reason for guard in guards if (reason := guard(someone, asked, ())))


def standing(person: Staff) -> str:
    """Where somebody stands, in a word that changes with it: what a form was shown."""
    return f"{person.role}-{'active' if person.is_active else 'suspended'}"


def other_admins(person: Staff, team: Iterable[Staff]) -> tuple[Staff, ...]:
    """The admins who stay when this person is none any more."""
    return tuple(one for one in team if one.role is Role.ADMIN and one.is_active and one.id != person.id)


def an(role: Role) -> str:
    """A role with its article, for a sentence."""
    return f"{'a' if role is Role.LEAD else 'an'} {role}"
