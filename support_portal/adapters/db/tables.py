"""Every table of the portal, by name."""

from __future__ import annotations

from support_portal.adapters.db.account_tables import (
    account_addresses,
    accounts,
    connected_accounts,
    enrolments,
    sign_ins,
)
from support_portal.adapters.db.case_tables import (
    approvals,
    blocks,
    case_numbers,
    cases,
    events,
    messages,
    removals,
    requests,
    runs,
)
from support_portal.adapters.db.mail_tables import due, links, mails
from support_portal.adapters.db.people_tables import password_failures, policies, sessions, staff
from support_portal.adapters.db.schema import metadata

__all__ = [
    "account_addresses",
    "accounts",
    "approvals",
    "blocks",
    "case_numbers",
    "cases",
    "connected_accounts",
    "due",
    "enrolments",
    "events",
    "links",
    "mails",
    "messages",
    "metadata",
    "password_failures",
    "policies",
    "removals",
    "requests",
    "runs",
    "sessions",
    "sign_ins",
    "staff",
]
