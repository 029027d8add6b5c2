"""What agents see of the runs of a case beside the newest one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from support_portal.domain.evidence import Outcome, Run


@dataclass(frozen=True)
class RunLine:
    """One run, as short as a list needs it."""

    id: UUID
    at: datetime
    outcome: Outcome
    failed: int


@dataclass(frozen=True)
class TwoRuns:
    """The newest run of a case and an earlier one, and all that can be chosen instead, newest first."""

    reference: str
    newest: Run | None  # None: the case was not checked yet
    earlier: Run | None  # None: there is no second run
    choices: tuple[RunLine, ...]
