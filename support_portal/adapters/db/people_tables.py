"""The people at the desk, all sessions, and the policy they set."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Index, LargeBinary, Table, Text

from support_portal.adapters.db.schema import facts, key, metadata, moment, one_of, told, whose, words
from support_portal.domain.principals import Factor, Step
from support_portal.domain.staff import Role

staff = Table(
    "staff",
    metadata,
    key(),
    told("name"),
    told("address"),
    Column("compared", Text, nullable=False, unique=True),
    told("role"),
    Column("is_active", Boolean, nullable=False),
    words("password_hash", needed=False),
    moment("password_changed_at"),
    one_of("role", Role),
)

sessions = Table(
    "sessions",
    metadata,
    key(),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    *whose(),
    told("step"),
    told("factor"),
    facts("data"),
    moment("made_at", needed=True),
    moment("signed_in_at", needed=True),
    moment("seen_at", needed=True),
    moment("ended_at"),
    words("network_address"),
    words("user_agent"),
    words("git_instance", needed=False),  # the git account it was begun through: it ends with that connection
    words("git_id", needed=False),
    CheckConstraint("(git_instance is null) = (git_id is null)", name="git_account_is_whole"),
    one_of("step", Step),
    one_of("factor", Factor),
    Index(None, "account_id"),
    Index(None, "staff_id"),
    Index(None, "seen_at"),
)

tries = Table(
    "tries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    told("key"),
    moment("at", needed=True),
    Index(None, "key", "at"),
)

policies = Table(
    "policies",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    moment("at", needed=True),
    moment("effective_at", needed=True),
    told("set_by"),
    facts("figures"),
)
