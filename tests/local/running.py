"""`support-portal run` in a folder of its own, ended in any case."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support_portal.local import programs
from tests.parts import environment, free_row
from tests.processes import processes_mentioning
from tests.waiting import eventually

READY_WITHIN = 60  # seconds until a start is given up
GONE_WITHIN = 30  # seconds after kill -9


class Run:
    """One `support-portal run` in a folder."""

    def __init__(self, folder: Path, port: int, *words: str) -> None:
        self.started, self.seconds_to_start = time.monotonic(), 0.0
        self.url = f"http://localhost:{port}"
        self.folder = folder
        self.log = folder.parent / "run.log"
        env = environment(PORTAL_DATA_DIR=str(folder), PORTAL_PORT=str(port), PYTHONUNBUFFERED="1")
        with self.log.open("wb") as log:
            command = programs.command("run", *words)
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)

    def said(self) -> str:
        """Everything it has written so far."""
        return self.log.read_text()

    def wait_until_ready(self, within: float) -> None:
        """Return when it says so; AssertionError, with its log, when it does not get there."""
        eventually(lambda: f"ready on {self.url}" in self.said() or self.process.poll() is not None, within)
        assert self.process.poll() is None, self.said()
        self.seconds_to_start = time.monotonic() - self.started

    def stop(self) -> int:
        """End it as Ctrl-C does; its status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(GONE_WITHIN)

    def left_behind(self) -> dict[int, str]:
        """What runs of it: number and command line."""
        return processes_mentioning(str(self.folder))

    def numbers_of(self, word: str) -> list[int]:
        """The numbers of its processes with this word in the command line."""
        return [number for number, line in self.left_behind().items() if word in line]


@contextmanager
def running(folder: Path, *words: str) -> Iterator[Run]:
    """A run that is ready, ended in any case."""
    run = Run(folder, free_row(6)[0], *words)
    try:
        run.wait_until_ready(READY_WITHIN)
        yield run
    finally:
        run.process.kill()
        run.process.wait()
        eventually(lambda: not run.left_behind(), GONE_WITHIN)


@contextmanager
def new_folder() -> Iterator[Path]:
    """A data folder that every user of the machine may pass to, not made yet."""
    above = Path(tempfile.mkdtemp(prefix="portal-run-"))
    above.chmod(0o755)
    yield above / "data"
    shutil.rmtree(above, ignore_errors=True)
