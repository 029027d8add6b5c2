"""What holds back each decision and each measure about a case now: pages ask, and never judge themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from support_portal.domain import lifecycle, protection
from support_portal.domain.cases import ApprovalReason, Case, DenialReason
from support_portal.domain.errors import WrongState
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Move
from support_portal.domain.protection import Measure
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.deciding import BY_THE_GUARDS
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.visible import visible_case

DECISIONS = (Move.SEND_INSTRUCTIONS, Move.APPROVE, Move.APPROVE_SECOND, Move.REJECT, Move.DENY)
Reasons = tuple[str, ...]


@dataclass(frozen=True)
class HeldBack:
    """For each decision and each measure every reason why it can't be taken; empty where nothing holds it back."""

    decisions: Mapping[Move, Reasons]
    measures: Mapping[Measure, Reasons]

    @classmethod
    def all_by(cls, reason: str) -> HeldBack:
        """Everything, for one and the same reason."""
        return cls(dict.fromkeys(DECISIONS, (reason,)), dict.fromkeys(Measure, (reason,)))


def held_back(reference: str, staff_id: UUID, *, tools: Tools) -> HeldBack:
    """What holds this person back now, but for what the forms ask for. Raises NotFound, DirectoryUnavailable."""
    with tools.uow.begin() as work:
        person, case = visible_case(work, reference, staff_id, BY_THE_GUARDS)
        about = circumstances(
            work,
            case,
            decider=person,
            seen_version=case.version,
            is_blocked=work.blocks.active(case.account_id, work.now) is not None,
        )
    about = _as_if_filled_in(about)
    return HeldBack(
        {move: _reasons(case, move, about) for move in DECISIONS},
        {measure: protection.what_holds_back(measure, case, about) for measure in Measure},
    )


def _reasons(case: Case, move: Move, about: Circumstances) -> Reasons:
    reasons = lifecycle.what_holds_back(case, move, about)
    is_possible = case.state in lifecycle.MOVES[move].from_
    return reasons if reasons or is_possible else (str(WrongState(case.state, move)),)


def _as_if_filled_in(about: Circumstances) -> Circumstances:
    return replace(
        about,
        signed_in_at=about.at,
        note="to be written",
        approving=ApprovalReason.NOTHING_AGAINST_IT,
        denial=DenialReason.OWNER_NOT_CONFIRMED,
    )
