"""Every policy that was ever set, as rows; its figures are kept as they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, insert, select

from support_portal.adapters.db.tables import policies
from support_portal.domain.policy import ENTRIES, Policy, PolicyVersion, read_value, shown

_VERSIONS = select(policies).order_by(policies.c.id)


class SqlPolicies:
    """The port `Policies` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def versions(self) -> Sequence[PolicyVersion]:
        """All versions, oldest first."""
        rows = self._connection.execute(_VERSIONS)
        return [PolicyVersion(_policy(row.figures), row.effective_at) for row in rows]

    def add(self, policy: Policy, at: datetime, effective_at: datetime, by: str) -> None:
        """Set a policy."""
        figures = {field.name: shown(getattr(policy, field.name)) for field in fields(Policy)}
        values = {"at": at, "effective_at": effective_at, "set_by": by, "figures": figures}
        self._connection.execute(insert(policies), values)


def _policy(figures: Mapping[str, str]) -> Policy:
    # A figure that is not there is younger than the row: its default holds. The floors held when it was typed.
    kept = {name: read_value(name, text, below_floor=True) for name, text in figures.items() if name in ENTRIES}
    return Policy(**kept)  # type: ignore[arg-type]
