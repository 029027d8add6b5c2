"""What the pages stand on: handed to the application once, reached from every view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from support_portal.ports.health import Health
from support_portal.ports.sessions import Sessions
from support_portal.ports.tools import Tools

EXTENSION = "support_portal"


@dataclass(frozen=True)
class Parts:
    """Everything that `wiring` makes for the pages.

    `cookie_keys` sign visitors' cookies, newest first; `limits_url` is where requests are counted.
    """

    tools: Tools
    sessions: Sessions
    health: Health
    cookie_keys: tuple[str, ...]
    limits_url: str = "memory://"


def parts() -> Parts:
    """The parts of the running application."""
    return cast(Parts, current_app.extensions[EXTENSION])


def tools() -> Tools:
    """What use cases are called with."""
    return parts().tools
