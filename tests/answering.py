"""A server that gives the answers it was handed, one after the other, in a thread of this process."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

LONGEST_REQUEST = 65_536
GZIP = "gzip"


@dataclass(frozen=True)
class Prepared:
    """One answer as it goes over the wire; `body` is what it says before it is packed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_packed: bool = False
    cut: int = 0  # bytes at the end that never come, though they are counted

    @property
    def wire(self) -> bytes:
        """Every byte of it."""
        body = gzip.compress(self.body, 1, mtime=0) if self.is_packed else self.body
        packed = [("Content-Encoding", GZIP)] if self.is_packed else []
        headers = [*self.headers, *packed, ("Content-Length", str(len(body))), ("Connection", "close")]
        lines = [f"HTTP/1.1 {self.status} Answer", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1") + body[: len(body) - self.cut]


@dataclass
class Server:
    """Where the answers are given, and what is given next; the last one is given again."""

    port: int
    answers: Sequence[Prepared] = ()
    given: int = field(default=0)

    def prepare(self, answers: Sequence[Prepared]) -> None:
        """Give these from now on."""
        self.answers, self.given = answers, 0

    def next_answer(self) -> bytes:
        """The bytes of the next one."""
        answer = self.answers[min(self.given, len(self.answers) - 1)]
        self.given += 1
        return answer.wire


@contextmanager
def a_server() -> Iterator[Server]:
    """Listen on a free port of this machine until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        threading.Thread(target=_answer, args=(listener, server), daemon=True).start()
        yield server


def _answer(listener: socket.socket, server: Server) -> None:
    with contextlib.suppress(OSError):  # the listener is closed
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):  # whoever asked has heard enough
                connection.recv(LONGEST_REQUEST)
                connection.sendall(server.next_answer())
