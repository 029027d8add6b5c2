"""Access tokens, and the sign-ins of commands that wait for a person."""

from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, LargeBinary, Table, Text

from support_portal.adapters.db.schema import key, metadata, moment, one_of, ref, told, whose, words
from support_portal.domain.device import Answer
from support_portal.domain.tokens import TokenKind

access_tokens = Table(
    "access_tokens",
    metadata,
    key(),
    *whose(),
    told("kind"),
    told("description"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),  # HMAC with a key that is not in the database
    told("shown"),
    moment("made_at", needed=True),
    moment("expires_at"),
    moment("last_used_at"),
    moment("reminded_at"),
    moment("ended_at"),
    one_of("kind", TokenKind),
    Index(None, "account_id"),
    Index(None, "staff_id"),
)

device_codes = Table(
    "device_codes",
    metadata,
    key(),
    Column("device_digest", LargeBinary, nullable=False, unique=True),
    Column("user_digest", LargeBinary, nullable=False, unique=True),
    words("client"),
    Column("scopes", ARRAY(Text), nullable=False),
    words("network_address"),
    moment("made_at", needed=True),
    moment("expires_at", needed=True),
    moment("asked_at"),
    words("answer", needed=False),
    ref("account_id", "accounts"),
    ref("staff_id", "staff"),
    moment("collected_at"),
    one_of("answer", Answer),
    CheckConstraint("num_nonnulls(account_id, staff_id) = num_nonnulls(answer)", name="answer_is_somebodys"),
    CheckConstraint("collected_at is null or answer = 'confirmed'", name="collected_when_confirmed"),
    Index(None, "account_id"),
    Index(None, "staff_id"),
    Index(None, "expires_at"),
)
