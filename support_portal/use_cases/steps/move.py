"""Making a move: the case, its event, its letters and its put-off work, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from support_portal.domain.cases import Case, State
from support_portal.domain.guards import Circumstances
from support_portal.domain.lifecycle import advance
from support_portal.domain.moves import Actor, Move
from support_portal.domain.policy import Policy
from support_portal.domain.watching import PASSED_AGAIN_EVERY, SOONEST
from support_portal.jobs import Job
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.letters import write_letter

OF_A_CASE = (Job.VERIFY, Job.WATCH, Job.REMOVE, Job.REMIND, Job.EXPIRE)


def make_move(
    work: Work, case: Case, move: Move, by: Actor, about: Circumstances, facts: Mapping[str, str] | None = None
) -> Case:
    """Make one move of a case and everything that belongs to it; raises what `advance` raises, and Stale."""
    after, event, letters = advance(case, move, by, about)
    new_approvals = after.approvals[len(case.approvals) :]
    for approval in new_approvals:
        work.cases.give_approval(case, approval)
    work.cases.save(case, after)
    if case.approvals and not after.approvals:
        work.cases.void_approvals(case, about.why or move, work.now)
    work.records.tell(event)
    for letter in letters:
        told = {"why": about.why, **(facts or {})}
        write_letter(work, after, letter, about.account, about.policy, told)
    put_off_work(work, after, about.policy)
    return after


def put_off_work(work: Work, case: Case, policy: Policy) -> None:
    """Forget what was put off for the state before, and put off what this state needs."""
    now = work.now
    work.due.cancel(case.id, *OF_A_CASE)
    if case.state is State.UNCONFIRMED:
        work.due.put_off(Job.EXPIRE, case.id, now + policy.confirmation_valid)
    elif case.state is State.AWAITING_REPOSITORY:
        work.due.put_off(Job.WATCH, case.id, now + SOONEST)
        work.due.put_off(Job.REMIND, case.id, now + policy.first_reminder)
        work.due.put_off(Job.EXPIRE, case.id, now + policy.repository_expected)
    elif case.state in {State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF}:
        work.due.put_off(Job.WATCH, case.id, now + PASSED_AGAIN_EVERY)
    elif case.state is State.REMOVING:
        work.due.put_off(Job.REMOVE, case.id, now)
