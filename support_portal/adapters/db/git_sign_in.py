"""Git accounts as a way in, as rows: a state is used by one UPDATE, and an identity belongs to one account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from support_portal.adapters.db.tables import accounts, connected_accounts, oauth_states, sessions
from support_portal.domain.git_sign_in import STATE_WORKS, Begun, What
from support_portal.domain.identities import ConnectedAccount, GitIdentity

KEPT = STATE_WORKS * 6  # long enough that whoever looks into the table sees what was tried just now


class SqlComings:
    """The port `Comings` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, begun: Begun) -> None:
        """Remember it; what is long over is forgotten on the way."""
        self._connection.execute(delete(oauth_states).where(oauth_states.c.begun_at < begun.begun_at - KEPT))
        self._connection.execute(insert(oauth_states).values(vars(begun)))

    def use(self, state: bytes, browser: bytes, provider: str, at: datetime) -> Begun | None:
        """What this state was given for, used up by that; None when it is not good here."""
        good = (
            (oauth_states.c.state == state)
            & (oauth_states.c.browser == browser)
            & (oauth_states.c.provider == provider)
            & (oauth_states.c.begun_at > at - STATE_WORKS)
            & oauth_states.c.used_at.is_(None)
        )
        used = update(oauth_states).where(good).values(used_at=at).returning(oauth_states)
        row = self._connection.execute(used).mappings().first()
        if row is None:
            return None
        kept = {name: value for name, value in row.items() if name != "used_at"}
        return Begun(**{**kept, "what": What(row["what"])})


class SqlConnections:
    """The port `Connections` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def whose(self, identity: GitIdentity) -> UUID | None:
        """The account that this git account is connected to."""
        found: UUID | None = self._connection.execute(
            select(connected_accounts.c.account_id).where(_is(identity))
        ).scalar()
        return found

    def connect(self, account_id: UUID, connected: ConnectedAccount) -> bool:
        """Connect it; False when it is connected to an account already, whichever."""
        row = {**vars(connected), "workspace_ids": list(connected.workspace_ids), "account_id": account_id}
        added = insert_or_not(connected_accounts).values(row).on_conflict_do_nothing()
        return self._connection.execute(added.returning(connected_accounts.c.account_id)).first() is not None

    def note_use(self, identity: GitIdentity, username: str, at: datetime) -> None:
        """Somebody signed in through it, and is called this now."""
        used = update(connected_accounts).where(_is(identity)).values(last_used_at=at, username=username)
        self._connection.execute(used)

    def disconnect(self, account_id: UUID, identity: GitIdentity, ways_in: Collection[str]) -> bool:
        """Disconnect it; False when it is not connected, or nobody could sign in any more."""
        self._connection.execute(select(accounts.c.id).where(accounts.c.id == account_id).with_for_update())
        others = connected_accounts.alias("others")
        other_way = exists().where(
            others.c.account_id == account_id,
            others.c.instance.in_(ways_in),
            func.row(others.c.instance, others.c.external_id)
            != func.row(connected_accounts.c.instance, connected_accounts.c.external_id),
        )
        password = exists().where(accounts.c.id == account_id, accounts.c.password_hash.is_not(None))
        gone = delete(connected_accounts).where(
            _is(identity), connected_accounts.c.account_id == account_id, password | other_way
        )
        return self._connection.execute(gone).rowcount == 1

    def end_sessions(self, account_id: UUID, identity: GitIdentity, at: datetime) -> None:
        """End every session of the account that was begun through this git account."""
        theirs = (
            (sessions.c.account_id == account_id)
            & (sessions.c.git_instance == identity.instance)
            & (sessions.c.git_id == identity.external_id)
            & sessions.c.ended_at.is_(None)
        )
        self._connection.execute(update(sessions).where(theirs).values(ended_at=at))


def _is(identity: GitIdentity) -> ColumnElement[bool]:
    return (connected_accounts.c.instance == identity.instance) & (
        connected_accounts.c.external_id == identity.external_id
    )
