"""A case: one request to remove one enrolment of one account, from the first word to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from support_portal.domain.errors import NotFound
from support_portal.domain.risk import Level


class State(StrEnum):
    """Where a case stands."""

    UNCONFIRMED = "unconfirmed"
    TRIAGE = "triage"
    AWAITING_REPOSITORY = "awaiting_repository"
    IN_REVIEW = "in_review"
    AWAITING_SECOND_APPROVAL = "awaiting_second_approval"
    COOLING_OFF = "cooling_off"
    REMOVING = "removing"
    REMOVED = "removed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ENDED = frozenset({State.REMOVED, State.DENIED, State.WITHDRAWN, State.EXPIRED})
# Before a decision: no approval stands in these.
NOT_DECIDED = frozenset({State.UNCONFIRMED, State.TRIAGE, State.AWAITING_REPOSITORY, State.IN_REVIEW})
LIVE = frozenset(State) - ENDED - {State.REMOVING}


class Channel(StrEnum):
    """How a request came."""

    FORM = "form"
    EMAIL = "email"


class DenialReason(StrEnum):
    """Why a case is denied; each has its words for the requester in the mail and on the page."""

    GIT_ACCOUNT_NOT_CONNECTED = "git_account_not_connected"
    CHECKS_NOT_PASSED = "checks_not_passed"
    OWNER_NOT_CONFIRMED = "owner_not_confirmed"


class ApprovalReason(StrEnum):
    """Why a case is approved; staff and auditors read it, the requester does not."""

    NOTHING_AGAINST_IT = "nothing_against_it"
    RISK_EXPLAINED = "risk_explained"
    OWNER_CONFIRMED_BESIDES = "owner_confirmed_besides"


@dataclass(frozen=True)
class Approval:
    """One decider's yes, to one version of the case and one run of the checks."""

    id: UUID
    staff_id: UUID
    at: datetime
    run_id: UUID
    reason: ApprovalReason
    note: str


@dataclass(frozen=True)
class Case:
    """Everything that the rules need to know of a case; `version` grows with each move."""

    id: UUID
    number: int
    account_id: UUID
    address: str
    enrolment_id: UUID
    state: State
    version: int
    opened_at: datetime
    state_since: datetime
    channel: Channel
    request_id: UUID
    confirmed_at: datetime | None = None
    confirmed_address: str | None = None
    compromise: bool = False  # the answer stands now
    compromise_was_said: bool = False  # it was given once
    challenge_at: datetime | None = None
    required_name: str | None = None
    code: str | None = None
    link: str | None = None
    repository_instance: str | None = None
    repository_id: str | None = None
    evidence_run_id: UUID | None = None
    evidence_at: datetime | None = None
    failing_since: datetime | None = None
    unchecked_since: datetime | None = None
    unchecked_tries: int = 0
    unchecked_told: bool = False
    told_failures: str = ""
    risk: Level = Level.LOW
    approvals: tuple[Approval, ...] = ()
    due_at: datetime | None = None  # the end of the safety wait, once every notice was taken or refused
    wait_ends_told: bool = False
    denial_reason: DenialReason | None = None
    first_decider: UUID | None = None  # who denied it before the second look, and may not decide again
    second_look_used: bool = False
    decided_by: UUID | None = None
    stopped: bool = False
    previous_case_id: UUID | None = None
    ended_at: datetime | None = None
    assignee_id: UUID | None = None

    @property
    def reference(self) -> str:
        """The name people use: `SP-2417`."""
        return f"SP-{self.number}"

    @property
    def is_live(self) -> bool:
        """Whether it can still be stopped or withdrawn."""
        return self.state in LIVE

    @property
    def is_for_the_desk(self) -> bool:
        """Whether staff see it: one that was confirmed, or that its owner stopped, since its block may be lifted."""
        return self.confirmed_at is not None or self.stopped

    @property
    def has_ended(self) -> bool:
        """Whether nobody waits for anything any more."""
        return self.state in ENDED


_REFERENCE = re.compile(r"SP-([0-9]{1,9})", re.IGNORECASE)


def read_reference(text: str) -> int:
    """The number in a reference like `SP-2417`; raises NotFound when it is none."""
    match = _REFERENCE.fullmatch(text)
    if not match:
        raise NotFound(f"There is no case {text[:20]}.")
    return int(match[1])
