"""Start processes in order, show their logs with a name before each line, stop them in reverse order."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TextIO

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
LIBC = ctypes.CDLL(None)  # loaded here: between fork and exec nothing may be imported
MOST_RESTARTS = 5  # in a row, each after a life shorter than STABLE
RESTARTS_AT_START = 1  # a fault that is there from the beginning is shown, not repeated
STABLE = 30.0  # seconds
LONGEST_PAUSE = 10.0  # seconds between two tries
LOOK_EVERY = 0.05  # seconds
IMPATIENT = 3  # this many Ctrl-C end everything at once


class StartFailed(Exception):
    """A part did not come up; the text is one line."""


@dataclass(eq=False)
class Process:
    """One program: how it starts, when it is ready, and how it is asked to stop."""

    name: str
    argv: list[str]
    env: dict[str, str] | None = None
    popen: dict[str, Any] = field(default_factory=dict)
    is_ready: Callable[[], bool] | None = None
    start_within: float = 60  # seconds
    stop: signal.Signals = signal.SIGTERM
    stop_within: float = 15  # seconds, then it is killed
    orphaned: signal.Signals | None = None  # sent by the kernel when the supervisor dies; `stop` if None
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    short_lives: int = 0
    due_at: float | None = None  # when it is started again

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, bound to end when this process ends, even by kill -9."""
        env = None if self.env is None else {**self.env, "PYTHONUNBUFFERED": "1"}
        number, parent = int(self.orphaned or self.stop), os.getpid()
        self.due_at, self.started_at = None, time.monotonic()
        self.running = subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _end_with_parent(number, parent),  # noqa: PLW1509 - it calls the kernel, and no more
            env=env,
            **self.popen,
        )
        return self.running

    @property
    def has_ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self.running is not None and self.running.poll() is not None

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)


class Supervisor:
    """Keeps the processes of one `run`; use it as a context, which stops them all at its end."""

    def __init__(self, out: TextIO = sys.stdout, most_restarts: int | None = MOST_RESTARTS) -> None:
        """Write every line to `out`; `most_restarts` of None never gives up on a part."""
        self._out = out
        self._most_restarts = most_restarts
        self._processes: list[Process] = []
        self._stopping = threading.Event()
        self._writing = threading.Lock()
        self._readers: list[threading.Thread] = []
        self._asked = 0
        self._guard: subprocess.Popen[str] | None = None

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            self._stop(process)
        if self._guard:
            self._guard.communicate()
        for reader in self._readers:
            reader.join(1)

    @property
    def processes(self) -> tuple[Process, ...]:
        """What was started, in order."""
        return tuple(self._processes)

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._stopping.is_set()

    def obey_signals(self) -> None:
        """Stop on Ctrl-C, SIGTERM and a closed terminal, also where a shell had SIGINT ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def ask_to_stop(self) -> None:
        """Make `start`, `run` and `watch` return."""
        self._stopping.set()

    def start(self, process: Process) -> None:
        """Start one more process and wait until it is ready; raises StartFailed when it does not get there."""
        if self.is_stopping:
            return
        self._processes.append(process)
        self._spawn(process)
        end = process.started_at + process.start_within
        while process.is_ready and not self.is_stopping:
            if process.has_ended:
                self._revive(process, RESTARTS_AT_START)
            elif process.due_at is None and process.is_ready():
                return
            if time.monotonic() > end:
                raise StartFailed(f"{process.name} is not ready after {process.start_within:.0f} s")
            self._stopping.wait(LOOK_EVERY)

    def run(self, process: Process) -> None:
        """Run one command to its end; raises StartFailed when it fails."""
        if self.is_stopping:
            return
        self._processes.append(process)
        running = self._spawn(process)
        while running.poll() is None and not self._stopping.wait(LOOK_EVERY):
            pass
        if self.is_stopping:
            return
        self._processes.remove(process)
        self._clear(process)
        if running.returncode:
            self._readers[-1].join(1)
            raise StartFailed(f"{process.name} ended with status {running.returncode}, see the lines above")

    def watch(self) -> int:
        """Restart what dies, ever slower, until asked to stop; 1 when something dies too often."""
        while not self._stopping.wait(LOOK_EVERY):
            try:
                for process in self._processes:
                    if process.has_ended:
                        self._revive(process, self._most_restarts)
            except StartFailed as error:
                self.say("portal", str(error))
                return 1
        return 0

    def say(self, name: str, line: str) -> None:
        """Write one line under a name; a reader that went away is no reason to stop."""
        with self._writing, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{name:<9} | {line}\n")
            self._out.flush()

    def _spawn(self, process: Process) -> subprocess.Popen[bytes]:
        try:
            running = process.spawn()
        except (OSError, subprocess.SubprocessError) as error:
            raise StartFailed(f"{process.name} cannot be started: {error}") from error
        self._tell_guard("+", running.pid)
        reader = threading.Thread(target=self._show, args=(process.name, running), daemon=True)
        reader.start()
        self._readers = [other for other in self._readers if other.is_alive()] + [reader]
        return running

    def _revive(self, process: Process, most: int | None) -> None:
        """Plan the next start of what has ended, or start it when that is due."""
        if process.due_at is None:
            self._clear(process)
            lived = time.monotonic() - process.started_at
            process.short_lives = process.short_lives + 1 if lived < STABLE else 0
            status = process.running.returncode if process.running else None
            self.say("portal", f"{process.name} ended with status {status}")
            if most is not None and process.short_lives > most:
                raise StartFailed(f"{process.name} ended {process.short_lives} times in a row")
            pause = min(0.25 * 2**process.short_lives, LONGEST_PAUSE) if process.short_lives else 0
            process.due_at = time.monotonic() + pause
        elif time.monotonic() >= process.due_at:
            self._spawn(process)

    def _show(self, name: str, running: subprocess.Popen[bytes]) -> None:
        if running.stdout is None:
            return
        with running.stdout:
            for line in running.stdout:
                self.say(name, line.decode("utf-8", "replace").rstrip())

    def _stop(self, process: Process) -> None:
        if process.running is None:
            return
        if process.running.poll() is None:
            process.running.send_signal(process.stop)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.running.wait(process.stop_within)
            if process.running.poll() is None:
                process.kill()
                process.running.wait()
            self.say("portal", f"{process.name} stopped with status {process.running.returncode}")
        self._clear(process)

    def _clear(self, process: Process) -> None:
        """End what a process that ended may have left behind."""
        process.kill()
        if process.running:
            self._tell_guard("-", process.running.pid)

    def _tell_guard(self, sign: str, number: int) -> None:
        if self._guard is None:
            argv = [sys.executable, "-m", "support_portal.local.guard"]
            self._guard = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True, start_new_session=True)
        if self._guard.stdin:
            with contextlib.suppress(OSError):
                self._guard.stdin.write(f"{sign}{number}\n")
                self._guard.stdin.flush()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._stopping.set()
        if self._asked >= IMPATIENT:
            for process in self._processes:
                process.kill()


def _end_with_parent(number: int, parent: int) -> None:
    if sys.platform == "linux":
        LIBC.prctl(SET_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:  # it died in between, and no signal will come
            os._exit(1)
