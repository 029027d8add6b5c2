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

    def everybody(self) -> Sequence[Staff]:
        """All who work here or did, by name, locked until the transaction ends: changes of people wait for each other.

        So no two admins can suspend each other at the same moment.
        """
        ...

    def change_role(self, staff_id: UUID, role: Role) -> None:
        """Give somebody another role."""
        ...

    def let_back(self, staff_id: UUID) -> None:
        """Let somebody who was suspended work here again."""
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
