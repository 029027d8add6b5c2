"""Looking again at what passed: a pass is refreshed, one failure is noted, a second one voids it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from support_portal.domain import words
from support_portal.domain.cases import Case
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.moves import Move
from support_portal.ports.stores import Work
from support_portal.ports.tools import Product
from support_portal.use_cases.steps import check, result
from support_portal.use_cases.steps.gather import circumstances, policy_of
from support_portal.use_cases.steps.move import make_move


def looked_again(work: Work, case: Case, run: Run, *, later: datetime, product: Product) -> TryLater | None:
    """Write down a run of a case that holds evidence; None when the case moved, else when to look next."""
    check.keep(work, run)
    if run.outcome is Outcome.CANNOT_CHECK:
        work.cases.save(case, replace(case, unchecked_tries=case.unchecked_tries + 1))
        result.alert_once(work, run)
        return TryLater(run.next_try_at or later, f"{run.reason}: {run.detail}")
    if run.outcome is Outcome.PASSED:
        fresh = replace(case, evidence_run_id=run.id, evidence_at=run.at, failing_since=None, unchecked_tries=0)
        work.cases.save(case, fresh)
        return TryLater(later, "passed again")
    return failed_again(work, case, run, product)


def failed_again(work: Work, case: Case, run: Run, product: Product) -> TryLater | None:
    """The first failure is noted and looked at again soon; the second, far enough from it, loses the evidence."""
    apart = policy_of(work, case).evidence_lost_after
    if case.failing_since is None:
        work.cases.save(case, replace(case, failing_since=run.at))
        return TryLater(run.at + apart, "failed once")
    if run.at - case.failing_since < apart:
        return TryLater(case.failing_since + apart, "failed again too soon")
    why = " ".join(words.sentences(run.results, case.required_name or "", product.name))
    make_move(work, case, Move.LOSE_EVIDENCE, check.WORKER, circumstances(work, case, run=run, why=why))
    return None
