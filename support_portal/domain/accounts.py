"""A product account as its directory tells it: read anew each time, never kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.addresses import compared
from support_portal.domain.identities import ConnectedAccount

REPLACED_ADDRESS_KEPT = timedelta(days=30)  # a replaced registered address is still told of what happens


class AccountStatus(StrEnum):
    """Whether the account may be used at all."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LOCKED = "locked"
    DELETED = "deleted"


@dataclass(frozen=True)
class Enrolment:
    """One time that two-factor authentication was set up; a new set-up is another enrolment with another id."""

    id: UUID
    enrolled_at: datetime


@dataclass(frozen=True)
class Account:
    """What the directory says of one account at one moment."""

    id: UUID
    address: str
    name: str
    status: AccountStatus
    two_factor: Enrolment | None
    connected: tuple[ConnectedAccount, ...]
    other_addresses: tuple[str, ...]
    replaced_addresses: tuple[tuple[str, datetime], ...]
    created_at: datetime
    address_changed_at: datetime | None
    password_changed_at: datetime | None
    last_sign_in_at: datetime | None
    last_second_factor_at: datetime | None
    privileged: bool

    def owners_addresses(self, now: datetime) -> tuple[str, ...]:
        """The registered address, the other confirmed ones, and those replaced in the last 30 days; no doubles."""
        recent = [old for old, at in self.replaced_addresses if now - at <= REPLACED_ADDRESS_KEPT]
        found = {compared(address): address for address in (*reversed(recent), *self.other_addresses, self.address)}
        found.pop(compared(self.address))
        return (self.address, *sorted(found.values()))


def the_one_meant(address: str, candidates: Sequence[Account]) -> Account | None:
    """Of the accounts that compare equal to a typed address, the one meant; None when there is none or no telling."""
    equal = [account for account in candidates if compared(account.address) == compared(address)]
    if len(equal) == 1:
        return equal[0]
    exact = [account for account in equal if account.address == address]
    return exact[0] if len(exact) == 1 else None
