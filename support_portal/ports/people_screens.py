"""Who works here, as admins and auditors read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.errors import NotFound
from support_portal.domain.staff import Staff


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here or did, and how far they are set up; `invited_until` is when an open invitation ends."""

    person: Staff
    has_password: bool
    has_second_factor: bool
    last_sign_in_at: datetime | None
    invited_until: datetime | None


@dataclass(frozen=True)
class Team:
    """Everybody, by name, at one moment."""

    now: datetime
    colleagues: tuple[Colleague, ...]

    @property
    def people(self) -> tuple[Staff, ...]:
        """The same, without more."""
        return tuple(one.person for one in self.colleagues)

    def one(self, staff_id: UUID) -> Colleague:
        """One of them; raises NotFound."""
        found = next((one for one in self.colleagues if one.person.id == staff_id), None)
        if found is None:
            raise NotFound("There is no such person.")
        return found


class PeopleScreens(Protocol):
    """Reads about people."""

    def team(self) -> Team:
        """Everybody who works here or did."""
        ...
