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

from support_portal.adapters.db.policies import SqlPolicies
from support_portal.adapters.db.whose import owner, principal_of
from support_portal.domain.browsers import Browser
from support_portal.domain.identities import GitIdentity
from support_portal.domain.policy import policy_for
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step, lifetime
from support_portal.ports.sessions import Session
from support_portal.ports.stores import StoreUnavailable

SECRET_BYTES = 32

# How long each kind of session lives at each step, as a table that the query joins; see `lifetimes`.
_LIFETIMES = ", ".join(
    f"('{kind}', '{step}', make_interval(secs => :{kind}_{step}_idle), make_interval(secs => :{kind}_{step}_over))"
    for kind in PrincipalKind
    for step in Step
)
# Idle and over are told by the database's clock; an ended row is never found, and never written again.
_IN_ITS_TIME = (
    "ended_at is null and exists (select from (values " + _LIFETIMES + ")"
    " as life (kind, step, idle, over) where life.step = sessions.step"
    " and life.kind = case when staff_id is null then 'account' else 'staff' end"
    " and seen_at > now() - life.idle and signed_in_at > now() - life.over)"
)
# One that begins through a git account in the very moment in which that is disconnected is never found either.
_STILL_CONNECTED = (
    " and (git_instance is null or exists (select from connected_accounts as git where git.instance = git_instance"
    " and git.external_id = git_id and git.account_id = sessions.account_id))"
)
LIVING = _IN_ITS_TIME + _STILL_CONNECTED
_NOW = text("select now()")
_ALIVE = f"secret_hash = :hash and {LIVING}"
_COLUMNS = "id, staff_id, account_id, step, factor, data, signed_in_at, git_instance, git_id"
_BEGIN = text(
    "insert into sessions (id, secret_hash, staff_id, account_id, step, factor, data, made_at, signed_in_at, seen_at,"
    " network_address, user_agent, git_instance, git_id)"
    " values (:id, :hash, :staff_id, :account_id, :step, :factor, cast(:data as jsonb), now(), now(), now(),"
    " :network_address, :user_agent, :git_instance, :git_id) returning signed_in_at"
)
_FIND = text(f"select {_COLUMNS} from sessions where {_ALIVE}")  # noqa: S608
_FIND_AND_RENEW = text(f"update sessions set seen_at = now() where {_ALIVE} returning {_COLUMNS}")  # noqa: S608
_KEEP = text("update sessions set data = cast(:data as jsonb) where id = :id and ended_at is null")
_END = text("update sessions set ended_at = now() where id = :id and ended_at is null")


class DatabaseSessions:
    """The port `Sessions` over the table `sessions`; each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        """Use this engine."""
        self._engine = engine

    def begin(
        self,
        principal: Principal,
        step: Step,
        factor: Factor,
        data: Mapping[str, Any],
        browser: Browser,
        through: GitIdentity | None = None,
    ) -> tuple[str, Session]:
        """A new session and its secret, of which only a hash is kept."""
        secret, session_id = secrets.token_urlsafe(SECRET_BYTES), uuid4()
        row = {
            "id": session_id,
            "hash": _hash(secret),
            **owner(principal),
            "step": step,
            "factor": factor,
            "data": json.dumps(dict(data)),
            **vars(browser),
            "git_instance": through.instance if through else None,
            "git_id": through.external_id if through else None,
        }
        with self._transaction() as connection:
            signed_in_at = connection.execute(_BEGIN, row).scalar_one()
        return secret, Session(session_id, principal, step, factor, dict(data), signed_in_at, through)

    def find(self, secret: str, *, is_activity: bool) -> Session | None:
        """The session of this secret, unless it has ended, was idle for too long, or is over."""
        query = _FIND_AND_RENEW if is_activity else _FIND
        with self._transaction() as connection:
            row = connection.execute(query, {"hash": _hash(secret), **lifetimes(connection)}).one_or_none()
        if row is None:
            return None
        through = GitIdentity(row.git_instance, row.git_id) if row.git_instance is not None else None
        step, factor = Step(row.step), Factor(row.factor)
        return Session(row.id, principal_of(row), step, factor, row.data, row.signed_in_at, through)

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


def lifetimes(connection: Connection) -> dict[str, float]:
    """What `LIVING` asks for: the seconds that the policy in force gives each kind of session."""
    policy = policy_for(SqlPolicies(connection).versions(), connection.execute(_NOW).scalar_one())
    lives = {f"{kind}_{step}": lifetime(kind, step, policy) for kind in PrincipalKind for step in Step}
    idle = {f"{name}_idle": life.idle.total_seconds() for name, life in lives.items()}
    return idle | {f"{name}_over": life.over.total_seconds() for name, life in lives.items()}


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
