"""Asks database, broker and mail setting how they are; short patience with each."""

from __future__ import annotations

import redis
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from support_portal.adapters.db.migrate import is_current
from support_portal.ports.health import HealthReport, PartHealth

PATIENCE = 1.0  # seconds for the broker


class PartsHealth:
    """The port `Health` over the real parts."""

    def __init__(self, engine: Engine, redis_url: str | None, smtp_url: str | None) -> None:
        """Take what is to be asked; an address that is not set is said to be so."""
        self._engine = engine
        self._redis_url = redis_url
        self._smtp_url = smtp_url

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
        if not self._smtp_url:
            return PartHealth(False, "mails wait: PORTAL_SMTP_URL is not set")
        return PartHealth(True, "fine")
