"""Everything a use case may reach for, made once per process by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from support_portal.domain.browsers import Browser
from support_portal.domain.identities import Instance
from support_portal.ports.budgets import Budgets
from support_portal.ports.git_sign_in import GitSignIns
from support_portal.ports.incoming import MailReader
from support_portal.ports.letters import LetterWriter
from support_portal.ports.logins import Authenticators, Sealing
from support_portal.ports.outside import CommonPasswords, GitProvider, Links, MailSender, Passwords
from support_portal.ports.screens import Screens
from support_portal.ports.security_keys import SecurityKeys
from support_portal.ports.stores import UnitOfWork
from support_portal.ports.tokens import Digests


@dataclass(frozen=True)
class Product:
    """What differs between installations, as pages and mails speak of it."""

    name: str
    repository_name: str
    address: str
    support_address: str
    is_local: bool
    notice: str | None


@dataclass(frozen=True)
class Tools:
    """The ports behind which the real parts stand."""

    uow: UnitOfWork
    screens: Screens
    providers: Mapping[str, GitProvider]
    budgets: Budgets
    git_sign_ins: GitSignIns  # the providers that people can sign in at
    links: Links
    passwords: Passwords
    sealing: Sealing
    digests: Digests
    authenticators: Authenticators
    common_passwords: CommonPasswords
    security_keys: SecurityKeys | None  # None where the portal is reached by an IP address
    letters: LetterWriter
    reader: MailReader
    sender: MailSender | None
    product: Product
    spread: Callable[[], float]  # a number from 0.5 to 1.5 that spreads tries

    def called_from(self, browser: Browser) -> Tools:
        """The same tools for one request: whatever it brings about keeps where it came from."""
        return replace(self, uow=self.uow.called_from(browser))

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The providers that can be asked."""
        return tuple(provider.instance for provider in self.providers.values())

    @property
    def undated(self) -> frozenset[str]:
        """The providers, by key, that don't tell when a repository was created."""
        return frozenset(instance.key for instance in self.instances if not instance.tells_dates)

    @property
    def ways_in(self) -> tuple[Instance, ...]:
        """The providers that people can sign in at."""
        return tuple(sign_in.instance for sign_in in self.git_sign_ins.values())
