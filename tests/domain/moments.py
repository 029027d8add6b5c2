"""For each move, the moment at which nothing holds it back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed
from support_portal.domain.evidence import Outcome
from support_portal.domain.guards import Circumstances
from support_portal.domain.lifecycle import MOVES, advance
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from tests.builders import a_case, a_run, an_account, circumstances
from tests.cast import CHLOE, LEA, NOW

S = State
M = Move
# What can lead a move elsewhere: the two answers, policy, the risk.
VARIATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"compromise": True},
    {"policy": Policy(instructions_by="agent")},
    {"policy": Policy(second_approval="always")},
    {"risk": Level.HIGH},
)


@dataclass(frozen=True)
class Moment:
    """A case, a move, who makes it, and all it is judged by."""

    move: Move
    case: Case
    about: Circumstances
    actor: Actor

    def but(self, **changes: Any) -> Moment:
        """The same moment with other circumstances."""
        return replace(self, about=replace(self.about, **changes))

    def with_case(self, **changes: Any) -> Moment:
        """The same moment for another case."""
        return replace(self, case=replace(self.case, **changes))

    def by(self, actor: By) -> Moment:
        """The same moment with somebody else making the move."""
        return replace(self, actor=Actor(actor))

    def happens(self) -> tuple[Case, Event, tuple[Letter, ...]]:
        """Make the move."""
        return advance(self.case, self.move, self.actor, self.about)

    def targets(self) -> set[str]:
        """Every state this move can lead to from here."""
        reached = set()
        for variation in VARIATIONS:
            with suppress(NotAllowed):
                reached.add(str(self.but(**variation).happens()[0].state))
        return reached


_RIGHT_CASE: dict[Move, dict[str, Any]] = {M.LOSE_EVIDENCE: {"failing_since": NOW - timedelta(minutes=20)}}
_RIGHT: dict[Move, dict[str, Any]] = {
    M.LOSE_EVIDENCE: {"run": a_run(Outcome.FAILED, at=NOW - timedelta(minutes=1))},
    M.VOID: {"deciders": frozenset({CHLOE.id, LEA.id})},
    M.FINISH: {"removal_is_done": True},
    M.REFUSE: {"refused_by_directory": True},
    M.SIGNED_IN: {"account": an_account(last_second_factor_at=NOW - timedelta(hours=1))},
    M.ACCOUNT_CHANGED: {"account": an_account(two_factor=None)},
    M.EXPIRE: {"at": NOW + timedelta(days=20)},
}


def the_moment(move: Move, state: State | None = None) -> Moment:
    """The right moment for a move, from a state; from the first state it starts in, where none is named."""
    if state is None:
        state = next(one for one in State if one in MOVES[move].from_)
    case = a_case(state, **_RIGHT_CASE.get(move, {}))
    maker = next(by for by in By if by in MOVES[move].by)
    who = Actor(maker, CHLOE.name, CHLOE.id) if maker is By.DECIDER else Actor(maker)
    return Moment(move, case, circumstances(case, **_RIGHT.get(move, {})), who)
