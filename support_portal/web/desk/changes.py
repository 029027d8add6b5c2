"""What changed since an earlier run of the checks: two runs of one case beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, request

from support_portal.domain.errors import NotFound
from support_portal.domain.evidence import CannotCheck, CheckResult, Outcome, Run, Verdict
from support_portal.domain.run_comparison import Answers, CheckChange, Fact, FactChange, compare
from support_portal.domain.staff import Permission
from support_portal.ports.desk_runs import RunLine
from support_portal.web.desk.checklist import NAMES, Part, observed
from support_portal.web.desk.marks import FAIL, NONE, PASS, WARN, Mark
from support_portal.web.desk.shell import me, page, view_named
from support_portal.web.guard import needs
from support_portal.web.parts import tools

changes = Blueprint("changes", __name__, url_prefix="/desk/cases/<reference>")

_FACTS = {
    Fact.OUTCOME: "Outcome",
    Fact.REASON: "Reason",
    Fact.LINK: "Link",
    Fact.REPOSITORY_ID: "Repository id",
    Fact.NAME: "Name of the repository",
    Fact.OWNER_NAME: "Name of the owner",
    Fact.OWNER_ID: "Id of the owner",
    Fact.VISIBILITY: "Visibility",
    Fact.CREATED_AT: "Created",
}
_IDS = {Fact.REPOSITORY_ID, Fact.OWNER_ID}
_VERDICTS = {Verdict.PASSED: Mark(PASS, "Passed"), Verdict.FAILED: Mark(FAIL, "Failed")}
_OUTCOMES = {Outcome.PASSED: "Passed", Outcome.FAILED: "Failed", Outcome.CANNOT_CHECK: "No verdict"}
_KINDS = {Outcome.PASSED: PASS, Outcome.FAILED: FAIL, Outcome.CANNOT_CHECK: WARN}
_REASONS = {
    CannotCheck.CREDENTIALS: "The provider does not accept the portal’s token",
    CannotCheck.RATE_LIMITED: "The provider asks us to wait",
    CannotCheck.UNAVAILABLE: "The provider did not answer",
    CannotCheck.DIRECTORY: "The account directory did not answer",
}
_ANSWERS = {
    Answers.SAME: "The answer itself is the same, to the letter.",
    Answers.DIFFER: "The answer itself differs.",
    Answers.ONE_ALONE: "Only one of the two runs found a repository, so there is nothing to hold its answer against.",
    Answers.NEITHER: "Neither of the two runs found a repository, so there are no answers to compare.",
}
_BY = {"link": "By the link that was sent", "watcher": "At the connected accounts"}


@dataclass(frozen=True)
class Told:
    """What one run says of a check or a fact: a mark where there is a verdict, and its words."""

    mark: Mark | None
    words: tuple[Part, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class Difference:
    """One line: what it is about, and what the earlier and the newest run say of it."""

    name: str
    before: Told
    after: Told


@dataclass(frozen=True)
class Side:
    """One of the two runs: when it was, what it said, and what it looked for."""

    title: str
    at: datetime
    outcome: Mark
    looked_for: str


@dataclass(frozen=True)
class Changed:
    """Two runs beside each other."""

    sides: tuple[Side, ...]
    checks: tuple[Difference, ...]
    facts: tuple[Difference, ...]
    is_nothing: bool
    no_verdict: str
    answers: str


@changes.get("/changes")
@needs(Permission.SEE_CASES)
def show(reference: str) -> str:
    """The newest run beside the one before, or beside the earlier one that `?since=` names."""
    named = request.args.get("since")
    runs = tools().screens.desk.two_runs(me(), reference, _run_id(named) if named is not None else None)
    changed = _changed(runs.earlier, runs.newest) if runs.earlier and runs.newest else None
    shown = view_named(request.args.get("view", ""))
    return page("desk/changes.html", shown, runs=runs, changed=changed, label=label)


def _changed(before: Run, after: Run) -> Changed:
    compared = compare(before, after)
    return Changed(
        sides=tuple(
            Side(title, run.at, outcome(run), _BY.get(run.asked_by, "")) for title, run in _sides(before, after)
        ),
        checks=tuple(_of_a_check(change) for change in compared.checks),
        facts=tuple(_of_a_fact(change, before, after) for change in compared.facts),
        is_nothing=compared.is_empty,
        no_verdict=_no_verdict(before, after),
        answers=_ANSWERS[compared.answers],
    )


def _no_verdict(before: Run, after: Run) -> str:
    """A fault speaks neither for nor against anybody, so its checks are not counted as changes."""
    if after.outcome is Outcome.CANNOT_CHECK:
        return "The newest run came to no verdict, which says nothing against what was found before."
    return "The earlier run came to no verdict." if before.outcome is Outcome.CANNOT_CHECK else ""


def _sides(before: Run, after: Run) -> tuple[tuple[str, Run], ...]:
    return ("Before", before), ("Now", after)


def _run_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such run.") from None


def label(line: RunLine) -> str:
    """A run in the list of those that can be chosen: `16 Nov 2026, 08:52:07, 2 checks failed`."""
    failed = f"{line.failed} check{'s' if line.failed != 1 else ''} failed"
    said = failed if line.outcome is Outcome.FAILED else _OUTCOMES[line.outcome].lower()
    return f"{line.at:%-d %b %Y, %H:%M:%S}, {said}"


def outcome(run: Run) -> Mark:
    """What a whole run said, with its kind."""
    return Mark(_KINDS[run.outcome], _OUTCOMES[run.outcome])


def _of_a_check(change: CheckChange) -> Difference:
    return Difference(NAMES[change.check], _verdict(change.before), _verdict(change.after))


def _verdict(result: CheckResult) -> Told:
    mark = _VERDICTS.get(result.verdict, Mark(NONE, "Not run"))
    if result.verdict is Verdict.NOT_RUN:
        return Told(mark)
    variant = (Part(f" ({result.variant})"),) if result.variant else ()
    return Told(mark, (*observed(result), *variant))


def _of_a_fact(change: FactChange, before: Run, after: Run) -> Difference:
    told = _fact(change.fact, change.before, before), _fact(change.fact, change.after, after)
    return Difference(_FACTS[change.fact], *told)


def _fact(fact: Fact, value: str, run: Run) -> Told:
    if fact is Fact.OUTCOME:
        return Told(outcome(run))
    if fact is Fact.CREATED_AT:
        return Told(None, at=run.repository_created_at)
    if fact is Fact.REASON:
        value = ": ".join(part for part in (_REASONS[run.reason], run.detail) if part) if run.reason else "None"
    return Told(None, (Part(value, is_id=fact in _IDS),) if value else ())
