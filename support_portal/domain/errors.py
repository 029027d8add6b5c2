"""How a rule says no: each refusal is an exception whose text a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class Refusal(Exception):
    """Something asked for is not possible; nothing was changed. The text is one plain sentence."""


class NotFound(Refusal):
    """There is no such thing, or it is not for this person to see; the two are not told apart."""


class LinkNotGood(Refusal):
    """A link from a mail is cut, foreign, used or too old; which of them is not said."""


class WrongState(Refusal):
    """The life of a case has no such move from where it stands."""

    def __init__(self, state: str, move: str) -> None:
        """Name the state and the move."""
        super().__init__(f"A case in state {state} has no move {move}.")
        self.state, self.move = state, move


class NotAllowed(Refusal):
    """The move exists, but a guard holds it back; `reasons` has a sentence for each guard."""

    def __init__(self, *reasons: str) -> None:
        """Give every reason, most important first."""
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Stale(Refusal):
    """Somebody else changed the same thing in the meantime."""

    def __init__(
        self, text: str = "The case changed while you were looking at it. Read it again, then decide."
    ) -> None:
        """Say it once for all cases; what is no case has its own words."""
        super().__init__(text)


class BadInput(Refusal):
    """What was typed or sent does not fit; `fields` maps a field's name to what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Name every field at once."""
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class TooMany(Refusal):
    """A limit is reached; `again_at` says when it ends, where that is known."""

    def __init__(self, text: str, again_at: datetime | None = None) -> None:
        """Say what is limited, in words."""
        super().__init__(text)
        self.again_at = again_at


class TryLater(Exception):
    """Put-off work cannot be done now; the one place that runs jobs writes the row's next time."""

    def __init__(self, at: datetime, why: str) -> None:
        """Carry the moment of the next try (aware, UTC) and the reason for the log."""
        super().__init__(why)
        self.at = at
