"""Starts and stops the whole catcher: the folder, the SMTP server and the web pages."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path
from types import TracebackType

from werkzeug.serving import BaseWSGIServer, make_server

from demo.mailbox.pages import create_app
from demo.mailbox.smtp import LOOPBACK, Receiver
from demo.mailbox.store import Store

POLL = 0.05  # seconds between two looks whether the pages are to end


class Mailbox:
    """A running catcher; as a context manager it ends with the block. Port 0 takes a free one."""

    def __init__(self, folder: Path, *, smtp_port: int = 0, web_port: int = 0, guide: Path | None = None) -> None:
        """Listen and serve. Raises OSError where a port is taken or the folder can't be used."""
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for each request
        self.store = Store(folder)
        self._receiver = Receiver(self.store, smtp_port)
        self._receiver.start()
        try:
            # The pages' port opens last: whoever finds it open finds the SMTP server too.
            with socket.create_server((LOOPBACK, web_port)) as listening:
                app = create_app(self.store, self._receiver, guide)
                self._web: BaseWSGIServer = make_server(LOOPBACK, 0, app, threaded=True, fd=listening.fileno())
        except OSError:
            self._receiver.stop()
            raise
        self._serving = threading.Thread(target=self._web.serve_forever, args=(POLL,), name="web", daemon=True)
        self._serving.start()

    @property
    def smtp_port(self) -> int:
        """Where mail is taken, on 127.0.0.1."""
        return self._receiver.port

    @property
    def web_url(self) -> str:
        """Where the pages are, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._web.port}"

    def stop(self) -> None:
        """Refuse new mail, end the pages."""
        self._receiver.stop()
        self._web.shutdown()
        self._serving.join()
        self._web.server_close()

    def __enter__(self) -> Mailbox:
        """Itself, already running."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
