"""Security keys and challenges as rows: what is used once is used by one conditional UPDATE."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from support_portal.adapters.db.tables import key_challenges, security_keys, sessions
from support_portal.adapters.db.whose import belongs_to
from support_portal.domain.principals import Principal
from support_portal.domain.security_keys import ANSWER_WITHIN, Ceremony
from support_portal.ports.security_keys import Challenge, Credential, SecurityKey


class SqlKeysKept:
    """The port `KeysKept` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, enrolment_id: UUID, key: SecurityKey) -> bool:
        """Add a key; False when it is somebody's already."""
        told = {"id": key.id, "name": key.name, "made_at": key.made_at}
        proved = vars(key.credential) | {"transports": list(key.credential.transports)}
        row = insert(security_keys).values(enrolment_id=enrolment_id, **told, **proved)
        added = row.on_conflict_do_nothing(index_elements=["credential_id"]).returning(security_keys.c.id)
        return self._connection.execute(added).scalar() is not None

    def use(self, key_id: UUID, sign_count: int, at: datetime) -> bool:
        """Count a use; False when the counter did not go forward."""
        counted = security_keys.c.sign_count
        goes_forward = counted < sign_count
        if sign_count == 0:
            goes_forward = or_(goes_forward, counted == 0)
        used = update(security_keys).where(
            security_keys.c.id == key_id, security_keys.c.copied_at.is_(None), goes_forward
        )
        return self._connection.execute(used.values(sign_count=sign_count, last_used_at=at)).rowcount == 1

    def refuse_copies(self, key_id: UUID, at: datetime) -> None:
        """A copy was noticed: accept neither it nor the key any more."""
        accepted = (security_keys.c.id == key_id) & security_keys.c.copied_at.is_(None)
        self._connection.execute(update(security_keys).where(accepted).values(copied_at=at))

    def remove(self, enrolment_id: UUID, key_id: UUID) -> str | None:
        """Remove a key of this enrolment; its name, None when it has no such key."""
        its = (security_keys.c.id == key_id) & (security_keys.c.enrolment_id == enrolment_id)
        name: str | None = self._connection.execute(
            delete(security_keys).where(its).returning(security_keys.c.name)
        ).scalar()
        return name


class SqlKeyChallenges:
    """The port `KeyChallenges` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, session_id: UUID, challenge: Challenge, at: datetime) -> None:
        """Keep a new one; those of this session that are too old are gone."""
        old = (key_challenges.c.session_id == session_id) & (key_challenges.c.made_at <= at - ANSWER_WITHIN)
        self._connection.execute(delete(key_challenges).where(old))
        row = {**vars(challenge), "session_id": session_id, "made_at": at}
        self._connection.execute(insert(key_challenges).values(row))

    def use(
        self, challenge_id: UUID, session_id: UUID, principal: Principal, ceremony: Ceremony, at: datetime
    ) -> bytes | None:
        """Use it up; None when it is used, too old, for something else, or of another session or person."""
        theirs = exists().where(
            sessions.c.id == key_challenges.c.session_id, sessions.c.ended_at.is_(None), belongs_to(sessions, principal)
        )
        good = (
            (key_challenges.c.id == challenge_id)
            & (key_challenges.c.session_id == session_id)
            & (key_challenges.c.ceremony == ceremony)
            & (key_challenges.c.made_at > at - ANSWER_WITHIN)
            & key_challenges.c.used_at.is_(None)
            & theirs
        )
        used = update(key_challenges).where(good).values(used_at=at).returning(key_challenges.c.value)
        value: bytes | None = self._connection.execute(used).scalar()
        return value


def keys_of(connection: Connection, enrolment_id: UUID) -> tuple[SecurityKey, ...]:
    """The keys of an enrolment, in the order in which they were added."""
    query = select(security_keys).where(security_keys.c.enrolment_id == enrolment_id)
    return tuple(_key(row) for row in connection.execute(query.order_by(security_keys.c.made_at, security_keys.c.id)))


def move_keys(connection: Connection, before: UUID, after: UUID) -> None:
    """An enrolment takes the place of another: the keys stay with their person."""
    theirs = update(security_keys).where(security_keys.c.enrolment_id == before)
    connection.execute(theirs.values(enrolment_id=after))


def _key(row: Row[Any]) -> SecurityKey:
    credential = Credential(row.credential_id, row.public_key, row.sign_count, tuple(row.transports))
    return SecurityKey(row.id, credential, row.name, row.made_at, row.last_used_at, row.copied_at)
