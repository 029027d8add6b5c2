"""Asks database, broker and mail setting how they are; short patience with each."""

from __future__ import annotations

from collections.abc import Callable

import redis
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from support_portal.adapters.db.migrate import is_current
from support_portal.ports.health import HealthReport, PartHealth
from support_portal.ports.outside import MailDelayed

PATIENCE = 1.0  # seconds for broker and mail server


class PartsHealth:
    """The port `Health` over the real parts."""

    def __init__(self, engine: Engine, redis_url: str | None, greet: Callable[[], None] | None) -> None:
        """Take what is to be asked; `greet` reaches the mail server, and is None where no server is set."""
        self._engine = engine
        self._redis_url = redis_url
        self._greet = greet

    def look(self) -> HealthReport:
        """How the parts are now."""
        return HealthReport(self._database(), self._broker(), self._mail())

    def _database(self) -> PartHealth:
        try:
            with self._engine.connect() as connection:
                if not is_current(connection):
                    return PartHealth(False, "migrations are missing: run `support-portal db upgrade`")
        except SQLAlchemyError:
            return PartHealth(False, "does not answer")
        return PartHealth(True, "fine")

    def _broker(self) -> PartHealth:
        if not self._redis_url:
            return PartHealth(False, "PORTAL_REDIS_URL is not set")
        try:
            patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
            with redis.Redis.from_url(self._redis_url, **patience) as client:
                client.ping()
        except redis.RedisError:
            return PartHealth(False, "does not answer: work waits in the database")
        return PartHealth(True, "fine")

    def _mail(self) -> PartHealth:
        if self._greet is None:
            return PartHealth(False, "mails wait: PORTAL_SMTP_URL is not set")
        try:
            self._greet()
        except MailDelayed as trouble:
            return PartHealth(False, f"mails wait: {trouble}")
        return PartHealth(True, "fine")
