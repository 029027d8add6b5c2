"""Every table of the portal, by name."""

from __future__ import annotations

from support_portal.adapters.db.account_tables import (
    account_addresses,
    accounts,
    connected_accounts,
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
from support_portal.adapters.db.factor_tables import authenticators, enrolments, recovery_codes, set_ups
from support_portal.adapters.db.git_tables import oauth_states
from support_portal.adapters.db.mail_tables import due, links, mails
from support_portal.adapters.db.people_tables import policies, sessions, staff, tries
from support_portal.adapters.db.schema import metadata

__all__ = [
    "account_addresses",
    "accounts",
    "approvals",
    "authenticators",
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
    "oauth_states",
    "policies",
    "recovery_codes",
    "removals",
    "requests",
    "runs",
    "sessions",
    "set_ups",
    "sign_ins",
    "staff",
    "tries",
]
