"""What the outcome of a run leads to: a pass, words for the requester, or another try."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from support_portal.domain import words
from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Author, Letter
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import CannotCheck, Check, Run, Verdict
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.domain.watching import TOLD_UNCHECKED_AFTER, spread_after
from support_portal.ports.records import Message
from support_portal.ports.stores import Work
from support_portal.ports.tools import Product
from support_portal.use_cases.steps import check
from support_portal.use_cases.steps.gather import circumstances, policy_of
from support_portal.use_cases.steps.letters import A_DAY, write_letter, write_to_leads
from support_portal.use_cases.steps.move import make_move

ONCE_MISSING = "once "


def passed(work: Work, case: Case, run: Run) -> None:
    """Every check passed: the repository is this case's own from now on."""
    check.keep(work, run)
    make_move(work, case, Move.PASS, check.WORKER, circumstances(work, case, run=run))


def is_missing_only(run: Run) -> bool:
    """Whether all that is wrong is that the repository was not found."""
    return [one.check for one in run.failed] == [Check.REPOSITORY_FOUND]


def is_blocked(run: Run) -> bool:
    """Whether the provider has taken the repository down: nothing a requester can mend, so an agent looks."""
    return any(one.check is Check.REPOSITORY_FOUND and one.variant == "blocked" for one in run.failed)


def once_missing(since: datetime, run: Run) -> str:
    """What is remembered of a repository that was not found since then, before anybody is told."""
    return f"{ONCE_MISSING}{since.isoformat()} {check.signature(run)}"


def missing_since(case: Case, run: Run) -> datetime | None:
    """Since when the repository of this run has not been found; None where it was not missed before."""
    if not case.told_failures.startswith(ONCE_MISSING):
        return None
    since, _, said = case.told_failures.removeprefix(ONCE_MISSING).partition(" ")
    return datetime.fromisoformat(since) if said == check.signature(run) else None


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
    write_letter(work, after, Letter.CHECKS_FAILED, None, policy_of(work, before), facts)
    if is_blocked(run):
        # A word of the portal's own, which waits for an agent's answer like any other message.
        text = "\n".join(to_mend)
        work.records.say(Message(uuid4(), before.id, work.now, Author.PORTAL, "Support portal", text, "portal"))


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
        facts = {"why": words.cannot_check(run.reason, provider)}
        write_letter(work, after, Letter.CHECK_DELAYED, None, policy_of(work, case), facts)
        actor = Actor(By.PORTAL, "Support portal")
        work.records.tell(Event(case.id, work.now, "check_delayed", actor, why=run.detail))
    alert_once(work, run)
    if run.next_try_at is None:
        raise ValueError("a run without a verdict names its next try")
    return TryLater(run.next_try_at, f"{run.reason}: {run.detail}")


def not_all_at_once(again: TryLater, run: Run, spread: float) -> TryLater:
    """The moment that a provider named is everybody's: each comes back a little later, never before."""
    if run.reason is not CannotCheck.RATE_LIMITED:
        return again
    return TryLater(spread_after(again.at, spread), str(again))


def alert_once(work: Work, run: Run) -> None:
    """Staff are told, once a day and provider, that the portal's token is not accepted there."""
    if run.reason is not CannotCheck.CREDENTIALS:
        return
    about = {"instance": run.instance}
    if not work.mails.wrote_of(Letter.STAFF_CREDENTIALS, about, work.now - A_DAY):
        write_to_leads(work, Letter.STAFF_CREDENTIALS, {**about, "text": f"{run.instance}: {run.detail}"})
