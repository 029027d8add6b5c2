"""The evidence record of a case: everything an auditor needs to judge it again, and no token, link key or secret."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from support_portal.domain.cases import Approval, Case
from support_portal.domain.evidence import Run
from support_portal.domain.moves import Event

# Named one by one: a field that a case gets later is not told before somebody has thought about it.
OF_THE_CASE = (
    *("state", "version", "address", "account_id", "enrolment_id", "channel", "opened_at", "confirmed_at"),
    *("confirmed_address", "compromise_was_said", "challenge_at", "required_name", "code", "link"),
    *("repository_instance", "repository_id", "evidence_run_id", "evidence_at", "risk", "due_at", "denial_reason"),
    *("first_decider", "decided_by", "stopped", "previous_case_id", "ended_at"),
)
OF_A_RUN = (
    *("id", "at", "asked_by", "outcome", "link", "instance", "repository_id", "owner_id", "repository_created_at"),
    *("digest", "etag", "api_request_id", "reason", "detail", "next_try_at"),
)
OF_AN_APPROVAL = ("staff_id", "at", "run_id", "reason", "note")


def record_of(case: Case, runs: Sequence[Run], events: Iterable[Event]) -> dict[str, Any]:
    """The record as plain JSON values; runs and events in their order."""
    return {
        "case": case.reference,
        **_told(case, OF_THE_CASE),
        "approvals": [_told(approval, OF_AN_APPROVAL) for approval in case.approvals],
        "runs": [_run(run) for run in runs],
        "events": [_event(event) for event in events],
    }


def _run(run: Run) -> dict[str, Any]:
    checks = [{"check": one.check, "verdict": one.verdict, "observed": one.observed} for one in run.results]
    return {**_told(run, OF_A_RUN), "checks": checks, "facts": json.loads(run.summary) if run.summary else None}


def _event(event: Event) -> dict[str, Any]:
    by = {"by": event.actor.by, "name": event.actor.name}
    return {**_told(event, ("at", "action", "from_state", "to_state", "why", "details")), **by}


def _told(thing: Case | Run | Event | Approval, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    return dict(value) if isinstance(value, dict) else value
