"""What is kept, one small store a thing, and the transaction they share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.browsers import Browser
from support_portal.domain.cases import Approval, Case
from support_portal.domain.evidence import Run
from support_portal.domain.moves import Event
from support_portal.ports.blocks import Blocks
from support_portal.ports.due import Due
from support_portal.ports.forgetting import Forgetting
from support_portal.ports.git_sign_in import Comings, Connections
from support_portal.ports.logins import Factors, Logins, SetUps, Tries
from support_portal.ports.mails import Mails
from support_portal.ports.outside import AccountDirectory, AccountRegister
from support_portal.ports.people import People, Policies
from support_portal.ports.records import Message
from support_portal.ports.requests import Requests, Resets
from support_portal.ports.sealed import SealedSecrets
from support_portal.ports.security_keys import KeyChallenges, KeysKept
from support_portal.ports.tokens import DeviceCodes, Tokens


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

    def read(self, case_id: UUID) -> Case:
        """The case as it is now, for whoever comes back to it later; raises NotFound."""
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

    def is_claimed(self, instance: str, repository_id: str, case_id: UUID) -> bool:
        """Whether a repository ever passed for another case than this one."""
        ...

    def slow_removals(self, since: datetime) -> Sequence[Case]:
        """Cases that are in `removing` since before then and that nobody was told of yet."""
        ...


class Records(Protocol):
    """Events, runs, messages and removals: mostly written once and read by pages."""

    def tell(self, event: Event) -> None:
        """Write one event to the timeline and the audit, and for a while where the request came from."""
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
    def resets(self) -> Resets:
        """Requests for a new password."""
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
    def security_keys(self) -> KeysKept:
        """Security keys."""
        ...

    @property
    def key_challenges(self) -> KeyChallenges:
        """What keys are asked to answer."""
        ...

    @property
    def comings(self) -> Comings:
        """What was begun at git providers and is to come back."""
        ...

    @property
    def connections(self) -> Connections:
        """Git accounts connected to accounts."""
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
    def tokens(self) -> Tokens:
        """Access tokens."""
        ...

    @property
    def device_codes(self) -> DeviceCodes:
        """Sign-ins of commands that wait for a person."""
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

    @property
    def browser(self) -> Browser | None:
        """Where the request came from that brought this about; None where a worker or a command did."""
        ...


class UnitOfWork(Protocol):
    """Opens transactions: committed at the end of the block, undone by any exception."""

    def begin(self) -> AbstractContextManager[Work]:
        """One transaction."""
        ...

    def called_from(self, browser: Browser) -> UnitOfWork:
        """The same for one request: whatever it brings about keeps where it came from."""
        ...
