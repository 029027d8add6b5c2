"""What the pages stand on: handed to the application once, reached from every view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, request

from support_portal.domain.browsers import Browser, browser_of
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


def browser() -> Browser:
    """Where this request came from."""
    return browser_of(request.remote_addr, request.headers.get("User-Agent"))


def tools() -> Tools:
    """What use cases are called with for this request."""
    return parts().tools.called_from(browser())
