"""What the private case page shows of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from support_portal.domain.cases import DenialReason, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import Run
from support_portal.domain.policy import Policy
from support_portal.domain.progress import Look


@dataclass(frozen=True)
class AccountShown:
    """A connected git account, by its provider's key and a masked name: enough to recognize one's own."""

    instance: str
    username: str


@dataclass(frozen=True)
class MessageShown:
    """One entry of the conversation; internal notes and unproven messages are never among them."""

    at: datetime
    author: Author
    name: str
    text: str


@dataclass(frozen=True)
class CasePage:
    """Everything on the page, read in one transaction; times are aware, UTC. No risk signal is among it."""

    now: datetime
    reference: str
    version: int
    address: str  # masked
    state: State
    is_stopped: bool
    is_compromise: bool  # the requester says that somebody else set up this 2FA
    is_locked: bool  # nobody can sign in to the account now
    is_second_look: bool
    opened_at: datetime
    confirmed_at: datetime | None
    challenge_at: datetime | None
    state_since: datetime
    passed_at: datetime | None  # since when every check has passed
    approved_at: datetime | None  # the approval that began the safety wait
    due_at: datetime | None  # the end of the safety wait
    ended_at: datetime | None
    required_name: str | None
    code: str | None
    link: str | None  # as sent by the requester
    accounts: tuple[AccountShown, ...]
    last_run: Run | None
    look: Look | None  # the one whose run the case waits for, where one was put off
    denial_reason: DenialReason | None
    asking_again_ends_at: datetime | None  # until when another person can be asked to look; None: no more
    messages: tuple[MessageShown, ...]
    safety_wait: timedelta
    repository_expected: timedelta
    block: timedelta

    @property
    def expires_at(self) -> datetime:
        """When a case that waits for its repository ends."""
        return self.state_since + self.repository_expected


class RequesterScreens(Protocol):
    """Reads for the requester's pages."""

    def policy(self) -> Policy:
        """The figures that a case opened now would have."""
        ...

    def case(self, case_id: UUID) -> CasePage:
        """The page of this case; raises NotFound."""
        ...
