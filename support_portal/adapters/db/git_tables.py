"""What was begun at git providers and is to come back, once each."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Uuid

from support_portal.adapters.db.schema import key, metadata, moment, one_of, ref, told, words
from support_portal.domain.git_sign_in import What

oauth_states = Table(
    "oauth_states",
    metadata,
    key(),
    Column("state", LargeBinary, nullable=False, unique=True),  # a digest
    Column("browser", LargeBinary, nullable=False),  # a digest
    told("provider"),
    told("what"),
    Column("verifier", LargeBinary, nullable=False),  # sealed with a key that is not in the database
    moment("begun_at", needed=True),
    words("wanted"),
    ref("account_id", "accounts"),
    Column("session_id", Uuid),  # no foreign key: sessions are forgotten
    moment("used_at"),
    one_of("what", What),
    CheckConstraint(
        "(what = 'connect') = (account_id is not null) and (account_id is null) = (session_id is null)",
        name="connects_for_somebody",
    ),
    Index(None, "begun_at"),
)
