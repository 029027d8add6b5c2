"""What is kept, one small store a thing, and the transaction they share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.cases import Approval, Case
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.evidence import Run
from support_portal.domain.moves import Event
from support_portal.ports.blocks import Blocks
from support_portal.ports.due import Due
from support_portal.ports.forgetting import Forgetting
from support_portal.ports.logins import Factors, Logins, SetUps, Tries
from support_portal.ports.outside import AccountDirectory, AccountRegister
from support_portal.ports.people import People, Policies
from support_portal.ports.records import Link, Mail, Message
from support_portal.ports.requests import Requests
from support_portal.ports.sealed import SealedSecrets


class StoreUnavailable(Exception):
    """The database does not answer; nothing was written."""


class Cases(Protocol):
    """Cases; each write is a compare-and-set on the version that was read."""

    def next_number(self) -> int:
        """The number of the next case; gaps are possible, doubles are not."""
        ...

    def add(self, case: Case) -> None:
        """Open a case. Raises Stale when the account has a case that has not ended."""
        ...

    def get(self, case_id: UUID) -> Case:
        """The case, locked until the transaction ends; raises NotFound."""
        ...

    def by_number(self, number: int) -> Case:
        """The same by its number; raises NotFound."""
        ...

    def save(self, before: Case, after: Case) -> None:
        """Write what changed; raises Stale when the row is no longer the version of `before`."""
        ...

    def give_approval(self, case: Case, approval: Approval) -> None:
        """Write one approval of a case."""
        ...

    def void_approvals(self, case: Case, why: str, at: datetime) -> None:
        """Mark all approvals of a case as void."""
        ...

    def open_one(self, account_id: UUID) -> Case | None:
        """The case of this account that has not ended, locked."""
        ...

    def latest_before(self, account_id: UUID) -> Case | None:
        """The newest case of this account that has ended."""
        ...

    def live_ids(self) -> Sequence[UUID]:
        """Ids of all live cases, for the reading of the directory."""
        ...

    def claimed(self, case_id: UUID) -> frozenset[tuple[str, str]]:
        """(instance, repository id) of every repository that passed for another case."""
        ...

    def slow_removals(self, since: datetime) -> Sequence[Case]:
        """Cases that are in `removing` since before then and that nobody was told of yet."""
        ...


class Records(Protocol):
    """Events, runs, messages and removals: mostly written once and read by pages."""

    def tell(self, event: Event) -> None:
        """Write one event to the timeline and the audit."""
        ...

    def happened(self, case_id: UUID, action: str, since: datetime) -> int:
        """How often something happened to a case since then."""
        ...

    def add_run(self, run: Run) -> None:
        """Keep one run of the checks."""
        ...

    def run(self, run_id: UUID) -> Run | None:
        """One run."""
        ...

    def last_run(self, case_id: UUID) -> Run | None:
        """The newest run of a case."""
        ...

    def say(self, message: Message) -> None:
        """Add a message to the conversation."""
        ...

    def credit(self, case_id: UUID, request_id: UUID) -> None:
        """Take this request's words for the requester's, and those of every other request of the case for unproven."""
        ...

    def has_mail(self, mail_id: UUID) -> bool:
        """Whether a mail that came in is kept already under this id, as a message or as a request."""
        ...

    def mail_without_case(self, message_id: UUID) -> Message:
        """A mail that came in and fits no case, locked; raises NotFound."""
        ...

    def record_removal(self, case: Case, account_id: UUID, enrolment_id: UUID, run_id: UUID, at: datetime) -> None:
        """Write the removal itself; the database refuses one without approval, evidence or the right enrolment."""
        ...


class Mails(Protocol):
    """Mails that wait, and what became of them."""

    def add(self, mail: Mail) -> None:
        """Write a mail; it is sent by a worker after the transaction."""
        ...

    def get(self, mail_id: UUID) -> Mail:
        """One mail, locked; raises NotFound."""
        ...

    def settle(self, mail_id: UUID, at: datetime, refusal: str = "") -> None:
        """The server took it, or refused it for good."""
        ...

    def count(self, letter: Letter, to: str, since: datetime) -> int:
        """How many of this letter went to this address since then; addresses are compared by the rule."""
        ...

    def answers_to(self, message: Message) -> int:
        """How often agents answered a mail that fits no case."""
        ...

    def unsettled(self, case_id: UUID, letter: Letter, since: datetime) -> int:
        """How many of these letters of a case, made since then, neither arrived nor were refused."""
        ...

    def last_settled(self, case_id: UUID, letter: Letter, since: datetime) -> datetime | None:
        """When the last of them was settled."""
        ...

    def add_link(self, link: Link) -> None:
        """Write a link."""
        ...

    def link(self, purpose: Purpose, link_id: UUID) -> Link:
        """One link, locked; raises LinkNotGood."""
        ...

    def use_link(self, link: Link, at: datetime) -> None:
        """Mark a link as used; raises LinkNotGood when it was used in the meantime."""
        ...

    def use_all(self, case_id: UUID, purpose: Purpose, at: datetime) -> None:
        """Mark every unused link of this purpose of a case as used."""
        ...

    def last_link_at(self, case_id: UUID, purpose: Purpose) -> datetime | None:
        """When the newest link of this purpose of a case was made."""
        ...

    def case_of_message(self, message_id: str) -> UUID | None:
        """The case that a mail of ours (by its Message-ID) or a kept message belongs to."""
        ...


class Work(Protocol):
    """One transaction, and everything that is read and written in it."""

    @property
    def cases(self) -> Cases:
        """Cases."""
        ...

    @property
    def requests(self) -> Requests:
        """What was asked for."""
        ...

    @property
    def records(self) -> Records:
        """Events, runs, messages, removals."""
        ...

    @property
    def blocks(self) -> Blocks:
        """Blocks of new cases."""
        ...

    @property
    def forgetting(self) -> Forgetting:
        """Forgetting what was kept long enough."""
        ...

    @property
    def mails(self) -> Mails:
        """Mails and links."""
        ...

    @property
    def due(self) -> Due:
        """Put-off work."""
        ...

    @property
    def people(self) -> People:
        """Staff."""
        ...

    @property
    def logins(self) -> Logins:
        """Passwords and sessions."""
        ...

    @property
    def factors(self) -> Factors:
        """Second factors."""
        ...

    @property
    def set_ups(self) -> SetUps:
        """Set-ups of second factors that are not finished."""
        ...

    @property
    def sealed(self) -> SealedSecrets:
        """Everything that is kept sealed."""
        ...

    @property
    def tries(self) -> Tries:
        """How often was tried."""
        ...

    @property
    def policies(self) -> Policies:
        """Every policy ever set."""
        ...

    @property
    def directory(self) -> AccountDirectory:
        """The account directory, within this transaction."""
        ...

    @property
    def register(self) -> AccountRegister:
        """Taking accounts in, within this transaction."""
        ...

    @property
    def now(self) -> datetime:
        """The database's time of this transaction; aware, UTC."""
        ...


class UnitOfWork(Protocol):
    """Opens transactions: committed at the end of the block, undone by any exception."""

    def begin(self) -> AbstractContextManager[Work]:
        """One transaction."""
        ...
