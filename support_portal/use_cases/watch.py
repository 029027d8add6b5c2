"""Looking without being asked: for repositories nobody linked, and again at those that passed."""

from __future__ import annotations

from uuid import UUID

from support_portal.domain.cases import Case, State
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.watching import PASSED_AGAIN_EVERY, next_look
from support_portal.ports.stores import Work
from support_portal.ports.tools import Product, Tools
from support_portal.use_cases.steps import check, evidence, result


def watch(case_id: UUID, *, is_asked: bool, tools: Tools) -> None:
    """Look at the connected accounts of a case; always raises TryLater while the case has to be watched.

    Unless somebody asked for it, it spends only what is spare of the questions that providers answer.
    """
    asked = check.ask(case_id, by_link=False, only=_is_watched, is_sparing=not is_asked, tools=tools)
    if asked is None:
        return
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        run = check.judged(work, asked, tools)
        if case.version != asked.case.version:
            check.keep(work, run)
            return
        if case.state in check.HOLDS_EVIDENCE:
            again = evidence.looked_again(work, case, run, later=work.now + PASSED_AGAIN_EVERY, product=tools.product)
        else:
            again = _look_for_a_new_one(work, case, run, tools.product)
    if again is not None:
        raise result.not_all_at_once(again, run, tools.spread())


def _is_watched(case: Case) -> bool:
    return case.state is State.AWAITING_REPOSITORY or case.state in check.HOLDS_EVIDENCE


def _look_for_a_new_one(work: Work, case: Case, run: Run, product: Product) -> TryLater | None:
    later = work.now + next_look(work.now - case.state_since)
    if run.outcome is Outcome.PASSED:
        result.passed(work, case, run)
        return None
    if run.outcome is Outcome.CANNOT_CHECK:
        result.alert_once(work, run)
        # Only a look that a requester asked for may hold back the end of a case: nobody waits for this one.
        return TryLater(max(later, run.next_try_at or later), f"{run.reason}: {run.detail}")
    # One that was linked is told of by the run that its link brought.
    is_there = not result.is_missing_only(run) or (result.is_blocked(run) and case.link is None)
    if is_there and case.told_failures != check.signature(run):
        check.keep(work, run)
        result.tell_failures(work, case, case, run, product)
    return TryLater(later, "not there yet")
