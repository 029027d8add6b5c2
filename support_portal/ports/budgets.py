"""What is left of the questions that a provider answers, as all workers know it together."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Budgets(Protocol):
    """Shared by every process; losing it loses nothing but a little politeness."""

    def spare_again_at(self, instance: str) -> datetime | None:
        """When looks that nobody asked for may go on at this instance; None: they may now."""
        ...
