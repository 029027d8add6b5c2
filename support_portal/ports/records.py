"""The rows that are no part of a case itself: requests, links, mails, messages, put-off work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from support_portal.domain.cases import Channel
from support_portal.domain.correspondence import Author, Letter, Purpose
from support_portal.domain.identities import ConnectedAccount


@dataclass(frozen=True)
class Request:
    """What somebody asked for, as it was typed or mailed; it proves nothing."""

    id: UUID
    address: str
    reason: str
    has_recovery_code: bool | None
    set_up_by_me: bool | None
    channel: Channel
    received_at: datetime
    network_address: str = ""
    user_agent: str = ""
    message_id: str = ""
    dmarc: str = ""
    matched_at: datetime | None = None
    case_id: UUID | None = None
    result: str = ""
    password_verified: bool = False  # typed right at the sign-in just before; a fact, never a proof


@dataclass(frozen=True)
class Link:
    """A link in a mail: for what, about which case, mailed to whom, until when (None: as long as its case says)."""

    id: UUID
    purpose: Purpose
    case_id: UUID | None
    address: str
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    staff_id: UUID | None = None
    account_id: UUID | None = None
    request_id: UUID | None = None


ANSWERED = "answered"  # the fact of an agent's answer that names the mail without a case (a message's id)


@dataclass(frozen=True)
class Mail:
    """A mail that waits or was settled: its letter and the ids it is rendered from, never its tokens."""

    id: UUID
    letter: Letter
    to: str
    case_id: UUID | None
    made_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)  # plain values the letter speaks of
    links: Mapping[str, UUID] = field(default_factory=dict)  # purpose -> link id
    settled_at: datetime | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Message:
    """One entry of a case's conversation, or a mail that fits no case (`case_id` None)."""

    id: UUID
    case_id: UUID | None
    at: datetime
    author: Author
    name: str
    text: str
    via: str  # form | page | email | desk | portal
    is_internal: bool = False
    from_address: str = ""
    subject: str = ""
    message_id: str = ""
    dmarc: str = ""
    staff_id: UUID | None = None


@dataclass(frozen=True)
class DueWork:
    """One put-off job that this worker holds until the lease ends; `token` tells it from any other holding."""

    job: str
    subject: UUID
    token: UUID
    tries: int
    lane: str = ""


@dataclass(frozen=True)
class Block:
    """No new case for this account until then, unless a lead lifts it before."""

    account_id: UUID
    until: datetime
    case_id: UUID
    lifted_at: datetime | None = None
    lifted_by: UUID | None = None
    lifted_why: str = ""


@dataclass(frozen=True)
class NewAccount:
    """An account to take in, with all that is known of it; its times are what the signals of risk look at."""

    address: str
    name: str = ""
    password_hash: str | None = None
    other_addresses: tuple[str, ...] = ()
    two_factor_enrolled_at: datetime | None = None  # None: two-factor authentication is off
    created_at: datetime | None = None  # None: now
    address_changed_at: datetime | None = None
    password_changed_at: datetime | None = None
    last_sign_in_at: datetime | None = None
    privileged: bool = False
    connected: tuple[ConnectedAccount, ...] = ()
