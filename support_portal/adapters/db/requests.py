"""What was asked for, as rows: help without a second factor, or a new password."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from support_portal.adapters.db.tables import password_resets, requests
from support_portal.domain.browsers import Browser
from support_portal.domain.cases import Channel
from support_portal.domain.errors import NotFound
from support_portal.ports.records import Request


class SqlRequests:
    """The port `Requests` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: Request) -> None:
        """Write it down."""
        self._connection.execute(insert(requests).values(asdict(request)))

    def get(self, request_id: UUID) -> Request:
        """The request, locked; raises NotFound."""
        query = select(requests).where(requests.c.id == request_id).with_for_update(key_share=True)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NotFound("There is no such request.")
        return Request(**{**row, "channel": Channel(row["channel"])})

    def settle(self, request_id: UUID, at: datetime, case_id: UUID | None, result: str) -> None:
        """Write what came of it."""
        came_of_it = {"matched_at": at, "case_id": case_id, "result": result}
        self._connection.execute(update(requests).where(requests.c.id == request_id).values(came_of_it))


class SqlResets:
    """The port `Resets` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, asked: UUID, address: str, browser: Browser | None, at: datetime) -> None:
        """Write down that somebody typed this address, and where."""
        values = {"id": asked, "address": address, "asked_at": at, **(vars(browser) if browser else {})}
        self._connection.execute(insert(password_resets).values(values))

    def take(self, asked: UUID) -> tuple[str, Browser]:
        """The address that was typed, and where; the request is gone. Raises NotFound."""
        taken = delete(password_resets).where(password_resets.c.id == asked).returning(password_resets)
        row = self._connection.execute(taken).first()
        if row is None:
            raise NotFound("There is no such request.")
        return row.address, Browser(row.network_address, row.user_agent)
