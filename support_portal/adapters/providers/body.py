"""Reading the fields of an answer: what is needed and not there, or of another type, is a fault and never a fact."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from typing import Any

from support_portal.domain.evidence import Found, RepositoryFacts
from support_portal.domain.remembered import LONGEST_TOLD, NOT_JUDGED

LONGEST_NAME = LONGEST_TOLD
MISSING = object()


class MissingFact(ValueError):
    """The answer lacks a field that is needed, or gives it another type; the text names it."""


class Body:
    """One JSON object of an answer."""

    def __init__(self, raw: object, name: str = "the answer") -> None:
        """Raise MissingFact when it is no object."""
        if not isinstance(raw, dict):
            raise MissingFact(f"{name} is no object")
        self._raw: dict[str, Any] = raw

    def part(self, name: str) -> Body:
        """An object inside."""
        return Body(self._raw.get(name), name)

    def parts(self, name: str) -> list[Body]:
        """The objects of a list inside."""
        value = self._raw.get(name)
        if not isinstance(value, list):
            raise MissingFact(f"{name} is no list")
        return [Body(one, name) for one in value]

    def has(self, name: str) -> bool:
        """Whether there is something other than null."""
        return self._raw.get(name) is not None

    def number(self, name: str) -> str:
        """An id that is a whole number, as text; none of theirs has more than 63 bits."""
        value = self._raw.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
            raise MissingFact(f"{name} is no id")
        return str(value)

    def text(self, name: str) -> str:
        """A text that is not empty, in characters a database takes."""
        value = self._raw.get(name)
        if not isinstance(value, str) or not value:
            raise MissingFact(f"{name} is no text")
        return printable(value)[:LONGEST_NAME]

    def long_text(self, name: str) -> str:
        """A text that may be empty, null or absent."""
        value = self._raw.get(name)
        if value is not None and not isinstance(value, str):
            raise MissingFact(f"{name} is no text")
        return printable(value or "")

    def flag(self, name: str) -> bool:
        """True or false; nothing else will do."""
        value = self._raw.get(name)
        if not isinstance(value, bool):
            raise MissingFact(f"{name} is neither true nor false")
        return value

    def maybe_flag(self, name: str) -> bool | None:
        """True, false, or None where the provider does not tell."""
        return self.flag(name) if self.has(name) else None

    def filled(self, name: str, kind: type[str] | type[dict[str, Any]]) -> bool:
        """Whether a field that must be there holds a value of this kind; null says that there is none."""
        value = self._raw.get(name, MISSING)
        if value is None:
            return False
        if not isinstance(value, kind) or not value:
            raise MissingFact(f"{name} is neither null nor filled")
        return True

    def all_texts(self) -> dict[str, str]:
        """Every field; each is a text."""
        return {printable(name): self.text(name) for name in self._raw}

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._raw.get(name)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise MissingFact(f"{name} is no list of texts")
        return tuple(printable(one)[:LONGEST_NAME] for one in value)

    def day(self, name: str) -> datetime:
        """The first moment of a day, in UTC."""
        try:
            return datetime.combine(date.fromisoformat(self.text(name)), time(), UTC)
        except ValueError as problem:
            raise MissingFact(f"{name} is no day") from problem

    def moment(self, name: str) -> datetime:
        """A time with its offset, in UTC."""
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError as problem:
            raise MissingFact(f"{name} is no time") from problem
        if moment.tzinfo is None:
            raise MissingFact(f"{name} has no offset")
        return moment.astimezone(UTC)


def printable(text: str) -> str:
    """A text without what no database and no page takes: half characters and NUL, shown as replaced."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def found(facts: RepositoryFacts) -> Found:
    """The facts with their summary: what is judged of them, as short JSON for an agent to read."""
    judged = {one.name: _short(getattr(facts, one.name)) for one in fields(facts) if one.name not in NOT_JUDGED}
    return Found(replace(facts, summary=json.dumps(judged)))


def _short(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value[:LONGEST_NAME] if isinstance(value, str) else value
