"""Everything that is kept sealed, for the day a key is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from support_portal.domain.sealed import SealedFor


@dataclass(frozen=True)
class Place:
    """Where sealed secrets are kept, as `table.column`, and what they are sealed for."""

    name: str
    purpose: SealedFor


@dataclass(frozen=True)
class SealedSecret:
    """One of them, and whose it is."""

    owner: UUID
    sealed: bytes


class SealedSecrets(Protocol):
    """What is sealed in the database; `newest` is the name of the key that seals now."""

    def places(self) -> Sequence[Place]:
        """Every place, in the order in which secrets move: what is copied on is re-encrypted where it came from."""
        ...

    def older(self, place: Place, newest: bytes, after: UUID | None, most: int) -> Sequence[UUID]:
        """Rows whose secret another key sealed, in the order of their ids, from behind `after` on."""
        ...

    def count_older(self, place: Place, newest: bytes) -> int:
        """How many those are."""
        ...

    def hold(self, place: Place, row: UUID, newest: bytes) -> SealedSecret | None:
        """One of them, locked until the transaction ends; None when it is gone, or sealed with the newest key."""
        ...

    def put(self, place: Place, row: UUID, sealed: bytes) -> None:
        """The same secret sealed anew."""
        ...
