"""Where a case stands, as a pill shows it: its name in the agents' words, its color, its icon."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.cases import State
from support_portal.domain.evidence import Outcome
from support_portal.domain.words import state_name


@dataclass(frozen=True)
class Standing:
    """A pill: its color's kind, its icon, its words."""

    kind: str
    icon: str
    text: str


NEEDS_REPLY = Standing("violet", "message-square", "Needs reply")

_LOOKS = {
    "New": ("info", "circle-dot"),
    "Waiting for requester": ("", "hourglass"),
    "Checks failed": ("fail", "x"),
    "Check not finished": ("warn", "wifi-off"),
    "Ready to decide": ("info", "zap"),
    "Second agent": ("info", "users"),
    "Safety wait": ("pass", "timer"),
    "Being removed": ("pass", "refresh-cw"),
    "2FA removed": ("pass", "check"),
    "Denied": ("fail", "ban"),
    "Expired": ("", "clock"),
    "Stopped by owner": ("warn", "hand"),
    "Withdrawn": ("warn", "hand"),
}


def standing(state: State, outcome: Outcome | None = None, *, is_stopped: bool = False) -> Standing:
    """Where a case stands; while it waits for a repository, `outcome` of the newest run tells for what."""
    name = state_name(state, outcome, is_stopped=is_stopped)
    return Standing(*_LOOKS.get(name, ("", "circle")), name)
