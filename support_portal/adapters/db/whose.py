"""Whose a row is, in the words of SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table

from support_portal.domain.principals import Principal, PrincipalKind


def owner(principal: Principal) -> dict[str, UUID | None]:
    """The two columns that say whose a new row is."""
    return {"account_id": principal.account_id, "staff_id": principal.staff_id}


def belongs_to(table: Table, principal: Principal) -> ColumnElement[bool]:
    """Whether a row is this person's."""
    return (table.c.staff_id if principal.is_staff else table.c.account_id) == principal.id


def principal_of(row: Any) -> Principal:
    """Whose a row is that was read."""
    return (
        Principal(PrincipalKind.STAFF, row.staff_id)
        if row.staff_id is not None
        else Principal(PrincipalKind.ACCOUNT, row.account_id)
    )
