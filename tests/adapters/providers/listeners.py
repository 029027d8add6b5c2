"""Addresses at which no provider answers: nobody listens, nobody is called so, nobody vouches for who answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import cache

from werkzeug.serving import generate_adhoc_ssl_context


@cache
def listeners() -> dict[str, str]:
    """The addresses, by what is wrong with them; made once in a process, and gone with it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = taken.getsockname()[1]
    return {
        "refused": f"http://127.0.0.1:{refused}",
        "unknown": "https://provider.invalid",  # RFC 2606: nobody will ever be called so
        "untrusted": f"https://127.0.0.1:{_untrusted()}",
    }


def _untrusted() -> int:
    """The port of a listener whose certificate it signed itself."""
    context = generate_adhoc_ssl_context()
    listener = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                context.wrap_socket(connection, server_side=True).close()

    threading.Thread(target=greet, daemon=True).start()
    return int(listener.getsockname()[1])
