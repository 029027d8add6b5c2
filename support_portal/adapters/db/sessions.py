"""Signed-in sessions as rows: found by the hash of a secret, renewed by UPDATE alone."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from support_portal.domain.staff import IDLE_AFTER, SIGNED_OUT_AFTER
from support_portal.ports.sessions import StaffSession
from support_portal.ports.stores import StoreUnavailable

SECRET_BYTES = 32

# Idle and over are told by the database's clock; an ended row is never found, and never written again.
_ALIVE = "ended_at is null and seen_at > now() - :idle and signed_in_at > now() - :over"
_BEGIN = text(
    "insert into sessions"
    " (id, secret_hash, staff_id, data, made_at, signed_in_at, seen_at, network_address, user_agent)"
    " values (:id, :hash, :staff_id, cast(:data as jsonb), now(), now(), now(), :network_address, :user_agent)"
    " returning signed_in_at"
)
_FIND = text(f"select id, staff_id, data, signed_in_at from sessions where secret_hash = :hash and {_ALIVE}")  # noqa: S608
_FIND_AND_RENEW = text(
    f"update sessions set seen_at = now() where secret_hash = :hash and {_ALIVE}"  # noqa: S608
    " returning id, staff_id, data, signed_in_at"
)
_KEEP = text("update sessions set data = cast(:data as jsonb) where id = :id and ended_at is null")
_END = text("update sessions set ended_at = now() where id = :id and ended_at is null")


class DatabaseSessions:
    """The port `Sessions` over the table `sessions`; each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        """Use this engine."""
        self._engine = engine

    def begin(
        self, staff_id: UUID, data: Mapping[str, Any], *, network_address: str, user_agent: str
    ) -> tuple[str, StaffSession]:
        """A new session and its secret, of which only a hash is kept."""
        secret, session_id = secrets.token_urlsafe(SECRET_BYTES), uuid4()
        row = {
            "id": session_id,
            "hash": _hash(secret),
            "staff_id": staff_id,
            "data": json.dumps(dict(data)),
            "network_address": network_address,
            "user_agent": user_agent,
        }
        with self._transaction() as connection:
            signed_in_at = connection.execute(_BEGIN, row).scalar_one()
        return secret, StaffSession(session_id, staff_id, dict(data), signed_in_at)

    def find(self, secret: str, *, is_activity: bool) -> StaffSession | None:
        """The session of this secret, unless it has ended, was idle for too long, or is over."""
        query = _FIND_AND_RENEW if is_activity else _FIND
        asked = {"hash": _hash(secret), "idle": IDLE_AFTER, "over": SIGNED_OUT_AFTER}
        with self._transaction() as connection:
            row = connection.execute(query, asked).one_or_none()
        return StaffSession(row.id, row.staff_id, row.data, row.signed_in_at) if row else None

    def keep(self, session_id: UUID, data: Mapping[str, Any]) -> None:
        """Store what the session holds; an ended one stays ended."""
        with self._transaction() as connection:
            connection.execute(_KEEP, {"id": session_id, "data": json.dumps(dict(data))})

    def end(self, session_id: UUID) -> None:
        """End it for good."""
        with self._transaction() as connection:
            connection.execute(_END, {"id": session_id})

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (InterfaceError, OperationalError, TimeoutError) as error:
            raise StoreUnavailable(str(error).splitlines()[0]) from error


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
