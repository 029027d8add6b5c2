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
    event_origins,
    events,
    messages,
    removals,
    requests,
    runs,
)
from support_portal.adapters.db.factor_tables import authenticators, enrolments, recovery_codes, set_ups
from support_portal.adapters.db.git_tables import oauth_states
from support_portal.adapters.db.key_tables import key_challenges, security_keys
from support_portal.adapters.db.mail_tables import due, links, mails
from support_portal.adapters.db.people_tables import policies, sessions, staff, tries
from support_portal.adapters.db.reset_tables import password_resets
from support_portal.adapters.db.schema import metadata
from support_portal.adapters.db.token_tables import access_tokens, device_codes

__all__ = [
    "access_tokens",
    "account_addresses",
    "accounts",
    "approvals",
    "authenticators",
    "blocks",
    "case_numbers",
    "cases",
    "connected_accounts",
    "device_codes",
    "due",
    "enrolments",
    "event_origins",
    "events",
    "key_challenges",
    "links",
    "mails",
    "messages",
    "metadata",
    "oauth_states",
    "password_resets",
    "policies",
    "recovery_codes",
    "removals",
    "requests",
    "runs",
    "security_keys",
    "sessions",
    "set_ups",
    "sign_ins",
    "staff",
    "tries",
]
