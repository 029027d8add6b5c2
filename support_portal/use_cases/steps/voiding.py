"""A mail to the registered address came back for good: what was approved does not stand."""

from __future__ import annotations

from support_portal.domain.cases import Case
from support_portal.domain.guards import what_voids
from support_portal.domain.lifecycle import MOVES
from support_portal.domain.moves import Actor, By, Move
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.move import make_move


def void_for_bounce(work: Work, case: Case) -> bool:
    """Void the approvals of a case whose registered address refuses mail; whether there was something to void."""
    if case.state not in MOVES[Move.VOID].from_:
        return False
    about = circumstances(work, case, bounced=True)
    why = what_voids(case, about) or ""
    make_move(
        work, case, Move.VOID, Actor(By.PORTAL, "Support portal"), circumstances(work, case, bounced=True, why=why)
    )
    return True
