"""What the pages about one's own account show: where one is signed in, what happened, and a live case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.browsers import Browser
from support_portal.domain.cases import State
from support_portal.domain.principals import Principal, Step

EVENTS_A_PAGE = 20


@dataclass(frozen=True)
class Device:
    """A session that lives, and where it was begun."""

    id: UUID
    user_agent: str
    network_address: str
    step: Step
    signed_in_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class SecurityEvent:
    """Something that happened to somebody's sign-in; `is_own` says whether they did it themselves.

    `browser` is where it came from: None where no request brought it about, where that is forgotten, and where
    somebody who works here did it to an owner's account.
    """

    at: datetime
    action: str
    why: str
    details: Mapping[str, str]
    by: str
    is_own: bool
    browser: Browser | None


@dataclass(frozen=True)
class EventsPage:
    """Some events, newest first, and where older ones begin."""

    events: tuple[SecurityEvent, ...]
    older: int | None


@dataclass(frozen=True)
class LiveCase:
    """A request to remove two-factor authentication that has not ended."""

    reference: str
    state: State
    asked_at: datetime
    network_address: str
    user_agent: str


class OwnScreens(Protocol):
    """Reads for whoever is signed in, about themselves alone."""

    def devices(self, principal: Principal) -> tuple[tuple[Device, ...], datetime]:
        """Where they are signed in, the last active first, and the time now."""
        ...

    def events(self, principal: Principal, before: int | None = None) -> EventsPage:
        """The newest events, or those before one."""
        ...

    def live_case(self, principal: Principal) -> LiveCase | None:
        """The case of their account that can still be stopped."""
        ...
