"""The product's accounts, where the portal keeps them itself."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Identity, Index, Table, Text, text

from support_portal.adapters.db.schema import key, metadata, moment, one_of, ref, told, words
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.principals import Factor

FACTORS = (*Factor, "remembered")

accounts = Table(
    "accounts",
    metadata,
    key(),
    told("address"),
    Column("compared", Text, nullable=False, unique=True),
    words("name"),
    told("status"),
    words("password_hash", needed=False),
    moment("created_at", needed=True),
    moment("address_changed_at"),
    moment("password_changed_at"),
    moment("last_sign_in_at"),
    Column("privileged", Boolean, nullable=False),
    one_of("status", AccountStatus),
)

account_addresses = Table(
    "account_addresses",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("account_id", "accounts", needed=True),
    told("address"),
    told("compared"),
    moment("replaced_at"),  # set: it was the registered address until then; not set: another confirmed one
    Index(None, "account_id"),
    Index(None, "compared"),
    Index("account_addresses_of_one", "compared", unique=True, postgresql_where=text("replaced_at is null")),
)

connected_accounts = Table(
    "connected_accounts",
    metadata,
    Column("instance", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    ref("account_id", "accounts", needed=True),
    told("username"),
    moment("connected_at", needed=True),
    Column("workspace_ids", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    moment("last_used_at"),
    Index(None, "account_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    ref("account_id", "accounts", needed=True),
    moment("at", needed=True),
    told("factor"),
    words("network_address"),
    one_of("factor", FACTORS),
    Index(None, "account_id", "at"),
)
