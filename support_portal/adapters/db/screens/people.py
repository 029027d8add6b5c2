"""The port `PeopleScreens` over SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Row, func, select

from support_portal.adapters.db.screens.reading import reading
from support_portal.adapters.db.tables import enrolments, events, links, staff
from support_portal.domain.correspondence import Purpose
from support_portal.domain.staff import Role, Staff
from support_portal.ports.people_screens import Colleague, Team

# New staff come in by finishing their set-up, which is told as that.
_SIGN_INS = ("signed_in", "two_factor_on")


class SqlPeopleScreens:
    """Everybody who works here, straight from the tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def team(self) -> Team:
        """Everybody who works here or did, by name."""
        signed_in = (
            select(func.max(events.c.at))
            .where(events.c.staff_id == staff.c.id, events.c.case_id.is_(None), events.c.action.in_(_SIGN_INS))
            .scalar_subquery()
        )
        has_factor = select(enrolments.c.id).where(enrolments.c.staff_id == staff.c.id, enrolments.c.ended_at.is_(None))
        invited = (
            select(func.max(links.c.expires_at))
            .where(links.c.staff_id == staff.c.id, links.c.purpose == Purpose.STAFF_PASSWORD, links.c.used_at.is_(None))
            .scalar_subquery()
        )
        query = select(
            staff, signed_in.label("last"), has_factor.exists().label("has_factor"), invited.label("invited_until")
        )
        with reading(self._engine) as (connection, now):
            rows = connection.execute(query.order_by(staff.c.name, staff.c.id)).all()
        return Team(now, tuple(_colleague(row) for row in rows))


def _colleague(row: Row[Any]) -> Colleague:
    person = Staff(row.id, row.name, row.address, Role(row.role), row.is_active)
    return Colleague(person, row.password_hash is not None, row.has_factor, row.last, row.invited_until)
