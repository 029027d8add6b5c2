"""A demo of its own for the pictures: on free ports, in a folder that goes away, stopped by its number."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from demo.story.marker import Marker
from demo.story.outside import Mailbox
from support_portal.local import programs
from support_portal.local.embedded import free_port
from support_portal.local.folder import Refused, refuse_taken_ports
from support_portal.settings import PREFIX, environment

READY = "ready on"
READY_WITHIN = 120  # seconds
STOPPED_WITHIN = 40  # seconds
PORTS = 5  # the portal's, three providers', the mail catcher's


class CannotStart(Exception):
    """The demo did not start; the text is what it said."""


@dataclass(frozen=True)
class Portal:
    """A running demo, and where everything of it is."""

    port: int
    folder: Path
    env: dict[str, str]
    signed_in: dict[str, list[Any]] = field(default_factory=dict)  # the cookies of who signed in, by address

    @property
    def url(self) -> str:
        """The portal's own address."""
        return f"http://localhost:{self.port}"

    @property
    def mailbox(self) -> Mailbox:
        """The mail catcher."""
        return Mailbox(f"http://127.0.0.1:{self.port + 4}")

    @property
    def references(self) -> Mapping[str, str]:
        """The sample case of each address."""
        return Marker(self.folder / "story.json").references

    def command(self, *words: str) -> str:
        """What a command of `support-portal` prints here."""
        return subprocess.run(
            programs.command(*words), env=self.env, check=True, capture_output=True, text=True
        ).stdout.strip()


@contextmanager
def running_demo() -> Iterator[Portal]:
    """Start `support-portal run --demo`, wait until it says that it is ready, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="portal-screens-") as folder:
        port = _free_row()
        kept = {name: value for name, value in environment().items() if not name.startswith(PREFIX)}
        env = {**kept, f"{PREFIX}PORT": str(port), f"{PREFIX}DATA_DIR": folder}
        process = subprocess.Popen(
            programs.command("run", "--demo"), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            _wait_until_ready(process)
            yield Portal(port, Path(folder), env)
        finally:
            process.terminate()
            process.wait(STOPPED_WITHIN)


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    said: list[str] = []
    is_over = threading.Event()  # it is ready, or will never be
    threading.Thread(target=_read, args=(process.stdout, said, is_over), daemon=True).start()
    is_over.wait(READY_WITHIN)
    if not any(READY in line for line in said):
        raise CannotStart("".join(said))


def _read(output: IO[str], said: list[str], is_over: threading.Event) -> None:
    for line in output:
        said.append(line)
        if READY in line:
            is_over.set()
    is_over.set()


def _free_row() -> int:
    """The first of so many free ports in a row."""
    while True:
        first = free_port()
        try:
            refuse_taken_ports(range(first, first + PORTS))
        except Refused:
            continue
        return first
