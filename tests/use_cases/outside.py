"""What happens at the account directory without the portal: faults, sign-ins, changes of an account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, insert, update

from support_portal.adapters.db.tables import accounts, connected_accounts, enrolments, sign_ins
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.addresses import compared
from support_portal.ports.outside import AccountDirectory, DirectoryRefused, DirectoryUnavailable, RemovalOrder


@dataclass
class Mood:
    """How the directory behaves: as it should, unless it is told otherwise."""

    is_away: bool = False
    refuses: str = ""
    on_removal: Callable[[RemovalOrder], None] | None = None  # what happens besides, before it removes
    twins: list[Account] = field(default_factory=list)  # accounts that it finds besides, whatever is asked for
    orders: list[RemovalOrder] = field(default_factory=list)


class MoodyDirectory:
    """The embedded directory, behind which accounts live as in the product, in a mood that a test sets."""

    def __init__(self, real: AccountDirectory, mood: Mood) -> None:
        self._real = real
        self._mood = mood

    def find(self, address: str) -> Sequence[Account]:
        """The accounts found, and the twins."""
        return [*self._there().find(address), *self._mood.twins]

    def read(self, account_id: UUID) -> Account | None:
        """The account, or a twin."""
        twin = next((one for one in self._mood.twins if one.id == account_id), None)
        return twin or self._there().read(account_id)

    def remove_second_factors(self, order: RemovalOrder) -> None:
        """Remove, or refuse."""
        self._mood.orders.append(order)
        if self._mood.on_removal:
            self._mood.on_removal(order)
        if self._mood.refuses:
            raise DirectoryRefused(self._mood.refuses)
        self._there().remove_second_factors(order)

    def lock(self, account_id: UUID) -> None:
        """Lock."""
        self._there().lock(account_id)

    def unlock(self, account_id: UUID) -> None:
        """Unlock."""
        self._there().unlock(account_id)

    def _there(self) -> AccountDirectory:
        if self._mood.is_away:
            raise DirectoryUnavailable("no answer within 5 s")
        return self._real


def directory_in(mood: Mood, connection: Connection, now: datetime) -> MoodyDirectory:
    """The directory of one transaction."""
    return MoodyDirectory(EmbeddedDirectory(connection, now), mood)


def sign_in(engine: Engine, account_id: UUID, factor: str, at: datetime) -> None:
    """Somebody signs in to the product."""
    with engine.begin() as connection:
        connection.execute(insert(sign_ins).values(account_id=account_id, at=at, factor=factor))


def turn_off(engine: Engine, account_id: UUID, at: datetime) -> None:
    """The owner turns 2FA off, in the product."""
    standing = (enrolments.c.account_id == account_id) & enrolments.c.ended_at.is_(None)
    with engine.begin() as connection:
        connection.execute(update(enrolments).where(standing).values(ended_at=at, ended_by="owner"))


def turn_on(engine: Engine, account_id: UUID, at: datetime) -> UUID:
    """The owner turns 2FA on; the new enrolment."""
    enrolment_id = uuid4()
    with engine.begin() as connection:
        connection.execute(insert(enrolments).values(id=enrolment_id, account_id=account_id, enrolled_at=at))
    return enrolment_id


def set_status(engine: Engine, account_id: UUID, status: AccountStatus) -> None:
    """The product suspends, locks or deletes an account."""
    with engine.begin() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(status=status))


def set_address(engine: Engine, account_id: UUID, address: str) -> None:
    """The owner changes the registered address."""
    values = {"address": address, "compared": compared(address)}
    with engine.begin() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def set_password_changed(engine: Engine, account_id: UUID, at: datetime) -> None:
    """Somebody changes the account's password."""
    with engine.begin() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(password_changed_at=at))


def connect_git(engine: Engine, account_id: UUID, external_id: str, at: datetime) -> None:
    """Somebody connects one more git account."""
    row = {"instance": "gitlab", "external_id": external_id, "username": "new-one", "connected_at": at}
    with engine.begin() as connection:
        connection.execute(insert(connected_accounts).values(**row, account_id=account_id, workspace_ids=[]))
