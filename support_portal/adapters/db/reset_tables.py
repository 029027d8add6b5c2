"""Requests for a new password, each kept until it is matched."""

from __future__ import annotations

from sqlalchemy import Table

from support_portal.adapters.db.schema import key, metadata, moment, told, words

password_resets = Table(
    "password_resets",
    metadata,
    key(),
    told("address"),
    moment("asked_at", needed=True),
    words("network_address"),
    words("user_agent"),
)
