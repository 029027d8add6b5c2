"""Two runs of the checks held beside each other: which verdicts and which facts are others now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from support_portal.domain.evidence import Check, CheckResult, Run, Verdict


class Fact(StrEnum):
    """What of a run is compared beside its checks, in the order in which it is shown."""

    OUTCOME = "outcome"
    REASON = "reason"
    LINK = "link"
    REPOSITORY_ID = "repository_id"
    NAME = "name"
    OWNER_NAME = "owner_name"
    OWNER_ID = "owner_id"
    VISIBILITY = "visibility"
    CREATED_AT = "created_at"


class Answers(StrEnum):
    """How what the provider answered compares, by its digest."""

    SAME = "same"
    DIFFER = "differ"
    ONE_ALONE = "one_alone"  # the other run brought no repository, so there is nothing to hold it against
    NEITHER = "neither"


@dataclass(frozen=True)
class CheckChange:
    """One check that came out in another way, or saw something else."""

    check: Check
    before: CheckResult
    after: CheckResult


@dataclass(frozen=True)
class FactChange:
    """One fact that is another now; empty where a run knows nothing of it."""

    fact: Fact
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Everything in which two runs differ."""

    checks: tuple[CheckChange, ...]
    facts: tuple[FactChange, ...]
    answers: Answers

    @property
    def is_empty(self) -> bool:
        """Whether every verdict and every fact is as it was; an answer may still have other words in it."""
        return not self.checks and not self.facts


def compare(before: Run, after: Run) -> Comparison:
    """What changed from one run to a later one."""
    answers = _answers(before, after)
    return Comparison(_checks(before, after), _facts(before, after, answers), answers)


def _answers(before: Run, after: Run) -> Answers:
    digests = {before.digest, after.digest} - {""}
    if not digests:
        return Answers.NEITHER
    if not before.digest or not after.digest:
        return Answers.ONE_ALONE
    return Answers.SAME if len(digests) == 1 else Answers.DIFFER


def _checks(before: Run, after: Run) -> tuple[CheckChange, ...]:
    then = {result.check: result for result in before.results}
    now = {result.check: result for result in after.results}
    pairs = ((check, _result(check, then), _result(check, now)) for check in Check)
    return tuple(CheckChange(*pair) for pair in pairs if _says(pair[1]) != _says(pair[2]))


def _result(check: Check, results: Mapping[Check, CheckResult]) -> CheckResult:
    return results.get(check, CheckResult(check, Verdict.NOT_RUN, ""))


def _says(result: CheckResult) -> tuple[str, ...]:
    """What is compared of a check: one that was not reached says nothing, whatever its words are."""
    if result.verdict is Verdict.NOT_RUN:
        return (result.verdict,)
    return (result.verdict, result.observed, result.variant)


def _facts(before: Run, after: Run, answers: Answers) -> tuple[FactChange, ...]:
    """Every fact that differs; what only an answer tells is left out where one run has none."""
    both = answers in {Answers.SAME, Answers.DIFFER}
    then, now = (_of_the_run(run) | (_of_the_answer(run) if both else {}) for run in (before, after))
    return tuple(FactChange(fact, then[fact], now[fact]) for fact in Fact if then.get(fact) != now.get(fact))


def _of_the_run(run: Run) -> dict[Fact, str]:
    reason = ": ".join(part for part in (run.reason, run.detail) if part) if run.reason else ""
    return {Fact.OUTCOME: run.outcome.value, Fact.REASON: reason, Fact.LINK: run.link}


def _of_the_answer(run: Run) -> dict[Fact, str]:
    told = _summary(run.summary)
    return {
        Fact.REPOSITORY_ID: run.repository_id,
        Fact.NAME: _text(told, "name"),
        Fact.OWNER_NAME: _text(told, "owner_name"),
        Fact.OWNER_ID: run.owner_id,
        Fact.VISIBILITY: _text(told, "visibility"),
        Fact.CREATED_AT: run.repository_created_at.isoformat() if run.repository_created_at else "",
    }


def _summary(text: str) -> Mapping[str, object]:
    """What a run keeps of an answer; nothing where it can't be read, since an old run must not break a page."""
    try:
        told = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
