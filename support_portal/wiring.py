"""Putting real adapters behind the ports: once per process, after the fork, and the only place where keys enter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from support_portal import templates_folder
from support_portal.adapters.authenticators import PyotpAuthenticators
from support_portal.adapters.clock import Clock, SystemClock
from support_portal.adapters.common_passwords import ListedPasswords
from support_portal.adapters.db import relay
from support_portal.adapters.db.migrate import upgrade
from support_portal.adapters.db.pool import AT_ONCE, connect
from support_portal.adapters.db.screens.commands import SqlCommandScreens
from support_portal.adapters.db.screens.desk import SqlDeskScreens
from support_portal.adapters.db.screens.locked import SqlLockedScreens
from support_portal.adapters.db.screens.own import SqlOwnScreens
from support_portal.adapters.db.screens.people import SqlPeopleScreens
from support_portal.adapters.db.screens.requester import DatabaseRequesterScreens
from support_portal.adapters.db.sessions import DatabaseSessions
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.adapters.directory.register import EmbeddedRegister
from support_portal.adapters.health import PATIENCE, PartsHealth
from support_portal.adapters.mail.reading import Reader
from support_portal.adapters.mail.render import Templates
from support_portal.adapters.mail.smtp import SmtpSender
from support_portal.adapters.passwords import Argon2Passwords
from support_portal.adapters.providers.budgets import SharedBudgets
from support_portal.adapters.providers.guarded import Guarded
from support_portal.adapters.sealing import AesSealing
from support_portal.adapters.secrets import HmacDigests, SignedLinks, cookie_keys
from support_portal.adapters.security_keys import WebAuthnKeys
from support_portal.domain.security_keys import site_of
from support_portal.ports.health import Health
from support_portal.ports.sessions import Sessions
from support_portal.ports.tools import Product, Tools
from support_portal.provider_settings import read_providers
from support_portal.settings import Settings
from support_portal.wiring_providers import accesses_from, git_sign_ins_from, providers_from

PATIENCE_WITH_MAIL = 10.0  # seconds for each answer of the mail server
NOBODY_WRITES = "support@localhost.localdomain"  # the sender's address where none is set, so no mail goes out


@dataclass(frozen=True)
class Screens:
    """The port `Screens`."""

    requester: DatabaseRequesterScreens
    desk: SqlDeskScreens
    people: SqlPeopleScreens
    locked: SqlLockedScreens
    own: SqlOwnScreens
    commands: SqlCommandScreens


def tools_from(settings: Settings, *, clock: Clock | None = None, connections: int = AT_ONCE) -> Tools:
    """The tools of a process; with a clock, rows are written at its times instead of the database's.

    `connections` is how many transactions it may have open at once; more threads than that take turns.
    """
    engine = _engine(settings, connections)
    instances = read_providers(settings)
    budgets = SharedBudgets(settings.redis_url, SystemClock(), accesses_from(instances))
    site = site_of(settings.address)
    product = Product(
        name=settings.product_name,
        repository_name=settings.repository_name,
        address=settings.address,
        support_address=settings.support_address or NOBODY_WRITES,
        is_local=settings.is_local,
        notice=settings.notice,
    )
    return Tools(
        uow=SqlUnitOfWork(engine, EmbeddedDirectory, EmbeddedRegister, clock),
        screens=screens_from(engine),
        providers={key: Guarded(one, budgets) for key, one in providers_from(instances, settings).items()},
        budgets=budgets,
        git_sign_ins=git_sign_ins_from(instances, settings),
        links=SignedLinks(settings.keys),
        passwords=Argon2Passwords(),
        sealing=AesSealing(settings.keys),
        digests=HmacDigests(settings.keys),
        authenticators=PyotpAuthenticators(),
        common_passwords=ListedPasswords(),
        security_keys=WebAuthnKeys(site, product.name) if site else None,
        letters=Templates(templates_folder() / "email"),
        reader=Reader(support_address=product.support_address, authserv_id=settings.authserv_id),
        sender=_sender(settings),
        product=product,
        spread=partial(random.SystemRandom().uniform, 0.5, 1.5),
    )


def screens_from(engine: Engine) -> Screens:
    """What pages and commands read."""
    return Screens(
        DatabaseRequesterScreens(engine, EmbeddedDirectory),
        SqlDeskScreens(engine, EmbeddedDirectory),
        SqlPeopleScreens(engine),
        SqlLockedScreens(engine, EmbeddedDirectory),
        SqlOwnScreens(engine),
        SqlCommandScreens(engine),
    )


def sessions_from(settings: Settings) -> Sessions:
    """Where sessions are kept."""
    return DatabaseSessions(_engine(settings))


def cookie_keys_from(settings: Settings) -> tuple[str, ...]:
    """The keys that sign visitors' cookies, newest first."""
    return cookie_keys(settings.keys)


def health_from(settings: Settings) -> Health:
    """What looks at the parts."""
    sender = _sender(settings, PATIENCE)
    return PartsHealth(_engine(settings), settings.redis_url, sender.greet if sender else None)


def relay_from(settings: Settings) -> tuple[Callable[[int], list[tuple[str, str]]], Iterator[bool]]:
    """What the relay needs: a call that takes due work, and an endless row of wakes."""
    settings.need("DATABASE_URL")
    engine = _engine(settings)

    def take_due(most: int) -> list[tuple[str, str]]:
        return [(job.value, str(subject)) for job, subject in relay.take_due(engine, most)]

    return take_due, relay.listen(settings.database_url or "")


def upgrade_database(settings: Settings) -> None:
    """Bring the tables up to date."""
    settings.need("DATABASE_URL")
    upgrade(settings.database_url or "")


def _sender(settings: Settings, timeout: float = PATIENCE_WITH_MAIL) -> SmtpSender | None:
    if not settings.smtp_url:
        return None
    settings.need("SUPPORT_ADDRESS")
    return SmtpSender(
        settings.smtp_url,
        support_address=settings.support_address or "",
        instance=settings.address,
        timeout=timeout,
    )


_engines: dict[str, Engine] = {}


def _engine(settings: Settings, connections: int = AT_ONCE) -> Engine:
    """One pool a process and database."""
    settings.need("DATABASE_URL")
    url = settings.database_url or ""
    if url not in _engines:
        _engines[url] = connect(url, connections)
    return _engines[url]
