"""Asking the providers: one look at a repository, with no transaction open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from support_portal.domain.evidence import (
    Answer,
    CannotCheck,
    CheckResult,
    Found,
    Missing,
    Moved,
    Outcome,
    Question,
    RepositoryFacts,
    Unknown,
    Verdict,
)
from support_portal.domain.identities import KNOWN_BY_NAME_ALONE, ConnectedAccount
from support_portal.domain.judgement import BLOCKED, judge, judge_absence, outcome_of
from support_portal.ports.outside import GitProvider

NOT_THERE = Missing(404)
ENOUGH: Mapping[str, datetime] = {}
KEPT_BACK = "few questions are left, and they are kept for whoever waits for an answer"


@dataclass(frozen=True)
class Seen:
    """What a look brought: the checks, and the repository or the fault behind them."""

    outcome: Outcome
    results: tuple[CheckResult, ...] = ()
    facts: RepositoryFacts | None = None
    fault: Unknown | None = None
    api_request_id: str = ""
    is_unchanged: bool = False  # the facts are those of the run before, and the provider says that they still hold


@dataclass(frozen=True)
class Heard:
    """What the providers answered: about the repository that a link names, and about the connected accounts."""

    by_link: Answer | None = None
    at_accounts: tuple[Answer, ...] = ()

    def weighed(self, question: Question) -> Seen:
        """What the answers come to."""
        if self.by_link is None:
            return _seen(question, _best(question, self.at_accounts))
        if not isinstance(self.by_link, Moved):
            return _seen(question, self.by_link)
        elsewhere = _best(question, self.at_accounts)
        if isinstance(elsewhere, Found):
            return _judged(question.without_link(), elsewhere)
        return _seen(question, elsewhere if isinstance(elsewhere, Unknown) else self.by_link)


def look(question: Question, providers: Mapping[str, GitProvider], resting: Mapping[str, datetime] = ENOUGH) -> Heard:
    """Ask for the repository a link names, or, without a link, at the connected accounts.

    An account at an instance that is resting until some moment is not asked about. A link that leads to no configured
    provider is not asked for, and is never a reason to look elsewhere.
    """
    if question.link is None:
        return Heard(None, _at_accounts(question, question.accounts, providers, resting))
    provider = providers[question.link.instance]
    answer = _of(question.link.instance, provider.by_path(question.link.owner, question.link.name))
    if not isinstance(answer, Moved):
        return Heard(answer)
    # A redirect is never followed: a renamed account is asked by its id, under its present name.
    here = [one for one in question.accounts if one.instance == question.link.instance]
    if provider.instance.kind not in KNOWN_BY_NAME_ALONE:
        here = [account.without_name() for account in here]
    return Heard(answer, _at_accounts(question, here, providers))


def _seen(question: Question, answer: Answer) -> Seen:
    if isinstance(answer, Found):
        return _judged(question, answer)
    if isinstance(answer, Unknown):
        return Seen(Outcome.CANNOT_CHECK, fault=answer)
    return Seen(Outcome.FAILED, judge_absence(question, answer), api_request_id=answer.api_request_id)


def _judged(question: Question, found: Found) -> Seen:
    facts = found.facts
    results = judge(question, facts)
    outcome = outcome_of(results, question)
    return Seen(outcome, results, facts, api_request_id=facts.api_request_id, is_unchanged=found.is_unchanged)


def _at_accounts(
    question: Question,
    accounts: Iterable[ConnectedAccount],
    providers: Mapping[str, GitProvider],
    resting: Mapping[str, datetime] = ENOUGH,
) -> tuple[Answer, ...]:
    answers: list[Answer] = []
    for account in accounts:
        if account.instance not in providers:
            continue
        if account.instance in resting:
            answer: Answer = Unknown(CannotCheck.RATE_LIMITED, KEPT_BACK, retry_at=resting[account.instance])
        else:
            known = question.known if question.known and question.known.instance == account.instance else None
            answer = providers[account.instance].by_account(account, question.required_name, known)
        answers.append(_of(account.instance, answer))
    return tuple(answers)


def _best(question: Question, answers: Iterable[Answer]) -> Answer:
    """The best answer of several accounts: a passing repository, else a fault, else any repository, else none.

    A fault goes before a failing repository: the right one may be where no answer came from.
    """
    found: list[Found] = []
    fault: Unknown | None = None
    absent = NOT_THERE
    for answer in answers:
        if isinstance(answer, Found):
            found.append(answer)
        elif isinstance(answer, Unknown):
            fault = fault or answer
        elif isinstance(answer, Missing) and answer.status == BLOCKED:
            absent = answer
    best = min(found, key=lambda one: _failures(question, one.facts), default=None)
    if best is not None and (fault is None or _failures(question, best.facts) == 0):
        return best
    return fault or absent


def _of(instance: str, answer: Answer) -> Answer:
    return replace(answer, instance=instance) if isinstance(answer, Unknown) else answer


def _failures(question: Question, facts: RepositoryFacts) -> int:
    return sum(result.verdict is Verdict.FAILED for result in judge(question, facts))
