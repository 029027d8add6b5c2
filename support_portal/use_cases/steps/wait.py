"""The safety wait: it begins when every notice was taken or refused, and nobody can shorten it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.guards import wait_of
from support_portal.domain.policy import Policy
from support_portal.jobs import Job
from support_portal.ports.stores import Work

LONG_WAIT = timedelta(hours=48)
TOLD_BEFORE_THE_END = timedelta(hours=24)


def end_of_wait(work: Work, case: Case, policy: Policy) -> datetime | None:
    """When the wait of a case ends by the policy of now; None while a notice is still under way."""
    if work.mails.unsettled(case.id, Letter.APPROVED, case.state_since):
        return None
    last = work.mails.last_settled(case.id, Letter.APPROVED, case.state_since)
    return last + wait_of(case, policy) if last else None


def start_wait(work: Work, case: Case, policy: Policy) -> Case:
    """Fix the end of the wait once the last notice is settled, and put the removal off until then."""
    end = end_of_wait(work, case, policy) if case.state is State.COOLING_OFF else None
    if end is None or end == case.due_at:
        return case
    after = replace(case, due_at=end)
    work.cases.save(case, after)
    work.due.postpone(Job.REMOVE, case.id, end)
    if wait_of(case, policy) > LONG_WAIT and not case.wait_ends_told:
        work.due.put_off(Job.REMIND, case.id, end - TOLD_BEFORE_THE_END)
    return after
