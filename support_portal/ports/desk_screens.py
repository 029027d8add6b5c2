"""What agents see: the queue, one case with everything known of it, and mails that fit no case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Check, Outcome, Run
from support_portal.domain.moves import Event
from support_portal.domain.policy import Policy
from support_portal.domain.progress import Look
from support_portal.domain.risk import Assessment, Level
from support_portal.domain.staff import Staff
from support_portal.ports.desk_runs import TwoRuns
from support_portal.ports.records import Block, Message, Request

ROWS_A_PAGE = 14


class View(StrEnum):
    """The saved views of the queue; each is a word in the page's address."""

    ALL = "all"
    READY = "ready"
    REPLY = "reply"
    FAILED = "failed"
    WAITING = "waiting"
    SAFETY = "safety"
    MINE = "mine"
    CLOSED = "closed"


class Owner(StrEnum):
    """Whose cases to show."""

    ANYONE = ""
    ME = "me"
    NOBODY = "nobody"


@dataclass(frozen=True)
class QueueQuery:
    """What of the queue is asked for; `provider` is the key of a git provider, empty for any."""

    view: View = View.ALL
    search: str = ""
    provider: str = ""
    risk: Level | None = None
    owner: Owner = Owner.ANYONE
    page: int = 1


@dataclass(frozen=True)
class LastRun:
    """The newest run of the checks, as short as a row of the queue needs it."""

    at: datetime
    outcome: Outcome
    passed: int
    asked: int
    failed: tuple[Check, ...]
    next_try_at: datetime | None
    link: str = ""  # the repository that was looked for; empty where the portal looked by itself


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue."""

    reference: str
    state: State
    stopped: bool
    address: str
    account_name: str
    providers: tuple[str, ...]  # keys of the providers where a git account is connected, each once
    is_mailbox_confirmed: bool  # for the address that the account has now
    git_accounts_before: int
    last_run: LastRun | None
    risk: Level
    waits_on_us_since: datetime | None
    state_since: datetime
    due_at: datetime | None
    ended_at: datetime | None
    needs_reply: bool
    last_words: str
    assignee: Staff | None


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue; `first` is the number of its first row, from 1."""

    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int
    now: datetime

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.page - 1) * ROWS_A_PAGE + 1


@dataclass(frozen=True)
class Unowned:
    """Cases that are ready to decide and that nobody has taken: how many, and the one that waited longest."""

    count: int
    oldest: str | None
    since: datetime | None


@dataclass(frozen=True)
class Neighbors:
    """The cases beside one in a view; `position` counts from 1 and is None when the view does not hold the case."""

    position: int | None
    total: int
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class EarlierCase:
    """Another case of the same account."""

    reference: str
    state: State
    stopped: bool
    opened_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class CaseView:
    """Everything on one case's page, read in one transaction; times are aware, UTC."""

    now: datetime
    case: Case
    request: Request
    account: Account | None  # None: deleted, or the directory does not answer
    directory_answers: bool
    assessment: Assessment | None
    policy: Policy
    last_run: Run | None
    has_earlier_run: bool
    look: Look | None  # the one whose run the case waits for, where one was put off
    messages: tuple[Message, ...]
    events: tuple[Event, ...]  # newest first
    people: Mapping[UUID, Staff]
    block: Block | None  # the one in force for new requests of this account
    earlier: tuple[EarlierCase, ...]
    waits_on_us_since: datetime | None
    needs_reply: bool


@dataclass(frozen=True)
class GivenAnswer:
    """What an agent answered to a mail without a case; `refusal` is what the mail server said where it took none."""

    by: str
    at: datetime
    text: str
    is_on_its_way: bool
    refusal: str


@dataclass(frozen=True)
class LooseMail:
    """A mail that fits no case, and every answer to it, oldest first."""

    message: Message
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True)
class MailsPage:
    """Mails that fit no case, newest first."""

    mails: tuple[LooseMail, ...]
    total: int
    page: int
    pages: int


class DeskScreens(Protocol):
    """Reads for the desk. No answer ever holds a case that is not for the desk, or is the viewer's own."""

    def counts(self, viewer: Staff) -> Mapping[View, int]:
        """How many cases each view holds."""
        ...

    def queue(self, viewer: Staff, query: QueueQuery) -> QueuePage:
        """One page of a view: the longest wait on us first."""
        ...

    def arrived(self, viewer: Staff, view: View, since: datetime) -> int:
        """How many cases came to where they stand, in this view, after that moment."""
        ...

    def unowned(self, viewer: Staff) -> Unowned:
        """What is ready to decide and has no owner."""
        ...

    def neighbors(self, viewer: Staff, query: QueueQuery, reference: str) -> Neighbors:
        """The cases before and after this one in a view."""
        ...

    def case(self, viewer: Staff, reference: str) -> CaseView:
        """One case; raises NotFound also for one that the viewer may not see."""
        ...

    def two_runs(self, viewer: Staff, reference: str, earlier_id: UUID | None) -> TwoRuns:
        """The newest run of a case beside an earlier one, the one before where none is named.

        Raises NotFound for a case that the viewer may not see, and for an id that is no earlier run of it.
        """
        ...

    def deciders(self) -> tuple[Staff, ...]:
        """Everybody a case can be assigned to, by name."""
        ...

    def mails_without_case(self, page: int) -> MailsPage:
        """Mails that fit no case."""
        ...

    def mail_without_case(self, message_id: UUID) -> LooseMail:
        """One of them; raises NotFound."""
        ...
