"""The removal: at the end of the wait, on fresh evidence, of that one enrolment, once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from support_portal.domain.cases import Case, State
from support_portal.domain.endings import enrolment_is_gone
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import Outcome
from support_portal.domain.guards import as_risky_as_now, what_voids
from support_portal.domain.moves import Actor, By, Move
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.watching import LONGEST_PAUSE, pause_at_age
from support_portal.ports.outside import DirectoryRefused, DirectoryUnavailable, RemovalOrder
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps import check, evidence
from support_portal.use_cases.steps.directory import follow_the_account
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.tokens import tokens_listed
from support_portal.use_cases.steps.wait import start_wait

WORKER = Actor(By.WORKER, "Removal")
PORTAL = Actor(By.PORTAL, "Support portal")


def remove(case_id: UUID, *, tools: Tools) -> None:
    """Take a due case to its removal, one step after the other; raises TryLater where a step has to wait.

    Each step reads the case anew, so a second delivery, or a worker that comes back late, finds nothing to do.
    """
    try:
        _remove(case_id, tools)
    except DirectoryUnavailable as fault:
        raise _later(case_id, fault, tools) from fault


def _remove(case_id: UUID, tools: Tools) -> None:
    if not _may_begin(case_id, tools):
        return
    asked = check.ask(case_id, by_link=False, only=_is_cooling_off, tools=tools)
    if asked is not None:
        _begin(case_id, asked, tools)
    _finish(case_id, tools)


def _is_cooling_off(case: Case) -> bool:
    return case.state is State.COOLING_OFF


def _may_begin(case_id: UUID, tools: Tools) -> bool:
    """Whether the wait is over and nothing speaks against a last look; moves the case where something does."""
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        if case.state is State.REMOVING:
            return True
        if case.state is not State.COOLING_OFF:
            return False
        about = circumstances(work, case)
        # The wait follows the risk and the policy of now: what is stricter reaches this case too.
        riskier = as_risky_as_now(case, about)
        work.cases.save(case, riskier)
        case = start_wait(work, riskier, about.policy)
        if follow_the_account(work, case, about):
            return False
        if why := what_voids(case, about):
            make_move(work, case, Move.VOID, PORTAL, circumstances(work, case, why=why))
            return False
        due_at = case.due_at
    if due_at is None:
        return False
    if about.at < due_at:
        raise TryLater(due_at, "the safety wait is not over")
    return True


def _begin(case_id: UUID, asked: check.Asked, tools: Tools) -> None:
    again: TryLater | None = None
    with tools.uow.begin() as work:
        case = work.cases.get(case_id)
        run = check.judged(work, asked, tools)
        if case.version != asked.case.version:
            check.keep(work, run)
            return
        if run.outcome is not Outcome.PASSED:
            again = evidence.looked_again(work, case, run, later=work.now, product=tools.product)
        else:
            check.keep(work, run)
            make_move(work, case, Move.BEGIN_REMOVAL, WORKER, circumstances(work, case, run=run))
    if again is not None:
        raise again


def _finish(case_id: UUID, tools: Tools) -> None:
    try:
        with tools.uow.begin() as work:
            case = work.cases.get(case_id)
            if case.state is not State.REMOVING:
                return
            _remove_once(work, case)
    except DirectoryRefused as refusal:
        with tools.uow.begin() as work:
            case = work.cases.get(case_id)
            about = circumstances(work, case, refused_by_directory=True, why=str(refusal))
            make_move(work, case, Move.REFUSE, WORKER, about)


def _later(case_id: UUID, fault: DirectoryUnavailable, tools: Tools) -> TryLater:
    """The next try while the directory does not answer: the longer it is silent, the later."""
    with tools.uow.begin() as work:
        case, now = work.cases.get(case_id), work.now
    since = case.due_at if case.state is State.COOLING_OFF and case.due_at else case.state_since
    pause = pause_at_age(now - since, tools.spread(), most=LONGEST_PAUSE)
    return TryLater(now + pause, f"the directory does not answer: {fault}")


def _remove_once(work: Work, case: Case) -> None:
    """The removal and the state that says so, in one transaction: both happen, or neither.

    The account is read back first: a try whose answer got lost may have removed the enrolment already.
    """
    about = circumstances(work, case)
    work.records.record_removal(case, case.account_id, case.enrolment_id, about.the_run.id, work.now)
    if enrolment_is_gone(case, about) is not None:
        key = f"{case.id}:{case.enrolment_id}"
        work.directory.remove_second_factors(RemovalOrder(case.account_id, case.enrolment_id, case.id, key))
    facts = {"tokens": tokens_listed(work, Principal(PrincipalKind.ACCOUNT, case.account_id))}
    make_move(work, case, Move.FINISH, WORKER, replace(about, removal_is_done=True), facts)
