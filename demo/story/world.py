"""The place the story happens in: the portal's use cases, what lies outside it, and one clock for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.story.accounts import Made
from demo.story.clock import SetClock
from demo.story.drain import Drain
from demo.story.outside import Mailbox, StandIn
from support_portal.domain.staff import Staff
from support_portal.ports.tools import Tools

Telling = Iterator[datetime]  # one case: it yields the moment at which it goes on


@dataclass
class World:
    """What every case of the story shares."""

    started: datetime  # the true time; everything told lies before it
    clock: SetClock
    tools: Tools
    drain: Drain
    providers: Mapping[str, StandIn]
    mailbox: Mailbox
    git: Made = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)  # by address
    references: dict[str, str] = field(default_factory=dict)  # of each address's newest case that was confirmed

    def ago(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """A moment so long before the story began to be told."""
        return self.started - timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def work(self) -> None:
        """Let the workers do all that is due by now."""
        self.drain.until(self.clock.now())
