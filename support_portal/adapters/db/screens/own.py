"""The port `OwnScreens` over SQL: somebody's own sessions, events and live case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, select, text

from support_portal.adapters.db.screens.reading import reading
from support_portal.adapters.db.sessions import LIVING, lifetimes
from support_portal.adapters.db.tables import cases, event_origins, events, requests, sessions
from support_portal.adapters.db.whose import belongs_to
from support_portal.domain.browsers import Browser
from support_portal.domain.cases import LIVE, State
from support_portal.domain.moves import By
from support_portal.domain.principals import Principal, Step
from support_portal.ports.own_screens import EVENTS_A_PAGE, Device, EventsPage, LiveCase, SecurityEvent

_THEIR_OWN = frozenset({By.OWNER, By.STAFF})


class SqlOwnScreens:
    """What somebody sees of their own account."""

    def __init__(self, engine: Engine) -> None:
        """Read through this engine."""
        self._engine = engine

    def devices(self, principal: Principal) -> tuple[tuple[Device, ...], datetime]:
        """Where they are signed in, the last active first, and the time now."""
        query = select(sessions).where(belongs_to(sessions, principal), text(LIVING))
        with reading(self._engine) as (connection, now):
            lives = lifetimes(connection)
            rows = connection.execute(query.order_by(sessions.c.seen_at.desc(), sessions.c.id), lives).all()
        return tuple(
            Device(row.id, row.user_agent, row.network_address, Step(row.step), row.signed_in_at, row.seen_at)
            for row in rows
        ), now

    def events(self, principal: Principal, before: int | None = None) -> EventsPage:
        """The newest events, or those before one."""
        came_from = (event_origins.c.network_address, event_origins.c.user_agent)
        both = events.outerjoin(event_origins, event_origins.c.event_id == events.c.id)
        query = select(events, *came_from).select_from(both).where(_about(principal))
        query = query.order_by(events.c.id.desc()).limit(EVENTS_A_PAGE + 1)
        if before is not None:
            query = query.where(events.c.id < before)
        with reading(self._engine) as (connection, _):
            rows = connection.execute(query).all()
        shown = rows[:EVENTS_A_PAGE]
        told = tuple(_event(row, principal) for row in shown)
        return EventsPage(told, shown[-1].id if len(rows) > EVENTS_A_PAGE else None)

    def live_case(self, principal: Principal) -> LiveCase | None:
        """The case of their account that can still be stopped."""
        if principal.is_staff:
            return None
        query = (
            select(cases.c.number, cases.c.state, requests)
            .join(requests, requests.c.id == cases.c.request_id)
            .where(cases.c.account_id == principal.id, cases.c.state.in_(LIVE))
        )
        with reading(self._engine) as (connection, _):
            row = connection.execute(query).first()
        if row is None:
            return None
        return LiveCase(f"SP-{row.number}", State(row.state), row.received_at, row.network_address, row.user_agent)


def _event(row: Row[Any], viewer: Principal) -> SecurityEvent:
    # An owner is not told from where somebody who works here did something to the account.
    is_told = row.network_address is not None and row.staff_id == viewer.staff_id
    browser = Browser(row.network_address, row.user_agent) if is_told else None
    return SecurityEvent(row.at, row.action, row.why, row.details, row.actor_name, row.actor in _THEIR_OWN, browser)


def _about(principal: Principal) -> ColumnElement[bool]:
    """What belongs to a case is told on its own page."""
    return belongs_to(events, principal) & events.c.case_id.is_(None)
