"""The checks of the newest run as an agent reads them: failed first, each with what was compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from support_portal.domain.accounts import Account
from support_portal.domain.evidence import MANDATORY, Check, CheckResult, Outcome, Run, Verdict
from support_portal.web.desk.marks import FAIL, NONE, PASS, WARN, Mark

NAMES = {
    Check.LINK_RECOGNISED: "Link is a supported host",
    Check.REPOSITORY_FOUND: "Exists",
    Check.IS_PUBLIC: "Public",
    Check.NAME_MATCHES: "Name is exact",
    Check.NOT_MOVED: "Not moved from another owner",
    Check.OWNER_IS_CONNECTED: "On a connected account, by id",
    Check.CONNECTED_BEFORE_REQUEST: "Connected before the case",
    Check.CREATED_FOR_THIS_CASE: "Created after the instructions",
    Check.IS_ORIGINAL: "Not a fork, import, mirror or template copy",
    Check.CHALLENGE_PRESENT: "Code in the description",
}
_ORDER = {Verdict.FAILED: 0, Verdict.PASSED: 1, Verdict.NOT_RUN: 2}
_KINDS = {Verdict.FAILED: FAIL, Verdict.PASSED: PASS, Verdict.NOT_RUN: NONE}
_IDS = re.compile(r"((?:owner|connected|repository) id )([^\s,]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; an id is set apart, so that two of them can be compared by eye."""

    text: str
    is_id: bool = False


@dataclass(frozen=True)
class Line:
    """One check as a line of the list."""

    kind: str
    name: str
    observed: tuple[Part, ...]
    why: str = ""
    again: str = ""  # what is being done about it now, beside the verdict that it had


def asked_of(run: Run) -> tuple[CheckResult, ...]:
    """The checks that this run asked for: the code stands in the list only where it was asked."""
    return tuple(
        result
        for result in run.results
        if result.check is not Check.CHALLENGE_PRESENT or result.verdict is not Verdict.NOT_RUN
    )


def count_of(run: Run | None) -> int:
    """How many checks there are for this case."""
    return len(asked_of(run)) if run and run.results else len(MANDATORY)


def lines(run: Run | None, account: Account | None) -> tuple[Line, ...]:
    """Every check, failed ones first; without a run each is there and not run."""
    if run is None:
        return tuple(Line(NONE, NAMES[check], (Part("Not run"),)) for check in MANDATORY)
    if run.outcome is Outcome.CANNOT_CHECK:
        return _unfinished(run)
    ordered = sorted(asked_of(run), key=lambda result: _ORDER[result.verdict])
    return tuple(
        Line(_KINDS[result.verdict], NAMES[result.check], observed(result), _why(result, run, account))
        for result in ordered
    )


def summary(run: Run | None) -> Mark:
    """The pill beside the heading of the list."""
    if run is None:
        return Mark(NONE, "None yet")
    if run.outcome is Outcome.CANNOT_CHECK:
        return Mark(WARN, "Not finished")
    if run.failed:
        return Mark(FAIL, f"{len(run.failed)} failed")
    return Mark(PASS, f"{run.passed_count} of {count_of(run)}")


def parts(text: str) -> tuple[Part, ...]:
    """A sentence cut so that ids stand out."""
    found: list[Part] = []
    at = 0
    for match in _IDS.finditer(text):
        found += [Part(text[at : match.start(2)]), Part(match[2], is_id=True)]
        at = match.end()
    return tuple(part for part in (*found, Part(text[at:])) if part.text)


def observed(result: CheckResult) -> tuple[Part, ...]:
    """What was compared, as a sentence."""
    return parts(_capital(result.observed))


def _unfinished(run: Run) -> tuple[Line, ...]:
    """A run without a verdict: what it saw before, where it stopped, and what it never reached."""
    seen = {result.check: result for result in run.results if result.verdict is Verdict.PASSED}
    stopped = Check.REPOSITORY_FOUND
    passed = [Line(PASS, NAMES[check], observed(seen[check])) for check in MANDATORY if check in seen]
    fault = Line(WARN, NAMES[stopped], (Part(f"No answer: {run.detail or run.reason}"),))
    rest = [check for check in MANDATORY if check not in seen and check is not stopped]
    return (*passed, fault, *(Line(NONE, NAMES[check], (Part("Not run"),)) for check in rest))


def _why(result: CheckResult, run: Run, account: Account | None) -> str:
    if result.verdict is not Verdict.FAILED:
        return ""
    if result.check is Check.OWNER_IS_CONNECTED and _has_a_known_name(result, run, account):
        return (
            f"The name “{result.found}” is that of a connected account, but the id is another: "
            "somebody else has the name now, or had it first. A name can be taken over, an id can’t."
        )
    return _REASONS.get((result.check, result.variant), _REASONS.get((result.check, ""), ""))


def _has_a_known_name(result: CheckResult, run: Run, account: Account | None) -> bool:
    known = account.connected if account else ()
    return any(one.instance == run.instance and one.username.casefold() == result.found.casefold() for one in known)


def _capital(text: str) -> str:
    """A sentence begins large, but a name that was read stays as it is."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first in _FIRST_WORDS else text


_FIRST_WORDS = {"answered", "owner", "connected", "this", "created", "no", "the", "not", "repository", "asked", "now"}
_REASONS = {
    (Check.REPOSITORY_FOUND, ""): "The provider answers the same for a private and for a missing repository.",
    (Check.REPOSITORY_FOUND, "blocked"): "Look at it, and write to the requester: only the provider can lift this.",
    (Check.REPOSITORY_FOUND, "replaced"): "Another repository stands where the one that passed was.",
    (Check.OWNER_IS_CONNECTED, ""): "The owner of the repository was never connected to this account.",
    (Check.OWNER_IS_CONNECTED, "organization"): "An organization belongs to many people, so it proves nobody.",
    (Check.NOT_MOVED, ""): "The provider leads from this address to another one. We never follow it.",
    (Check.CREATED_FOR_THIS_CASE, "claimed"): "A repository proves one case only.",
}
