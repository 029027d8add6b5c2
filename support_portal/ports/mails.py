"""Mails that wait, links, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.principals import Principal
from support_portal.ports.records import Link, Mail, Message


class Mails(Protocol):
    """Mails that wait, and what became of them."""

    def add(self, mail: Mail) -> None:
        """Write a mail; it is sent by a worker after the transaction."""
        ...

    def get(self, mail_id: UUID) -> Mail:
        """One mail; raises NotFound."""
        ...

    def settle(self, mail_id: UUID, at: datetime, refusal: str = "") -> bool:
        """The server took it, or refused it for good; False, and nothing more, when it was settled already."""
        ...

    def wrote_of(self, letter: Letter, facts: Mapping[str, str], since: datetime) -> bool:
        """Whether this letter was written to anybody since then, with these among its facts."""
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

    def add_links(self, *new: Link) -> None:
        """Write links."""
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

    def void_links(self, principal: Principal, purposes: Iterable[Purpose], at: datetime) -> None:
        """Mark every unused link of these purposes that is about somebody's sign-in as used."""
        ...

    def last_link_at(self, case_id: UUID, purpose: Purpose) -> datetime | None:
        """When the newest link of this purpose of a case was made."""
        ...

    def case_of_message(self, message_id: str) -> UUID | None:
        """The case that a mail of ours (by its Message-ID) or a kept message belongs to."""
        ...
