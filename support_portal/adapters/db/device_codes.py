"""Sign-ins of commands as rows: answered by one conditional UPDATE, collected by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from support_portal.adapters.db.tables import device_codes
from support_portal.adapters.db.whose import owner as columns_of
from support_portal.adapters.db.whose import principal_of
from support_portal.domain.device import Answer, DeviceCode
from support_portal.domain.principals import Principal
from support_portal.domain.tokens import Scope

_OPEN = device_codes.c.collected_at.is_(None)


class SqlDeviceCodes:
    """The port `DeviceCodes` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: DeviceCode, device: bytes, user: bytes) -> None:
        """Keep a new one, with the digests of its two codes."""
        values = {
            "id": code.id,
            "device_digest": device,
            "user_digest": user,
            "client": code.client,
            "scopes": sorted(code.scopes),
            "network_address": code.network_address,
            "made_at": code.made_at,
            "expires_at": code.expires_at,
        }
        self._connection.execute(insert(device_codes).values(values))

    def by_user_code(self, digests: Sequence[bytes], now: datetime) -> DeviceCode | None:
        """The one that waits for an answer and was shown this short code."""
        waiting = device_codes.c.user_digest.in_(digests) & _waits(now)
        row = self._connection.execute(select(device_codes).where(waiting)).first()
        return _code(row) if row else None

    def by_device_code(self, digests: Sequence[bytes]) -> DeviceCode | None:
        """The one whose command holds this code, whatever became of it; None once it was collected."""
        query = select(device_codes).where(device_codes.c.device_digest.in_(digests), _OPEN)
        row = self._connection.execute(query).first()
        return _code(row) if row else None

    def answer(self, code_id: UUID, owner: Principal, answer: Answer, now: datetime) -> bool:
        """Keep what a person said; False when it was answered before or its time is over."""
        waiting = (device_codes.c.id == code_id) & _waits(now)
        said = update(device_codes).where(waiting).values(answer=answer, **columns_of(owner))
        return self._connection.execute(said).rowcount == 1

    def may_ask(self, code_id: UUID, now: datetime, before: datetime) -> bool:
        """Whether the command asked last before then; counts as asking now."""
        last = device_codes.c.asked_at
        patient = (device_codes.c.id == code_id) & or_(last.is_(None), last <= before)
        return self._connection.execute(update(device_codes).where(patient).values(asked_at=now)).rowcount == 1

    def collect(self, code_id: UUID, now: datetime) -> bool:
        """Use a confirmed one up; False when it was used, or is not confirmed, or its time is over."""
        ready = (
            (device_codes.c.id == code_id)
            & (device_codes.c.answer == Answer.CONFIRMED)
            & (device_codes.c.expires_at > now)
            & _OPEN
        )
        return self._connection.execute(update(device_codes).where(ready).values(collected_at=now)).rowcount == 1

    def forget(self, before: datetime) -> int:
        """Forget those whose time was over before then; how many."""
        return self._connection.execute(delete(device_codes).where(device_codes.c.expires_at < before)).rowcount


def _waits(now: datetime) -> ColumnElement[bool]:
    return device_codes.c.answer.is_(None) & (device_codes.c.expires_at > now)


def _code(row: Row[Any]) -> DeviceCode:
    return DeviceCode(
        row.id,
        row.client,
        frozenset(map(Scope, row.scopes)),
        row.network_address,
        row.made_at,
        row.expires_at,
        Answer(row.answer) if row.answer else None,
        principal_of(row) if row.answer else None,
    )
