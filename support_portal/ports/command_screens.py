"""What the command line reads of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Run
from support_portal.domain.moves import Event


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    reference: str
    state: State
    address: str
    opened_at: datetime
    state_since: datetime


class CommandScreens(Protocol):
    """Reads for whoever works on the server itself."""

    def cases(self, state: State | None) -> Sequence[CaseLine]:
        """All cases, newest first; of one state where it is given."""
        ...

    def case(self, number: int) -> tuple[Case, Sequence[Event]]:
        """One case and all its events, oldest first; raises NotFound."""
        ...

    def runs(self, case_id: UUID) -> Sequence[Run]:
        """Every run of the checks for a case, oldest first."""
        ...
