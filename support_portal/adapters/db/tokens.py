"""Access tokens as rows: whatever ends or changes one is one conditional UPDATE, by the database's time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from support_portal.adapters.db.tables import access_tokens, device_codes
from support_portal.adapters.db.whose import belongs_to, owner, principal_of
from support_portal.domain.errors import NotAllowed, NotFound
from support_portal.domain.principals import Principal
from support_portal.domain.tokens import AccessToken, Scope, TokenKind

_STANDS = access_tokens.c.ended_at.is_(None)


class SqlTokens:
    """The port `Tokens` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: AccessToken, digest: bytes, most: int) -> bool:
        """Keep a new one; False when its id was used before. Raises NotAllowed when the owner has so many."""
        # One owner's tokens are added one after the other, so that no more than the limit ever stand.
        number = int.from_bytes(hashlib.sha256(f"tokens:{token.owner}".encode()).digest()[:8], signed=True)
        self._connection.execute(select(func.pg_advisory_xact_lock(number)))
        theirs = select(func.count()).where(belongs_to(access_tokens, token.owner), _STANDS)
        if self._connection.execute(theirs).scalar_one() >= most:
            raise NotAllowed(f"You have {most} access tokens. Remove one that you don’t need, then make a new one.")
        new = insert(access_tokens).values(
            id=token.id,
            **owner(token.owner),
            kind=token.kind,
            description=token.description,
            scopes=sorted(token.scopes),
            digest=digest,
            shown=token.shown,
            made_at=token.made_at,
            expires_at=token.expires_at,
        )
        once = new.on_conflict_do_nothing(index_elements=["id"]).returning(access_tokens.c.id)
        return self._connection.execute(once).first() is not None

    def of(self, owner: Principal) -> Sequence[AccessToken]:
        """All that were not removed, newest first; expired ones too."""
        query = select(access_tokens).where(belongs_to(access_tokens, owner), _STANDS)
        rows = self._connection.execute(query.order_by(access_tokens.c.made_at.desc(), access_tokens.c.id))
        return [_token(row) for row in rows]

    def one(self, owner: Principal | None, token_id: UUID) -> AccessToken:
        """One that was not removed, of this owner or (None) of anybody; raises NotFound."""
        wanted = (access_tokens.c.id == token_id) & _STANDS
        if owner is not None:
            wanted &= belongs_to(access_tokens, owner)
        row = self._connection.execute(select(access_tokens).where(wanted).with_for_update()).first()
        if row is None:
            raise NotFound("There is no such token.")
        return _token(row)

    def by_digest(self, digests: Sequence[bytes], now: datetime) -> AccessToken | None:
        """The one that works now and has one of these digests."""
        query = select(access_tokens).where(access_tokens.c.digest.in_(digests), _works(now))
        row = self._connection.execute(query).first()
        return _token(row) if row else None

    def dead(self, digests: Sequence[bytes]) -> AccessToken | None:
        """The one that has one of these digests, though it was removed or has expired; None for one never made."""
        row = self._connection.execute(select(access_tokens).where(access_tokens.c.digest.in_(digests))).first()
        return _token(row) if row else None

    def note_use(self, token_id: UUID, now: datetime, before: datetime) -> None:
        """Note that it was used, unless a use since `before` is noted already."""
        last = access_tokens.c.last_used_at
        stale = (access_tokens.c.id == token_id) & or_(last.is_(None), last <= before)
        self._connection.execute(update(access_tokens).where(stale).values(last_used_at=now))

    def change(self, token: AccessToken, now: datetime) -> bool:
        """Store description, scopes and expiry; False when it was removed or has expired in the meantime."""
        ours = (access_tokens.c.id == token.id) & belongs_to(access_tokens, token.owner) & _works(now)
        values = {
            "description": token.description,
            "scopes": sorted(token.scopes),
            "expires_at": token.expires_at,
        }
        return self._connection.execute(update(access_tokens).where(ours).values(values)).rowcount == 1

    def replace(self, token: AccessToken, digests: Sequence[bytes], digest: bytes, now: datetime) -> bool:
        """Give it another value and expiry; False when none of these digests is its value any more."""
        ours = (access_tokens.c.id == token.id) & access_tokens.c.digest.in_(digests) & _works(now)
        values = {"digest": digest, "shown": token.shown, "expires_at": token.expires_at}
        return self._connection.execute(update(access_tokens).where(ours).values(values)).rowcount == 1

    def note_reminder(self, token_id: UUID, now: datetime) -> None:
        """Note that the owner was reminded."""
        self._connection.execute(update(access_tokens).where(access_tokens.c.id == token_id).values(reminded_at=now))

    def remove(self, owner: Principal, token_id: UUID, now: datetime) -> AccessToken | None:
        """End it; None when it was removed before or is somebody else's."""
        ours = (access_tokens.c.id == token_id) & belongs_to(access_tokens, owner) & _STANDS
        ended = update(access_tokens).where(ours).values(ended_at=now).returning(access_tokens)
        row = self._connection.execute(ended).first()
        return _token(row) if row else None

    def end_all(self, owner: Principal, now: datetime) -> None:
        """End every token of somebody, and every sign-in of a command that they confirmed."""
        end_tokens(self._connection, owner, now)

    def forget(self, before: datetime) -> int:
        """Forget those that ended before then; how many."""
        over = func.least(access_tokens.c.ended_at, access_tokens.c.expires_at) < before
        return self._connection.execute(delete(access_tokens).where(over)).rowcount


def end_tokens(connection: Connection, owner: Principal, now: datetime) -> None:
    """End every token of somebody, and every sign-in of a command that they confirmed."""
    theirs = belongs_to(access_tokens, owner) & _STANDS
    connection.execute(update(access_tokens).where(theirs).values(ended_at=now))
    drop_device_codes(connection, owner)


def drop_device_codes(connection: Connection, owner: Principal) -> None:
    """Forget what somebody confirmed for commands that have not collected their token."""
    waiting = belongs_to(device_codes, owner) & device_codes.c.collected_at.is_(None)
    connection.execute(delete(device_codes).where(waiting))


def _works(now: datetime) -> ColumnElement[bool]:
    return _STANDS & or_(access_tokens.c.expires_at.is_(None), access_tokens.c.expires_at > now)


def _token(row: Row[Any]) -> AccessToken:
    return AccessToken(
        row.id,
        principal_of(row),
        TokenKind(row.kind),
        row.description,
        frozenset(map(Scope, row.scopes)),
        row.shown,
        row.made_at,
        row.expires_at,
        row.last_used_at,
        row.reminded_at,
        row.ended_at,
    )
