"""Mails and links, and the work that is put off."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from support_portal.adapters.db.schema import facts, key, metadata, moment, ref, told, words

mails = Table(
    "mails",
    metadata,
    key(),
    told("letter"),
    told("to_address"),
    told("to_compared"),
    ref("case_id", "cases"),
    moment("made_at", needed=True),
    facts("facts"),
    facts("links"),
    moment("settled_at"),
    words("refusal"),
    Index(None, "case_id", "letter"),
    Index(None, "to_compared", "letter", "made_at"),
)

links = Table(
    "links",
    metadata,
    key(),
    told("purpose"),
    ref("case_id", "cases"),
    told("address"),
    moment("made_at", needed=True),
    moment("expires_at"),
    moment("used_at"),
    ref("staff_id", "staff"),
    ref("account_id", "accounts"),
    ref("request_id", "requests"),
    Index(None, "case_id", "purpose"),
    Index("links_of_an_account", "account_id", postgresql_where=text("account_id is not null")),
    Index("links_of_a_person", "staff_id", postgresql_where=text("staff_id is not null")),
    Index(None, "request_id"),
)

due = Table(
    "due",
    metadata,
    Column("job", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    moment("due_at", needed=True),
    moment("anew_at"),  # put off anew while a worker holds it
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("lease_token", Uuid),
    moment("lease_until"),
    moment("nudged_at"),
    moment("parked_at"),
    Column("lane", Text, nullable=False, server_default=""),
    Index("due_next", "lane", "due_at", postgresql_where=text("parked_at is null")),
)
