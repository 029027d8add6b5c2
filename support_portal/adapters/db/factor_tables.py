"""Second factors of accounts and staff: enrolments, what belongs to each, and set-ups that are not finished."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    text,
)

from support_portal.adapters.db.schema import key, metadata, moment, one_of, ref, whose, words

enrolments = Table(
    "enrolments",
    metadata,
    key(),
    *whose(),
    moment("enrolled_at", needed=True),
    moment("ended_at"),
    words("ended_by", needed=False),
    Column("wrong_in_a_row", Integer, nullable=False, server_default=text("0")),
    moment("locked_at"),
    one_of("ended_by", ("removal", "owner", "replaced", "deleted", "invited_anew")),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="end_says_by_what"),
    Index("enrolments_one_at_a_time", "account_id", unique=True, postgresql_where=text("ended_at is null")),
    Index("enrolments_one_of_a_person", "staff_id", unique=True, postgresql_where=text("ended_at is null")),
)

authenticators = Table(
    "authenticators",
    metadata,
    key(),
    ref("enrolment_id", "enrolments", needed=True),
    Column("seed", LargeBinary, nullable=False),  # sealed with a key that is not in the database
    moment("made_at", needed=True),
    Column("last_step", BigInteger, nullable=False),
    moment("last_used_at"),
    Index(None, "enrolment_id", unique=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("enrolment_id", Uuid, ForeignKey("enrolments.id"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    moment("made_at", needed=True),
    moment("used_at"),
)

set_ups = Table(
    "set_ups",
    metadata,
    key(),
    *whose(),
    Column("seed", LargeBinary),  # sealed; without one it is about new recovery codes alone
    Column("codes", LargeBinary),  # sealed; there once a code of the authenticator was right
    moment("begun_at", needed=True),
    Column("step", BigInteger),  # the step of the code that was right: it is used
    Index("set_ups_one_of_an_account", "account_id", unique=True),
    Index("set_ups_one_of_a_person", "staff_id", unique=True),
)
