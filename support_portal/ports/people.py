"""The people who work here, and the policy they set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.policy import Policy, PolicyVersion
from support_portal.domain.staff import Role, Staff


class People(Protocol):
    """Staff."""

    def staff(self, staff_id: UUID) -> Staff | None:
        """One person."""
        ...

    def add(self, person: Staff) -> None:
        """A new person; raises BadInput when the address is taken."""
        ...

    def suspend(self, staff_id: UUID) -> bool:
        """Let somebody work here no longer; False when that was so already."""
        ...

    def with_roles(self, *roles: Role) -> Sequence[Staff]:
        """All active people in these roles."""
        ...


class Policies(Protocol):
    """Every policy that was ever set."""

    def versions(self) -> Sequence[PolicyVersion]:
        """All versions, oldest first."""
        ...

    def add(self, policy: Policy, at: datetime, effective_at: datetime, by: str) -> None:
        """Set a policy."""
        ...
