"""The portal with a part that breaks, for the picture of a fault of ours; the product has no page that breaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, NoReturn

from werkzeug.serving import WSGIRequestHandler, make_server

from demo.screens.running import Portal
from support_portal import wiring
from support_portal.app import create_app
from support_portal.local.embedded import free_port
from support_portal.settings import LEFT_FOR_COMMANDS, Settings
from support_portal.web.parts import Parts


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Broken:
    """In place of what reads the rows that pages show."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError(f"{name} is broken, for a picture")


@dataclass(frozen=True)
class BrokenScreens:
    """The port `Screens`, broken."""

    requester: Any
    desk: Any
    people: Any
    locked: Any
    own: Any
    commands: Any


@contextmanager
def portal_at_fault(demo: Portal) -> Iterator[str]:
    """Serve the demo's portal once more, with nothing to show; the address of its start page."""
    port = free_port()
    told = json.loads((demo.folder / LEFT_FOR_COMMANDS).read_text())
    settings = Settings(**{**told, "public_url": f"http://localhost:{port}"})
    tools = replace(wiring.tools_from(settings), screens=BrokenScreens(*(Broken() for _ in fields(BrokenScreens))))
    health, sessions = wiring.health_from(settings), wiring.sessions_from(settings)
    app = create_app(Parts(tools, sessions, health, wiring.cookie_keys_from(settings)))
    app.logger.disabled = True  # the fault is wanted
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield settings.address
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
