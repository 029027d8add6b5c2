"""A clock that stands where it was set."""

from __future__ import annotations

from datetime import datetime


class SetClock:
    """The port `Clock` for a story: it moves when told to, and never back."""

    def __init__(self, at: datetime) -> None:
        """Stand at this moment (aware, UTC)."""
        self._at = at

    def now(self) -> datetime:
        """Where it stands."""
        return self._at

    def go_to(self, at: datetime) -> None:
        """Stand at this moment; an earlier one changes nothing."""
        self._at = max(self._at, at)
