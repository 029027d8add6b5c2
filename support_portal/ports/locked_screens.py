"""Accounts that were locked without a case, as leads read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.accounts import Account
from support_portal.domain.staff import Staff


@dataclass(frozen=True)
class LockedAccount:
    """One of them, and what is known of the lock."""

    account: Account
    locked_at: datetime
    by: str


@dataclass(frozen=True)
class LockedAccounts:
    """All of them at one moment, the newest lock first."""

    now: datetime
    accounts: tuple[LockedAccount, ...]


class LockedScreens(Protocol):
    """Reads about locked accounts; never one of the viewer's own."""

    def locked(self, viewer: Staff) -> LockedAccounts:
        """Accounts that were locked without a case and still are."""
        ...

    def one(self, viewer: Staff, account_id: UUID) -> LockedAccounts:
        """One of them alone; raises NotFound alike for any other account and for one that is not there."""
        ...
