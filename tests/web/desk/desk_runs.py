"""Runs of the checks over an account's repository, as workers leave them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case
from support_portal.domain.evidence import MANDATORY, CannotCheck, Check, CheckResult, Outcome, Run, Verdict

_OBSERVED = {
    Check.LINK_RECOGNISED: "https://github.com/{name}/bitrise_verification",
    Check.REPOSITORY_FOUND: "answered 200, repository id 9998223415",
    Check.IS_PUBLIC: "visibility: public",
    Check.NAME_MATCHES: "bitrise_verification",
    Check.NOT_MOVED: "no redirect",
    Check.OWNER_IS_CONNECTED: "owner id {id}, connected id {id}",
    Check.CONNECTED_BEFORE_REQUEST: "connected 03 Mar 2021 09:30 UTC",
    Check.CREATED_FOR_THIS_CASE: "created 18 Nov 2026 11:20:00, instructions 18 Nov 2026 11:00:00 UTC",
    Check.IS_ORIGINAL: "no fork; not told here: import",
}
_SUMMARY = '{"id": 9998223415, "name": "bitrise_verification", "visibility": "public", "fork": false}'


def a_passed_run(account: Account, at: datetime, **changes: Any) -> Run:
    """A run that passed, over a repository of the account's first git account."""
    owner = account.connected[0]
    told = {"name": owner.username, "id": owner.external_id}
    run = Run(
        id=uuid4(),
        case_id=uuid4(),
        at=at,
        asked_by="link",
        outcome=Outcome.PASSED,
        results=tuple(CheckResult(check, Verdict.PASSED, _OBSERVED[check].format(**told)) for check in MANDATORY),
        link=f"https://github.com/{owner.username}/bitrise_verification",
        instance=owner.instance,
        repository_id=str(uuid4().int % 10**10),
        owner_id=owner.external_id,
        digest="6f2c0e1d" * 8,
        api_request_id="C2A4:3F1B",
        summary=_SUMMARY,
    )
    return replace(run, **changes)


def an_unfinished_run(account: Account, at: datetime, next_try_at: datetime) -> Run:
    """A run that GitHub did not answer."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("instance", "repository_id", "owner_id", "summary", "digest", "api_request_id"), ""
    )
    return a_passed_run(
        account,
        at,
        outcome=Outcome.CANNOT_CHECK,
        results=(),
        reason=CannotCheck.RATE_LIMITED,
        detail="403, rate limit reached",
        next_try_at=next_try_at,
        **nothing,
    )


def with_run(case: Case, run: Run) -> Case:
    """The case as this run leaves it."""
    case = replace(case, link=run.link)
    if run.outcome is not Outcome.PASSED:
        return case
    held: dict[str, Any] = {"repository_instance": run.instance, "repository_id": run.repository_id}
    return replace(case, evidence_run_id=run.id, evidence_at=run.at, **held)
