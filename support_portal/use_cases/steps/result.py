"""What the outcome of a run leads to: a pass, words for the requester, or another try."""

from __future__ import annotations

from dataclasses import replace

from support_portal.domain import words
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import CannotCheck, Check, Run, Verdict
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.domain.staff import Role
from support_portal.domain.watching import MISSING_TOLD_AFTER, TOLD_UNCHECKED_AFTER
from support_portal.ports.stores import Work
from support_portal.ports.tools import Product
from support_portal.use_cases.steps import check
from support_portal.use_cases.steps.gather import circumstances, policy_of
from support_portal.use_cases.steps.letters import may_write_today, write_letter, write_to_leads
from support_portal.use_cases.steps.move import make_move

__all__ = ["MISSING_TOLD_AFTER", "ONCE_MISSING", "cannot_check", "is_missing_only", "passed", "tell_failures"]

ONCE_MISSING = "once "


def passed(work: Work, case: Case, run: Run) -> None:
    """Every check passed: the repository is this case's own from now on."""
    check.keep(work, run)
    make_move(work, case, Move.PASS, check.WORKER, circumstances(work, case, run=run))


def is_missing_only(run: Run) -> bool:
    """Whether all that is wrong is that the repository was not found."""
    return [one.check for one in run.failed] == [Check.REPOSITORY_FOUND]


def tell_failures(work: Work, before: Case, after: Case, run: Run, product: Product) -> None:
    """Tell the requester what to mend, once for the same faults of the same repository."""
    said = check.signature(run)
    work.cases.save(before, replace(after, told_failures=said))
    if before.told_failures == said:
        return
    to_mend = words.sentences(run.results, before.required_name or "", product.name)
    facts = {
        "link": run.link or before.link or "",
        "failed": "\n".join(to_mend),
        "n": str(len(to_mend)),
        "any_right": "yes" if any(one.verdict is Verdict.PASSED for one in run.results[1:]) else "",
    }
    account = work.directory.read(before.account_id)
    write_letter(work, after, Letter.CHECKS_FAILED, account, policy_of(work, before), facts)


def cannot_check(work: Work, case: Case, run: Run, provider: str) -> TryLater:
    """No verdict: nothing changes but the next try; after a day the requester is told, credentials are told once."""
    since = case.unchecked_since or work.now
    is_late = not case.unchecked_told and work.now - since >= TOLD_UNCHECKED_AFTER
    after = replace(
        case,
        unchecked_since=since,
        unchecked_tries=case.unchecked_tries + 1,
        unchecked_told=case.unchecked_told or is_late,
    )
    work.cases.save(case, after)
    if is_late:
        account = work.directory.read(case.account_id)
        facts = {"why": words.cannot_check(run.reason, provider)}
        write_letter(work, after, Letter.CHECK_DELAYED, account, policy_of(work, case), facts)
        actor = Actor(By.PORTAL, "Support portal")
        work.records.tell(Event(case.id, work.now, "check_delayed", actor, why=run.detail))
    if run.reason is CannotCheck.CREDENTIALS:
        _alert_once(work, run)
    if run.next_try_at is None:
        raise ValueError("a run without a verdict names its next try")
    return TryLater(run.next_try_at, f"{run.reason}: {run.detail}")


def _alert_once(work: Work, run: Run) -> None:
    """Staff are told once a day that a provider does not accept the portal's token."""
    leads = work.people.with_roles(Role.LEAD, Role.ADMIN)
    if all(may_write_today(work, Letter.STAFF_CREDENTIALS, lead.address) for lead in leads):
        write_to_leads(work, Letter.STAFF_CREDENTIALS, {"text": run.detail})
