"""What a row of `docs/verification.md` is: a situation at a provider, and the outcome that it must have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.providers.columns import Column
from tests.adapters.providers.place import Place

CANNOT_HAPPEN = "cannot happen: "
PASSED, MISSING, MOVED = "passed", "failed: repository_found", "failed: not_moved"
LINK, OWNER = "failed: link_recognised", "failed: owner_is_connected, connected_before_request"
ORIGINAL, CREATED = "failed: is_original", "failed: created_for_this_case"
CREDENTIALS = "cannot_check: credentials, next try after 15 min"
LIMITED = "cannot_check: rate_limited, next try after 60 s"
UNTIL_TOLD = "cannot_check: rate_limited, next try after 90 s"
UNAVAILABLE = "cannot_check: unavailable, next try after 5 s"

Arrange = Callable[[Place], None]


@dataclass(frozen=True)
class Situation:
    """A row: how it is arranged, its outcome, and at which providers (by title or kind) it has another or none.

    `by_itself` is the outcome when the portal looks without a link; None where that is the same.
    """

    name: str
    arrange: Arrange
    outcome: str
    but: Mapping[str, str] = field(default_factory=dict)
    by_itself: str | None = None
    but_by_itself: Mapping[str, str] = field(default_factory=dict)

    def at(self, column: Column, *, by_link: bool) -> str:
        """What must be seen in this column."""
        usual, but = self.outcome, self.but
        if not by_link and (self.by_itself or self.but_by_itself):
            usual, but = self.by_itself or self.outcome, self.but_by_itself
        return but.get(column.title) or but.get(column.kind) or usual


def failing(kind: str, **more: Any) -> Arrange:
    """Ana's repository is there and right, and the provider fails in this way."""

    def arrange(place: Place) -> None:
        place.repository()
        place.stand_in.fail(kind, **more)

    return arrange
