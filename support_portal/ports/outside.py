"""The outside world: account directory, git providers, mail, secrets, passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.accounts import Account
from support_portal.domain.correspondence import Purpose
from support_portal.domain.evidence import Answer, RepositoryFacts
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.domain.standing import Standing
from support_portal.ports.records import NewAccount


class GitProvider(Protocol):
    """One git provider that can be asked about public repositories; it never follows a redirect.

    No call raises for anything a provider can answer: a fault is `Unknown`, with its reason.
    """

    @property
    def instance(self) -> Instance:
        """Which provider this is."""
        ...

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom: what is known without asking."""
        ...

    def standing(self) -> Standing:
        """What it tells of itself and of what it is asked with, within some seconds and for a call or two."""
        ...

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository at this path, as a link names it."""
        ...

    def by_account(self, account: ConnectedAccount, name: str, known: RepositoryFacts | None = None, /) -> Answer:
        """The repository of this name at this account, found by the account's immutable id under its present name.

        What is known of it from before is asked about where the provider answers for nothing that it did not change.
        """
        ...


@dataclass(frozen=True)
class RemovalOrder:
    """What to remove: this enrolment of this account and no other; `key` makes a second order the same order."""

    account_id: UUID
    enrolment_id: UUID
    case_id: UUID
    key: str


class DirectoryUnavailable(Exception):
    """The directory does not answer; nothing is known, so nothing is decided."""


class DirectoryRefused(Exception):
    """The directory said no, and did nothing; the text says why."""


class AccountDirectory(Protocol):
    """Where the product's accounts live, seen within one transaction (`Work.directory`).

    Every call may raise DirectoryUnavailable.
    """

    def find(self, address: str) -> Sequence[Account]:
        """All accounts whose registered address compares equal to this one."""
        ...

    def read(self, account_id: UUID) -> Account | None:
        """The account as it is now; None when it was deleted."""
        ...

    def remove_second_factors(self, order: RemovalOrder) -> None:
        """Remove authenticator, keys, recovery codes and remembered devices of that enrolment, and end all sessions.

        All or nothing; done already counts as done. Raises DirectoryRefused.
        """
        ...

    def lock(self, account_id: UUID) -> None:
        """Let nobody in any more; sessions and tokens end. A locked account stays as it is."""
        ...

    def unlock(self, account_id: UUID) -> None:
        """Let people in again. Raises DirectoryRefused for an account that is not locked."""
        ...


@dataclass(frozen=True)
class Holder:
    """The account that has an address, registered or as another confirmed one, and the address as it is stored."""

    account_id: UUID
    address: str


class AccountRegister(Protocol):
    """Taking accounts into a directory that the portal keeps itself (`Work.register`)."""

    def known_address(self, address: str) -> bool:
        """Whether an account has this address, registered or as another confirmed one; compared by the rule."""
        ...

    def holder_of(self, address: str) -> Holder | None:
        """Whose account has this address; compared by the rule."""
        ...

    def change_address(self, account_id: UUID, address: str) -> bool:
        """Make it the registered address, and keep the old one with the moment; False when another account has it."""
        ...

    def known_git_account(self, instance: str, external_id: str) -> bool:
        """Whether an account has this git account connected."""
        ...

    def register(self, account: NewAccount) -> UUID:
        """Take an account in; its id. Raises BadInput for an address or git account that is known already."""
        ...


@dataclass(frozen=True)
class OutgoingMail:
    """One mail, ready to hand to a mail server."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    reply_to: str | None
    is_automatic: bool
    in_reply_to: str = ""  # the Message-ID it answers, empty for none


class MailRefused(Exception):
    """The mail server refused this mail for good (a 5xx answer); trying again is of no use."""


class MailDelayed(Exception):
    """The mail server is not there, or says to come back later."""


class MailSender(Protocol):
    """The way out for mail."""

    def send(self, mail: OutgoingMail, at: datetime) -> None:
        """Hand one mail to the server, dated `at`; raises MailRefused or MailDelayed."""
        ...


class Links(Protocol):
    """Tokens of links: made from an id with a key that is not in the database, never stored."""

    def token(self, purpose: Purpose, subject: UUID) -> str:
        """The token that stands for this id in links of this purpose."""
        ...

    def subject(self, purpose: Purpose, token: str) -> UUID:
        """The id that a token stands for; raises LinkNotGood when it is cut, foreign or for another purpose."""
        ...


class Passwords(Protocol):
    """Argon2id."""

    def hashed(self, password: str) -> str:
        """What is stored of a password."""
        ...

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether the password fits; takes as long when nothing is stored."""
        ...

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than a new password is now."""
        ...


class CommonPasswords(Protocol):
    """The passwords, words and names that whoever guesses tries first."""

    def is_common(self, text: str) -> bool:
        """Whether exactly this text, in small letters, is one of them."""
        ...
