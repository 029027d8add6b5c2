"""A live case of one's own account, stopped by its owner while signed in."""

from __future__ import annotations

from support_portal.domain.cases import Case
from support_portal.domain.errors import NotFound
from support_portal.domain.moves import Actor, By, Move
from support_portal.domain.principals import Principal
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.gather import facts_for_the_owner, policy_of
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.stopping import stop_case

OWNER = Actor(By.OWNER, "Owner, signed in")


def block_days(principal: Principal, *, tools: Tools) -> int:
    """For how long a stop blocks new cases; raises NotFound where no case is live."""
    with tools.uow.begin() as work:
        return policy_of(work, _live(work, principal)).block.days


def stop(principal: Principal, *, tools: Tools) -> None:
    """Say "this was not me": the case ends and new ones are blocked. Raises NotFound where no case is live."""
    with tools.uow.begin() as work:
        stop_case(work, _live(work, principal), OWNER)


def withdraw(principal: Principal, *, tools: Tools) -> None:
    """Say "I need it no more": the case ends. Raises NotFound where no case is live."""
    with tools.uow.begin() as work:
        case = _live(work, principal)
        make_move(work, case, Move.WITHDRAW, OWNER, facts_for_the_owner(work, case))


def _live(work: Work, principal: Principal) -> Case:
    case = None if principal.is_staff else work.cases.open_one(principal.id)
    if case is None or not case.is_live:
        raise NotFound("There is no request for this account.")
    return case
