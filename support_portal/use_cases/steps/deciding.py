"""What every decision about a case begins with: who takes it, on what, and everything it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from support_portal.domain.cases import Case
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Actor, By
from support_portal.domain.staff import Permission, Staff
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.visible import visible_case

BY_THE_GUARDS = Permission.ANYBODY  # who may do what, the guards say, with their reason


@dataclass(frozen=True)
class Decision:
    """Who decides, how fresh the sign-in is, on which version, and why (for the audit alone)."""

    staff_id: UUID
    signed_in_at: datetime
    version: int
    note: str = ""


def gathered(work: Work, reference: str, decision: Decision, **more: Any) -> tuple[Staff, Case, Circumstances]:
    """The person, the case, locked, and what a decision about it is judged by. Raises NotFound."""
    person, case = visible_case(work, reference, decision.staff_id, BY_THE_GUARDS)
    about = circumstances(
        work,
        case,
        decider=person,
        signed_in_at=decision.signed_in_at,
        seen_version=decision.version,
        note=decision.note,
        why=decision.note.strip(),
        is_blocked=work.blocks.active(case.account_id, work.now) is not None,
        **more,
    )
    return person, case, about


def by_decider(person: Staff) -> Actor:
    """Who decided, as it is written down."""
    return Actor(By.DECIDER, person.name, person.id)
