"""A repository was named: look at it, and say at once what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from support_portal.domain.cases import Case, State
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.watching import MISSING_TOLD_AFTER
from support_portal.jobs import Job
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps import check, result


def verify(case_id: UUID, *, tools: Tools) -> None:
    """Check the repository that a requester named; raises TryLater when there is no verdict to be had now."""
    asked = check.ask(case_id, by_link=True, only=_waits_with_a_link, tools=tools)
    if asked is None:
        return
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        run = check.judged(work, asked, tools)
        if not _waits_with_a_link(case) or case.link != asked.case.link:
            check.keep(work, run)  # what comes late is recorded and changes nothing
            return
        again = _take(work, case, asked, run, tools)
    if again is not None:
        raise result.not_all_at_once(again, run, tools.spread())


def _waits_with_a_link(case: Case) -> bool:
    return case.state is State.AWAITING_REPOSITORY and case.link is not None


def _take(work: Work, case: Case, asked: check.Asked, run: Run, tools: Tools) -> TryLater | None:
    if run.outcome is Outcome.CANNOT_CHECK:
        check.keep(work, run)
        return result.cannot_check(work, case, run, asked.provider(tools))
    if run.outcome is Outcome.PASSED:
        result.passed(work, case, run)
        return None
    check.keep(work, run)
    checked = replace(case, unchecked_since=None, unchecked_tries=0, unchecked_told=False)
    if result.is_missing_only(run) and case.told_failures != check.signature(run):
        # Absent may mean: not there yet. It is mailed only when it is so two minutes later.
        since = result.missing_since(case, run) or run.at
        if run.at - since < MISSING_TOLD_AFTER:
            work.cases.save(case, replace(checked, told_failures=result.once_missing(since, run)))
            work.due.put_off(Job.VERIFY, case.id, since + MISSING_TOLD_AFTER)
            return None
    result.tell_failures(work, case, checked, run, tools.product)
    return None
