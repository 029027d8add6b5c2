"""Security keys and passkeys: what is kept of them, what they are asked, and how an answer is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.principals import Principal
from support_portal.domain.security_keys import Ceremony


@dataclass(frozen=True)
class Credential:
    """What a new key proved: its own id, the public key that its answers are checked with, and its counter."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


@dataclass(frozen=True)
class SecurityKey:
    """A key that somebody has added."""

    id: UUID
    credential: Credential
    name: str
    made_at: datetime
    last_used_at: datetime | None
    copied_at: datetime | None = None  # when a copy of it was noticed: it signs in no longer


@dataclass(frozen=True)
class Challenge:
    """What a key has to answer: good once, within five minutes, in the session it was made for."""

    id: UUID
    ceremony: Ceremony
    value: bytes


@dataclass(frozen=True)
class Assertion:
    """An answer that one of somebody's keys signed: which of them, and its counter."""

    key: SecurityKey
    sign_count: int


class AnswerNotGood(Exception):
    """What was sent is not the answer that was asked for; which part of it is wrong is not said."""


class SecurityKeys(Protocol):
    """Web Authentication, for one site. Questions and answers are JSON, as browsers read and write them."""

    def ask_for_new(
        self, challenge: bytes, principal: Principal, address: str, name: str, known: Sequence[SecurityKey]
    ) -> str:
        """The question for a key that is none of those known."""
        ...

    def ask_for_one_of(self, challenge: bytes, known: Sequence[SecurityKey]) -> str:
        """The question for one of these keys."""
        ...

    def read_new(self, answer: str, challenge: bytes) -> Credential:
        """The new key; raises AnswerNotGood."""
        ...

    def read_one_of(
        self, answer: str, challenge: bytes, principal: Principal, known: Sequence[SecurityKey]
    ) -> Assertion:
        """Which of these keys of this person answered; raises AnswerNotGood. Its counter is for the store to judge."""
        ...


class KeysKept(Protocol):
    """The keys of enrolments. Those of one enrolment come with it, out of `Factors`."""

    def add(self, enrolment_id: UUID, key: SecurityKey) -> bool:
        """Add a key; False when it is somebody's already."""
        ...

    def use(self, key_id: UUID, sign_count: int, at: datetime) -> bool:
        """Count a use; False when the counter did not go forward, so that there are two keys with the same secret.

        A key that does not count says 0 each time.
        """
        ...

    def refuse_copies(self, key_id: UUID, at: datetime) -> None:
        """A copy was noticed: accept neither it nor the key any more, or the copy would soon have counted as far."""
        ...

    def remove(self, enrolment_id: UUID, key_id: UUID) -> str | None:
        """Remove a key of this enrolment; its name, None when it has no such key."""
        ...


class KeyChallenges(Protocol):
    """Challenges that were shown. Each is used by one conditional UPDATE."""

    def make(self, session_id: UUID, challenge: Challenge, at: datetime) -> None:
        """Keep a new one; those of this session that are too old are gone."""
        ...

    def use(
        self, challenge_id: UUID, session_id: UUID, principal: Principal, ceremony: Ceremony, at: datetime
    ) -> bytes | None:
        """Use it up; None when it is used, too old, for something else, or of another session or person."""
        ...
