"""Deciders decide: on the version they saw, signed in afresh, never over a failed check."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from support_portal.domain import words
from support_portal.domain.cases import Approval, ApprovalReason, Case, DenialReason
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Actor, Move
from support_portal.domain.policy import in_words
from support_portal.domain.staff import Staff
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.deciding import Decision, by_decider, gathered
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.stopping import block_account


def send_instructions(reference: str, decision: Decision, *, tools: Tools) -> None:
    """Let a case in triage go on. Raises WrongState, NotAllowed, NotFound."""
    _decide(
        reference,
        Move.SEND_INSTRUCTIONS,
        decision,
        tools,
        required_name=tools.product.repository_name,
        new_code=secrets.token_hex(6),
        undated=tools.undated,
    )


def approve(reference: str, decision: Decision, *, reason: ApprovalReason | None, tools: Tools) -> None:
    """Approve the removal. Raises WrongState, NotAllowed with every reason, NotFound."""
    _decide(reference, Move.APPROVE, decision, tools, approving=reason)


def approve_second(reference: str, decision: Decision, *, reason: ApprovalReason | None, tools: Tools) -> None:
    """Agree to another decider's approval. Raises the same."""
    _decide(reference, Move.APPROVE_SECOND, decision, tools, approving=reason)


def reject(reference: str, decision: Decision, *, tools: Tools) -> None:
    """Disagree with another decider's approval: the case is in review again. Raises the same."""
    _decide(reference, Move.REJECT, decision, tools)


def deny(reference: str, decision: Decision, *, reason: DenialReason | None, block: bool, tools: Tools) -> None:
    """Deny the request, with the reason that the requester reads, with or without a block. Raises the same."""

    def then(work: Work, case: Case, by: Actor) -> None:
        if block:
            block_account(work, case, by)

    _decide(reference, Move.DENY, decision, tools, then=then, denial=reason)


def _decide(
    reference: str,
    move: Move,
    decision: Decision,
    tools: Tools,
    then: Callable[[Work, Case, Actor], None] | None = None,
    **more: Any,
) -> None:
    with tools.uow.begin() as work:
        person, case, about = gathered(work, reference, decision, **more)
        about = replace(about, approval=_approval(about, person, decision))
        by = by_decider(person)
        # A decider's note is for the audit alone: no letter carries it.
        facts = {"why": _why_denied(about, tools) if about.denial else ""}
        after = make_move(work, case, move, by, about, facts)
        if then is not None:
            then(work, after, by)


def _why_denied(about: Circumstances, tools: Tools) -> str:
    return words.denied(about.denial, tools.product.name, in_words(about.policy.repository_expected))


def _approval(about: Circumstances, person: Staff, decision: Decision) -> Approval | None:
    """What is kept of an approval; None where the guards refuse it, since a run or a reason is missing."""
    if about.run is None or about.approving is None:
        return None
    return Approval(uuid4(), person.id, about.at, about.run.id, about.approving, decision.note.strip())
