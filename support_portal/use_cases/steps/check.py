"""One run of the checks: what is asked, what is kept of the answer, and what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import (
    CannotCheck,
    Check,
    CheckResult,
    Outcome,
    Question,
    RepositoryFacts,
    Run,
    Unknown,
)
from support_portal.domain.identities import RepositoryLink, read_link
from support_portal.domain.judgement import judge_link
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.remembered import facts_of
from support_portal.domain.watching import SHORTEST_PAUSE, pause_after, retry_moment
from support_portal.ports.outside import DirectoryUnavailable
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.look import Heard, Seen, look

WORKER = Actor(By.WORKER, "Verification")
# The shortest pauses before another try: where a limit names no end, GitHub asks for a minute and then for more
# (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api); a refused token waits for people.
AT_LEAST = {CannotCheck.RATE_LIMITED: timedelta(minutes=1), CannotCheck.CREDENTIALS: timedelta(minutes=15)}
UNCHANGED = "not changed since the run before (304)"
HOLDS_EVIDENCE = frozenset({State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF})


@dataclass(frozen=True)
class Asked:
    """What was read of a case before its repository was looked for, and what the look brought."""

    case: Case
    at: datetime
    by_link: bool
    link: RepositoryLink | None
    question: Question | None = None  # None: the directory did not answer, so nothing was asked
    heard: Heard | None = None  # None: the link leads nowhere
    fault: Unknown | None = None

    def provider(self, tools: Tools) -> str:
        """The name of the provider that a link leads to."""
        return tools.providers[self.link.instance].instance.name if self.link else "The provider"


def build_question(
    case: Case, account: Account, link: RepositoryLink | None, known: RepositoryFacts | None = None
) -> Question:
    """What a run has to find out about this case, from its account as it is now and what the run before found."""
    accounts = account.connected
    if case.repository_instance is not None:
        accounts = tuple(one for one in accounts if one.instance == case.repository_instance)
    if case.challenge_at is None or case.required_name is None:
        raise ValueError("no instructions were sent, so there is nothing to look for")
    return Question(
        required_name=case.required_name,
        accounts=accounts,
        opened_at=case.opened_at,
        challenge_at=case.challenge_at,
        code=case.code,
        link=link,
        known=known,
        passed_repository=case.repository_id,
    )


def ask(
    case_id: UUID, *, by_link: bool, only: Callable[[Case], bool], is_sparing: bool = False, tools: Tools
) -> Asked | None:
    """Read the case and look for its repository with no transaction open; `judged` makes a run of it.

    None when the case is not one to be looked at any more. A directory that is down is a run without a verdict.
    """
    with tools.uow.begin() as work:
        case = work.cases.read(case_id)
        if not only(case):
            return None
        link = read_link(case.link, tools.instances) if by_link and case.link else None
        asked = Asked(case, work.now, by_link, link)
        try:
            account = work.directory.read(case.account_id)
        except DirectoryUnavailable as fault:
            return replace(asked, fault=Unknown(CannotCheck.DIRECTORY, str(fault)))
        if account is None:
            return None
        # Only a look that nobody asked for takes a provider's word that nothing changed: no removal follows from it.
        known = facts_of(work.records.last_run(case_id)) if is_sparing else None
    question = build_question(case, account, link, known)
    if by_link and link is None:
        return replace(asked, question=question)  # a link that leads nowhere is never a reason to look elsewhere
    resting = _resting(question, tools) if is_sparing else {}
    return replace(asked, question=question, heard=look(question, tools.providers, resting))


def judged(work: Work, asked: Asked, tools: Tools) -> Run:
    """What a look comes to, in the transaction that acts on it; it is not kept yet."""
    return _run(asked, _weighed(work, asked), tools)


def _weighed(work: Work, asked: Asked) -> Seen:
    if asked.question is None:
        return Seen(Outcome.CANNOT_CHECK, fault=asked.fault)
    if asked.heard is None:
        return Seen(Outcome.FAILED, judge_link(asked.question))

    @cache
    def is_claimed(instance: str, repository_id: str) -> bool:
        return work.cases.is_claimed(instance, repository_id, asked.case.id)

    return asked.heard.weighed(replace(asked.question, is_claimed=is_claimed))


def _resting(question: Question, tools: Tools) -> dict[str, datetime]:
    """The instances that have no questions left to spare, and until when."""
    instances = {account.instance for account in question.accounts}
    found = {instance: tools.budgets.spare_again_at(instance) for instance in instances}
    return {instance: until for instance, until in found.items() if until is not None}


def _run(asked: Asked, seen: Seen, tools: Tools) -> Run:
    case, at = asked.case, asked.at
    run = Run(
        id=uuid4(),
        case_id=case.id,
        at=at,
        asked_by="link" if asked.by_link else "watcher",
        outcome=seen.outcome,
        results=seen.results,
        link=(case.link or "") if asked.by_link else "",
        api_request_id=seen.api_request_id,
    )
    if seen.facts is not None:
        facts = seen.facts
        run = replace(
            run,
            link=facts.url,
            instance=facts.instance,
            repository_id=facts.repository_id,
            owner_id=facts.owner_id,
            repository_created_at=facts.created_at,
            digest=facts.digest,
            summary=facts.summary,
            etag=facts.etag,
            detail=UNCHANGED if seen.is_unchanged else "",
        )
    if seen.fault is not None:
        told = retry_moment(at, seen.fault.retry_after, seen.fault.retry_at)
        least = AT_LEAST.get(seen.fault.reason, timedelta(0))
        pause = pause_after(case.unchecked_tries, tools.spread(), first=least or SHORTEST_PAUSE)
        later = told or at + max(pause, least)
        fault = seen.fault
        run = replace(run, instance=fault.instance, reason=fault.reason, detail=fault.detail, next_try_at=later)
    return run


def keep(work: Work, run: Run) -> None:
    """Keep a run and tell it on the timeline."""
    work.records.add_run(run)
    failed = ", ".join(result.check for result in run.failed)
    why = failed or (run.reason or "")
    details = {"run": str(run.id), "passed": str(run.passed_count), "of": str(_counted(run)), "detail": run.detail}
    work.records.tell(Event(run.case_id, work.now, f"checks_{run.outcome}", WORKER, why=why, details=details))


def _counted(run: Run) -> int:
    return sum(result.check is not Check.CHALLENGE_PRESENT or result.verdict != "not_run" for result in run.results)


def signature(run: Run) -> str:
    """What a requester was told, so that the same is not mailed twice: link and failing checks."""
    return f"{run.link} {' '.join(sorted(_word(result) for result in run.failed))}"[:2000]


def _word(result: CheckResult) -> str:
    return f"{result.check}:{result.variant}"
