"""What all tables share: one list of them, the names of their constraints, and the kinds of column."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_once",
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def key() -> Column[Any]:
    """The primary key of most tables: an id that the portal made."""
    return Column("id", Uuid, primary_key=True)


def moment(name: str, *, needed: bool = False) -> Column[Any]:
    """A point in time, with its zone."""
    return Column(name, DateTime(timezone=True), nullable=not needed)


def words(name: str, *, needed: bool = True) -> Column[Any]:
    """A text; where it is needed, an empty one says that there is nothing to say."""
    return Column(name, Text, nullable=not needed, server_default=text("''") if needed else None)


def told(name: str) -> Column[Any]:
    """A text that must be given."""
    return Column(name, Text, nullable=False)


def facts(name: str) -> Column[Any]:
    """A small mapping of names to values."""
    return Column(name, JSONB, nullable=False, server_default=text("'{}'::jsonb"))


def ref(name: str, target: str, *, needed: bool = False) -> Column[Any]:
    """The id of a row of another table, which can't be deleted while it is spoken of."""
    return Column(name, Uuid, ForeignKey(f"{target}.id"), nullable=not needed)


def one_of(column: str, choices: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A column holds one of these words."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_is_known")


def whose() -> tuple[Any, ...]:
    """Whose row it is: an account's or a staff member's, one of them and never both; a column each and the check."""
    return (
        ref("account_id", "accounts"),
        ref("staff_id", "staff"),
        CheckConstraint("num_nonnulls(account_id, staff_id) = 1", name="is_somebodys"),
    )
