"""Cases, runs and circumstances in which everything is right; a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Approval, Case, Channel, DenialReason, State
from support_portal.domain.evidence import (
    MANDATORY,
    CheckResult,
    Outcome,
    OwnerKind,
    Question,
    RepositoryFacts,
    Run,
    Verdict,
)
from support_portal.domain.guards import Circumstances
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from support_portal.domain.staff import Staff
from tests.cast import ANA, ANAS_ENROLMENT, ANAS_GITHUB, BEN, CHLOE, LEA, NOW, OPENED_AT, WHY, an_id

S = State
CASE_ID = an_id(31)
EVIDENCE_RUN = an_id(41)
CHALLENGE_AT = OPENED_AT + timedelta(hours=2)
REQUIRED_NAME = "bitrise_verification"
REPOSITORY_ID = "555001"

_BEFORE_CONFIRMATION = {S.UNCONFIRMED}
_BEFORE_INSTRUCTIONS = {S.UNCONFIRMED, S.TRIAGE}
_WITH_EVIDENCE = {S.IN_REVIEW, S.AWAITING_SECOND_APPROVAL, S.COOLING_OFF, S.REMOVING, S.REMOVED, S.DENIED}
_APPROVED = {S.COOLING_OFF, S.REMOVING, S.REMOVED}


def an_account(**changes: Any) -> Account:
    """Ana's account, locked out for lack of a phone and otherwise in order."""
    return replace(ANA, **changes)


def a_case(state: State = S.IN_REVIEW, **changes: Any) -> Case:
    """Ana's case as it stands in this state after an ordinary life, since two days."""
    case = Case(
        id=CASE_ID,
        number=2417,
        account_id=ANA.id,
        address=ANA.address,
        enrolment_id=ANAS_ENROLMENT.id,
        state=state,
        version=7,
        opened_at=OPENED_AT,
        state_since=NOW - timedelta(days=2),
        channel=Channel.FORM,
        request_id=an_id(32),
    )
    return replace(case, **{**_history(state), **changes})


def _history(state: State) -> dict[str, Any]:
    history: dict[str, Any] = {}
    if state not in _BEFORE_CONFIRMATION:
        history |= {"confirmed_at": OPENED_AT + timedelta(hours=1), "confirmed_address": ANA.address}
    if state not in _BEFORE_INSTRUCTIONS:
        history |= {"challenge_at": CHALLENGE_AT, "required_name": REQUIRED_NAME}
    if state in _WITH_EVIDENCE:
        history |= {"evidence_run_id": EVIDENCE_RUN, "evidence_at": NOW - timedelta(minutes=10)}
        history |= {"repository_instance": "github", "repository_id": REPOSITORY_ID}
    if state is S.AWAITING_SECOND_APPROVAL:
        history |= {"risk": Level.HIGH, "approvals": (an_approval(BEN),), "decided_by": BEN.id}
    if state in _APPROVED:
        history |= {"approvals": (an_approval(BEN),), "decided_by": BEN.id, "due_at": NOW - timedelta(hours=1)}
    if state is S.DENIED:
        history |= {"denial_reason": DenialReason.OWNER_NOT_CONFIRMED, "decided_by": BEN.id}
    if state in {S.REMOVED, S.DENIED, S.WITHDRAWN, S.EXPIRED}:
        history |= {"ended_at": NOW - timedelta(days=1)}
    return history


def an_approval(by: Staff, **changes: Any) -> Approval:
    """One decider's yes, given two days ago."""
    given = Approval(
        an_id(by.id.int + 1000), by.id, NOW - timedelta(days=2), EVIDENCE_RUN, WHY, "I looked at the evidence."
    )
    return replace(given, **changes)


def a_run(outcome: Outcome = Outcome.PASSED, **changes: Any) -> Run:
    """A run of ten minutes ago over Ana's repository."""
    verdict = {Outcome.PASSED: Verdict.PASSED, Outcome.FAILED: Verdict.FAILED}.get(outcome, Verdict.NOT_RUN)
    run = Run(
        id=EVIDENCE_RUN,
        case_id=CASE_ID,
        at=NOW - timedelta(minutes=10),
        asked_by="link",
        outcome=outcome,
        results=tuple(CheckResult(check, verdict, "as seen") for check in MANDATORY),
        link="https://github.com/ana-dev/bitrise_verification",
        instance="github",
        repository_id=REPOSITORY_ID,
        owner_id=ANAS_GITHUB.external_id,
    )
    return replace(run, **changes)


def circumstances(case: Case, **changes: Any) -> Circumstances:
    """Chloe decides at noon, on what she saw, freshly signed in, with a passed run, at the risk the case had."""
    right = Circumstances(
        at=NOW,
        policy=Policy(),
        account=ANA,
        run=a_run(),
        risk=case.risk,
        decider=CHLOE,
        signed_in_at=NOW - timedelta(minutes=1),
        seen_version=case.version,
        approval=an_approval(CHLOE, at=NOW),
        approving=WHY,
        denial=DenialReason.CHECKS_NOT_PASSED,
        note="I looked at the evidence.",
        why="so it was",
        confirmed_address=ANA.address,
        required_name=REQUIRED_NAME,
        new_code="k7wq9m2x",
        deciders=frozenset({BEN.id, CHLOE.id, LEA.id}),
    )
    return replace(right, **changes)


def a_repository(**changes: Any) -> RepositoryFacts:
    """What GitHub says of the repository that Ana made as she was asked to."""
    facts = RepositoryFacts(
        instance="github",
        repository_id=REPOSITORY_ID,
        name=REQUIRED_NAME,
        owner_id=ANAS_GITHUB.external_id,
        owner_name=ANAS_GITHUB.username,
        owner_kind=OwnerKind.USER,
        is_public=True,
        visibility="public",
        created_at=CHALLENGE_AT + timedelta(minutes=20),
        is_fork=False,
        is_mirror=False,
        is_template_copy=False,
        is_import=None,
        creator_id=None,
        description="",
        url="https://github.com/ana-dev/bitrise_verification",
        digest="d1ge57",
        api_request_id="R-1",
        summary="{}",
    )
    return replace(facts, **changes)


def a_question(**changes: Any) -> Question:
    """What Ana's case asks of a repository."""
    return replace(Question(REQUIRED_NAME, ANA.connected, OPENED_AT, CHALLENGE_AT), **changes)
