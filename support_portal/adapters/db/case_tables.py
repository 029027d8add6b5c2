"""Requests and cases, and all that is written down about them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from support_portal.adapters.db.schema import facts, key, metadata, moment, one_of, ref, told, words
from support_portal.domain.cases import ENDED, ApprovalReason, Channel, DenialReason, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import CannotCheck, Outcome
from support_portal.domain.risk import Level

FIRST_NUMBER = 2401
case_numbers = Sequence("case_numbers", start=FIRST_NUMBER, metadata=metadata)
_ended = ", ".join(f"'{state}'" for state in State if state in ENDED)

requests = Table(
    "requests",
    metadata,
    key(),
    told("address"),
    words("reason"),
    Column("has_recovery_code", Boolean),
    Column("set_up_by_me", Boolean),
    told("channel"),
    moment("received_at", needed=True),
    words("network_address"),
    words("user_agent"),
    words("message_id"),
    words("dmarc"),
    moment("matched_at"),
    Column("case_id", Uuid),  # no foreign key: a case names its request, and the two would hold each other
    words("result"),
    # Asked by somebody who had typed the right password at the sign-in: a fact for the agent, worth nothing as proof.
    Column("password_verified", Boolean, nullable=False, server_default=text("false")),
    one_of("channel", Channel),
    Index(None, "case_id"),
    Index(None, "received_at"),
)

cases = Table(
    "cases",
    metadata,
    key(),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("account_id", Uuid, nullable=False),  # no foreign key: accounts may live in another system
    told("address"),
    Column("enrolment_id", Uuid, nullable=False),
    told("state"),
    Column("version", Integer, nullable=False),
    moment("opened_at", needed=True),
    moment("state_since", needed=True),
    told("channel"),
    ref("request_id", "requests", needed=True),
    moment("confirmed_at"),
    words("confirmed_address", needed=False),
    Column("compromise", Boolean, nullable=False),
    Column("compromise_was_said", Boolean, nullable=False),
    moment("challenge_at"),
    words("required_name", needed=False),
    words("code", needed=False),
    words("link", needed=False),
    words("repository_instance", needed=False),
    words("repository_id", needed=False),
    Column("evidence_run_id", Uuid),
    moment("evidence_at"),
    moment("failing_since"),
    moment("unchecked_since"),
    Column("unchecked_tries", Integer, nullable=False),
    Column("unchecked_told", Boolean, nullable=False),
    words("told_failures"),
    told("risk"),
    moment("due_at"),
    Column("wait_ends_told", Boolean, nullable=False),
    words("denial_reason", needed=False),
    ref("first_decider", "staff"),
    Column("second_look_used", Boolean, nullable=False),
    ref("decided_by", "staff"),
    Column("stopped", Boolean, nullable=False),
    ref("previous_case_id", "cases"),
    moment("ended_at"),
    ref("assignee_id", "staff"),
    one_of("state", State),
    one_of("channel", Channel),
    one_of("risk", Level),
    one_of("denial_reason", DenialReason),
    CheckConstraint(f"(ended_at is not null) = (state in ({_ended}))", name="ends_with_its_state"),
    CheckConstraint("(repository_id is null) = (repository_instance is null)", name="repository_is_whole"),
    CheckConstraint("version >= 1", name="version_counts_from_one"),
    Index("cases_one_open_for_an_account", "account_id", unique=True, postgresql_where=text("ended_at is null")),
    Index(
        "cases_repository_belongs_to_one",
        "repository_instance",
        "repository_id",
        unique=True,
        postgresql_where=text("repository_id is not null"),
    ),
    Index(None, "account_id", "ended_at"),
    Index(None, "state", "state_since"),
    Index(None, "request_id"),
    Index(None, "previous_case_id"),
)

runs = Table(
    "runs",
    metadata,
    key(),
    ref("case_id", "cases", needed=True),
    moment("at", needed=True),
    words("asked_by"),
    told("outcome"),
    Column("results", JSONB, nullable=False),
    words("link"),
    words("instance"),
    words("repository_id"),
    words("owner_id"),
    moment("repository_created_at"),
    words("digest"),
    words("api_request_id"),
    words("summary"),
    words("reason", needed=False),
    words("detail"),
    moment("next_try_at"),
    words("etag"),
    one_of("outcome", Outcome),
    one_of("reason", CannotCheck),
    CheckConstraint(
        "outcome <> 'passed' or (instance <> '' and repository_id <> '')", name="pass_names_its_repository"
    ),
    Index(None, "case_id", "at"),
    Index("runs_passed", "instance", "repository_id", postgresql_where=text("outcome = 'passed'")),
)

approvals = Table(
    "approvals",
    metadata,
    key(),
    ref("case_id", "cases", needed=True),
    ref("staff_id", "staff", needed=True),
    moment("at", needed=True),
    ref("run_id", "runs", needed=True),
    told("reason"),
    words("note"),
    moment("voided_at"),
    words("voided_why"),
    one_of("reason", ApprovalReason),
    Index(None, "case_id"),
    Index(None, "run_id"),
    Index("approvals_one_of_a_person", "case_id", "staff_id", unique=True, postgresql_where=text("voided_at is null")),
)

events = Table(
    "events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("case_id", "cases"),
    moment("at", needed=True),
    told("action"),
    told("actor"),
    words("actor_name"),
    Column("staff_id", Uuid),
    Column("account_id", Uuid),
    words("from_state", needed=False),
    words("to_state", needed=False),
    words("why"),
    facts("details"),
    Index(None, "case_id", "at"),
    Index("events_of_an_account", "account_id", "at", postgresql_where=text("account_id is not null")),
    Index("events_of_a_person", "staff_id", "at", postgresql_where=text("staff_id is not null and case_id is null")),
)

# Apart from the events, which stay for years and which nobody changes: a network address is forgotten much sooner.
event_origins = Table(
    "event_origins",
    metadata,
    Column("event_id", BigInteger, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    moment("at", needed=True),
    words("network_address"),
    words("user_agent"),
    Index(None, "at"),
)

messages = Table(
    "messages",
    metadata,
    key(),
    ref("case_id", "cases"),
    moment("at", needed=True),
    told("author"),
    words("name"),
    Column("text", Text, nullable=False),
    told("via"),
    Column("is_internal", Boolean, nullable=False),
    words("from_address"),
    words("subject"),
    words("message_id"),
    words("dmarc"),
    ref("staff_id", "staff"),
    one_of("author", Author),
    Index(None, "case_id", "at"),
    Index("messages_of_a_mail", "message_id", postgresql_where=text("message_id <> ''")),
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("account_id", Uuid, nullable=False),
    moment("until", needed=True),
    ref("case_id", "cases", needed=True),
    moment("lifted_at"),
    ref("lifted_by", "staff"),
    words("lifted_why"),
    CheckConstraint(
        "(lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_why = '')",
        name="lift_says_by_whom_and_why",
    ),
    Index(None, "account_id", "until"),
    Index(None, "case_id"),
)

removals = Table(
    "removals",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("account_id", Uuid, nullable=False),
    Column("enrolment_id", Uuid, primary_key=True),
    ref("run_id", "runs", needed=True),
    moment("at", needed=True),
    # The transaction that wrote it, set by the database whatever is given: the enrolment ends in that very one.
    Column("written_in", Text, nullable=False, server_default=text("pg_current_xact_id()::text")),
    Index(None, "run_id"),
)
