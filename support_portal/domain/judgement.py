"""Holding a repository against every check: the one place that says what proves ownership."""

from __future__ import annotations

from support_portal.domain.evidence import (
    CLOCK_SKEW,
    MANDATORY,
    Check,
    CheckResult,
    Missing,
    Moved,
    Outcome,
    OwnerKind,
    Question,
    RepositoryFacts,
    Verdict,
)
from support_portal.domain.identities import ConnectedAccount

BLOCKED = 451  # "Unavailable For Legal Reasons", RFC 7725


def judge(question: Question, facts: RepositoryFacts) -> tuple[CheckResult, ...]:
    """Hold a repository against every check; each is judged on its own, none is skipped."""
    owner, connected = _owner(question, facts)
    return (
        _passed(Check.LINK_RECOGNISED, facts.url),
        _same_repository(question, facts),
        _verdict(Check.IS_PUBLIC, facts.is_public, f"visibility: {facts.visibility}"),
        _verdict(Check.NAME_MATCHES, facts.name == question.required_name, facts.name, facts.name),
        _not_moved(question, facts),
        owner,
        connected,
        _created_for_this_case(question, facts),
        _is_original(facts),
        _challenge(question, facts),
    )


def judge_absence(question: Question, answer: Missing | Moved) -> tuple[CheckResult, ...]:
    """The checks when the provider returned no repository: one failed, the others were not reached."""
    failed = Check.NOT_MOVED if isinstance(answer, Moved) else Check.REPOSITORY_FOUND
    is_blocked = answer.status == BLOCKED
    absent = ", blocked for legal reasons" if is_blocked else ", absent or private"
    told = f"answered {answer.status}" + (absent if failed is Check.REPOSITORY_FOUND else "")
    link = question.link
    known = {
        Check.LINK_RECOGNISED: _passed(Check.LINK_RECOGNISED, f"{link.owner}/{link.name}" if link else "looked for"),
        failed: CheckResult(failed, Verdict.FAILED, told, variant="blocked" if is_blocked else ""),
    }
    return tuple(known.get(check, CheckResult(check, Verdict.NOT_RUN, "not run")) for check in _asked(question))


def judge_link(question: Question) -> tuple[CheckResult, ...]:
    """The checks when a link leads to no configured provider: nothing was asked for."""
    first = CheckResult(Check.LINK_RECOGNISED, Verdict.FAILED, "not a repository on a configured provider")
    rest = (CheckResult(check, Verdict.NOT_RUN, "not run") for check in _asked(question)[1:])
    return (first, *rest)


def outcome_of(results: tuple[CheckResult, ...], question: Question) -> Outcome:
    """Passed only when every mandatory check (and the code, where it is asked) passed in this one run."""
    passed = {result.check for result in results if result.verdict is Verdict.PASSED}
    needed = set(MANDATORY) | ({Check.CHALLENGE_PRESENT} if question.code else set())
    return Outcome.PASSED if needed <= passed else Outcome.FAILED


def _asked(question: Question) -> tuple[Check, ...]:
    return tuple(Check) if question.code else MANDATORY


def _passed(check: Check, observed: str) -> CheckResult:
    return CheckResult(check, Verdict.PASSED, observed)


def _verdict(check: Check, is_right: bool, observed: str, found: str = "", variant: str = "") -> CheckResult:
    return CheckResult(check, Verdict.PASSED if is_right else Verdict.FAILED, observed, found, variant)


def _same_repository(question: Question, facts: RepositoryFacts) -> CheckResult:
    if question.passed_repository not in {None, facts.repository_id}:
        told = f"repository id {facts.repository_id}, but {question.passed_repository} passed before"
        return _verdict(Check.REPOSITORY_FOUND, False, told, variant="replaced")
    return _passed(Check.REPOSITORY_FOUND, f"answered 200, repository id {facts.repository_id}")


def _not_moved(question: Question, facts: RepositoryFacts) -> CheckResult:
    link = question.link
    if link is None:
        return _passed(Check.NOT_MOVED, "asked for under its owner's id, no redirect")
    # A workspace may be asked for by its name or its id; providers compare names without case.
    asked, told = (link.owner.casefold(), link.name.casefold()), (facts.owner_name.casefold(), facts.name.casefold())
    same = asked == told or (asked[0] == facts.owner_id.casefold() and asked[1] == told[1])
    return _verdict(Check.NOT_MOVED, same, "no redirect" if same else f"now {'/'.join(told)}", facts.owner_name)


def _owner(question: Question, facts: RepositoryFacts) -> tuple[CheckResult, CheckResult]:
    here = [account for account in question.accounts if account.instance == facts.instance]
    ours = [account for account in here if _is_owner(account, facts)]
    before = [account for account in ours if account.connected_at < question.opened_at]
    wrong_kind = facts.owner_kind is OwnerKind.GROUP
    known = ", ".join(sorted({one for account in here for one in account.owner_ids})) or "none here"
    variant = "organization" if wrong_kind else ""
    observed = f"owner id {facts.owner_id}, connected id {facts.owner_id if ours else known}"
    owner = _verdict(Check.OWNER_IS_CONNECTED, bool(ours) and not wrong_kind, observed, facts.owner_name, variant)
    since = f"connected {ours[0].connected_at:%d %b %Y %H:%M} UTC" if ours else "this owner was never connected"
    connected = _verdict(
        Check.CONNECTED_BEFORE_REQUEST, bool(before) and not wrong_kind, since, facts.owner_name, variant
    )
    return owner, connected


def _is_owner(account: ConnectedAccount, facts: RepositoryFacts) -> bool:
    if facts.owner_kind is OwnerKind.WORKSPACE:  # the user's own id proves nothing: only a workspace known before does
        return facts.owner_id in account.workspace_ids
    return facts.owner_id == account.external_id


def _created_for_this_case(question: Question, facts: RepositoryFacts) -> CheckResult:
    check = Check.CREATED_FOR_THIS_CASE
    if question.is_claimed(facts.instance, facts.repository_id):
        return _verdict(check, False, "this repository passed for another case", variant="claimed")
    if facts.created_at is None:
        return _code_for_date(question, facts)
    new = facts.created_at >= question.challenge_at - CLOCK_SKEW
    told = f"created {facts.created_at:%d %b %Y %H:%M:%S}, instructions {question.challenge_at:%d %b %Y %H:%M:%S} UTC"
    return _verdict(check, new, told)


def _code_for_date(question: Question, facts: RepositoryFacts) -> CheckResult:
    """No date is told: the case's code in the description stands in for it, and without a code nothing does.

    Where the code was asked for and is missing, its own check says so: a newer repository would not help.
    """
    told = "no creation date is told; the code stands in for it"
    if question.code is None:
        return _verdict(Check.CREATED_FOR_THIS_CASE, False, told)
    has_code = question.code in facts.description
    return CheckResult(Check.CREATED_FOR_THIS_CASE, Verdict.PASSED if has_code else Verdict.NOT_RUN, told)


def _is_original(facts: RepositoryFacts) -> CheckResult:
    marks = {
        "fork": facts.is_fork,
        "mirror": facts.is_mirror,
        "template copy": facts.is_template_copy,
        "import": facts.is_import,
        "created by somebody else": facts.creator_id is not None and facts.creator_id != facts.owner_id,
    }
    wrong = [word for word, is_so in marks.items() if is_so]
    untold = [word for word, is_so in marks.items() if is_so is None]
    told = ", ".join(wrong) or "no fork" + (f"; not told here: {', '.join(untold)}" if untold else "")
    return _verdict(Check.IS_ORIGINAL, not wrong, told, variant="fork" if facts.is_fork else "copy" if wrong else "")


def _challenge(question: Question, facts: RepositoryFacts) -> CheckResult:
    if question.code is None:
        return CheckResult(Check.CHALLENGE_PRESENT, Verdict.NOT_RUN, "not asked for")
    here = question.code in facts.description
    return _verdict(Check.CHALLENGE_PRESENT, here, "the code is there" if here else "the code is not there")
