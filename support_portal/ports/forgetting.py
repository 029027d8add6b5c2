"""Forgetting what was kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.cases import State


@dataclass(frozen=True)
class QuietCase:
    """A case that has ended, and since when nothing has happened to it; times are aware, UTC."""

    id: UUID
    reference: str
    state: State
    opened_at: datetime
    quiet_since: datetime


class Forgetting(Protocol):
    """Texts go while the record of their case stays; records go as whole cases, and never in their first year."""

    def texts(self, before: datetime) -> int:
        """Forget messages, mails and requests of cases that ended before then; how many cases that were."""
        ...

    def texts_without_case(self, before: datetime) -> int:
        """Forget messages, mails and requests that belong to no case and came before then; how many that were."""
        ...

    def origins(self, before: datetime) -> int:
        """Forget where events of before then came from, while the events stay; of how many."""
        ...

    def quiet_cases(self, before: datetime) -> Sequence[QuietCase]:
        """Ended cases that have been quiet since before then, the longest quiet first.

        A case whose block is in force, or ended within a year, is not among them.
        """
        ...

    def case(self, case_id: UUID) -> bool:
        """Forget a case with all that was ever written about it; False where it is gone already.

        Raises NotAllowed where it has not ended, or something of it is younger than a year.
        """
        ...

    def events_without_case(self, before: datetime) -> int:
        """Forget events that belong to no case and happened before then; how many. Raises NotAllowed like `case`."""
        ...
