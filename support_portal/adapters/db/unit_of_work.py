"""One transaction, and everything that is read and written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

from support_portal.adapters.clock import Clock
from support_portal.adapters.db.blocks import SqlBlocks
from support_portal.adapters.db.cases import SqlCases
from support_portal.adapters.db.device_codes import SqlDeviceCodes
from support_portal.adapters.db.due import SqlDue
from support_portal.adapters.db.factors import SqlFactors, SqlSetUps
from support_portal.adapters.db.forgetting import SqlForgetting
from support_portal.adapters.db.git_sign_in import SqlComings, SqlConnections
from support_portal.adapters.db.logins import SqlLogins, SqlTries
from support_portal.adapters.db.mails import SqlMails
from support_portal.adapters.db.people import SqlPeople
from support_portal.adapters.db.policies import SqlPolicies
from support_portal.adapters.db.records import SqlRecords
from support_portal.adapters.db.requests import SqlRequests, SqlResets
from support_portal.adapters.db.sealed import SqlSealedSecrets
from support_portal.adapters.db.security_keys import SqlKeyChallenges, SqlKeysKept
from support_portal.adapters.db.tokens import SqlTokens
from support_portal.domain.browsers import Browser
from support_portal.domain.errors import Stale
from support_portal.ports.outside import AccountDirectory, AccountRegister
from support_portal.ports.stores import StoreUnavailable, Work

_NOW = select(func.now())
# serialization_failure, deadlock_detected, lock_not_available: somebody else had the same rows
_SOMEBODY_ELSE = {"40001", "40P01", "55P03"}


def what_it_means(error: SQLAlchemyError) -> Exception:
    """The portal's own word for a fault of the database: somebody else was faster, or it does not answer."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return Stale() if state in _SOMEBODY_ELSE else StoreUnavailable(str(error).splitlines()[0])


MakeDirectory = Callable[[Connection, datetime], AccountDirectory]
MakeRegister = Callable[[Connection, datetime], AccountRegister]


class SqlWork:
    """The port `Work` over one connection."""

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        directory: AccountDirectory,
        register: AccountRegister,
        browser: Browser | None = None,
    ) -> None:
        self.now = now
        self.browser = browser
        self.cases = SqlCases(connection)
        self.requests = SqlRequests(connection)
        self.resets = SqlResets(connection)
        self.records = SqlRecords(connection, browser)
        self.blocks = SqlBlocks(connection)
        self.forgetting = SqlForgetting(connection, now)
        self.mails = SqlMails(connection)
        self.due = SqlDue(connection, now)
        self.people = SqlPeople(connection)
        self.logins = SqlLogins(connection)
        self.factors = SqlFactors(connection)
        self.set_ups = SqlSetUps(connection)
        self.security_keys = SqlKeysKept(connection)
        self.key_challenges = SqlKeyChallenges(connection)
        self.comings = SqlComings(connection)
        self.connections = SqlConnections(connection)
        self.sealed = SqlSealedSecrets(connection)
        self.tries = SqlTries(connection)
        self.tokens = SqlTokens(connection)
        self.device_codes = SqlDeviceCodes(connection)
        self.policies = SqlPolicies(connection)
        self.directory = directory
        self.register = register


class SqlUnitOfWork:
    """The port `UnitOfWork`. Time is the database's, unless a clock is given (a story told with set times)."""

    def __init__(
        self,
        engine: Engine,
        directory: MakeDirectory,
        register: MakeRegister,
        clock: Clock | None = None,
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._register = register
        self._clock = clock
        self._browser: Browser | None = None

    def called_from(self, browser: Browser) -> Self:
        """The same for one request: whatever it brings about keeps where it came from."""
        one = copy(self)
        one._browser = browser
        return one

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """One transaction: committed at the end of the block, undone by any exception.

        Raises Stale where another transaction had the same rows and this one had to give way, StoreUnavailable
        where the database does not answer in time.
        """
        try:
            with self._engine.begin() as connection:
                now = self._clock.now() if self._clock else connection.execute(_NOW).scalar_one()
                directory, register = self._directory(connection, now), self._register(connection, now)
                yield SqlWork(connection, now, directory, register, self._browser)
        except (InterfaceError, OperationalError, TimeoutError) as error:
            raise what_it_means(error) from error
