"""Whether the parts that the portal stands on answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class PartHealth:
    """One part: whether it is as it should be, and one line about it."""

    is_fine: bool
    told: str


@dataclass(frozen=True)
class HealthReport:
    """All parts. Pages need the database alone: what waits for broker and mail server waits in its rows."""

    database: PartHealth
    broker: PartHealth
    mail: PartHealth

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served."""
        return self.database.is_fine


class Health(Protocol):
    """Looks at the parts; never raises, and never takes longer than a few seconds."""

    def look(self) -> HealthReport:
        """How the parts are now."""
        ...
