"""Turning a mail's row into words, at the moment it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from support_portal.domain.correspondence import Letter


@dataclass(frozen=True)
class Words:
    """A rendered letter: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


class LetterWriter(Protocol):
    """Renders the templates of `templates/email`."""

    def write(self, letter: Letter, facts: Mapping[str, str], links: Mapping[str, str]) -> Words:
        """A letter from its plain facts and its complete link addresses; raises KeyError when a fact is missing."""
        ...
