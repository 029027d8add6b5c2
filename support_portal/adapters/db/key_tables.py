"""Security keys, and the challenges they are asked to answer."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from support_portal.adapters.db.schema import key, metadata, moment, one_of, ref, told
from support_portal.domain.security_keys import LONGEST_NAME, Ceremony

security_keys = Table(
    "security_keys",
    metadata,
    key(),
    ref("enrolment_id", "enrolments", needed=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    told("name"),
    moment("made_at", needed=True),
    moment("last_used_at"),
    moment("copied_at"),
    CheckConstraint(f"char_length(name) between 1 and {LONGEST_NAME}", name="name_fits"),
    CheckConstraint("sign_count >= 0", name="counts_up"),
    Index(None, "enrolment_id"),
)

key_challenges = Table(
    "key_challenges",
    metadata,
    key(),
    # Of no use without its session, so it goes with it.
    Column("session_id", Uuid, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    told("ceremony"),
    Column("value", LargeBinary, nullable=False),
    moment("made_at", needed=True),
    moment("used_at"),
    one_of("ceremony", Ceremony),
    Index(None, "session_id"),
)
