"""Processes are started in order, kept alive, and never left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from support_portal.local.supervise import Process, StartFailed, Supervisor
from tests.processes import is_alive
from tests.waiting import eventually

SLEEPS = "import time\nwhile True: time.sleep(60)"
IGNORES_THE_END = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\n" + SLEEPS


def python(name: str, code: str, **more: object) -> Process:
    return Process(name, [sys.executable, "-c", code], env=dict(os.environ), **more)  # type: ignore[arg-type]


def until_it_says(out: io.StringIO, word: str) -> Callable[[], bool]:
    return lambda: word in out.getvalue()


def test_a_line_of_a_process_bears_its_name() -> None:
    out = io.StringIO()
    with Supervisor(out) as supervisor:
        supervisor.run(python("greeter", "print('hello'); print('again')"))
    assert "greeter   | hello\ngreeter   | again\n" in out.getvalue()


def test_the_next_process_starts_when_the_one_before_is_ready_and_they_stop_in_reverse(tmp_path: Path) -> None:
    out, flag = io.StringIO(), tmp_path / "ready"
    slow = f"import time, pathlib\ntime.sleep(0.3)\npathlib.Path({str(flag)!r}).touch()\n{SLEEPS}"
    second = f"import pathlib\nprint('came after:', pathlib.Path({str(flag)!r}).exists())\n{SLEEPS}"
    with Supervisor(out) as supervisor:
        supervisor.start(python("first", slow, is_ready=flag.exists))
        supervisor.start(python("second", second, is_ready=until_it_says(out, "came after")))
    assert "came after: True" in out.getvalue()
    assert out.getvalue().index("second stopped") < out.getvalue().index("first stopped")


def test_a_process_that_never_gets_ready_is_named() -> None:
    with Supervisor(io.StringIO()) as supervisor, pytest.raises(StartFailed, match=r"^stuck is not ready after 0 s$"):
        supervisor.start(python("stuck", SLEEPS, is_ready=lambda: False, start_within=0.2))


def test_a_process_that_ends_again_and_again_is_named() -> None:
    with Supervisor(io.StringIO()) as supervisor, pytest.raises(StartFailed, match=r"^broken ended 2 times in a row$"):
        supervisor.start(python("broken", "raise SystemExit(3)", is_ready=lambda: False))


def test_a_program_that_is_not_there_is_named() -> None:
    with Supervisor(io.StringIO()) as supervisor, pytest.raises(StartFailed, match=r"^ghost cannot be started: "):
        supervisor.start(Process("ghost", ["/does/not/exist"], env={}))


def test_a_command_that_fails_is_named_with_its_status() -> None:
    with Supervisor(io.StringIO()) as supervisor, pytest.raises(StartFailed, match=r"^migrate ended with status 5"):
        supervisor.run(python("migrate", "raise SystemExit(5)"))


def test_what_is_killed_is_started_again_while_the_others_go_on() -> None:
    with Supervisor(io.StringIO()) as supervisor:
        steady, victim = python("steady", SLEEPS), python("victim", SLEEPS)
        for process in (steady, victim):
            supervisor.start(process)
        assert steady.running is not None
        assert victim.running is not None
        before, untouched = victim.running.pid, steady.running.pid
        watching = threading.Thread(target=supervisor.watch)
        watching.start()
        os.kill(before, signal.SIGKILL)
        eventually(lambda: victim.running is not None and victim.running.pid != before and not victim.has_ended)
        assert steady.running.pid == untouched
        supervisor.ask_to_stop()
        watching.join(5)
    assert victim.has_ended


def test_watching_ends_with_status_1_when_something_dies_too_often() -> None:
    out = io.StringIO()
    with Supervisor(out, most_restarts=0) as supervisor:
        supervisor.start(python("broken", "raise SystemExit(3)"))
        assert supervisor.watch() == 1
    assert "broken ended with status 3" in out.getvalue()


def test_what_does_not_stop_when_asked_is_killed() -> None:
    out = io.StringIO()
    deaf = python("deaf", IGNORES_THE_END, is_ready=until_it_says(out, "deaf"), stop_within=0.2)
    with Supervisor(out) as supervisor:
        supervisor.start(deaf)
    assert "deaf stopped with status -9" in out.getvalue()


def test_what_a_dead_process_started_goes_with_it() -> None:
    out = io.StringIO()
    code = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}])\n"
        "print('child', child.pid, flush=True)\nsys.stdin.close()\n" + SLEEPS
    )
    parent = python("parent", code, is_ready=until_it_says(out, "child"))
    with Supervisor(out) as supervisor:
        supervisor.start(parent)
        child = int(out.getvalue().split("child")[1].split()[0])
        assert is_alive(child)
    eventually(lambda: not is_alive(child))


def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    code = f"""
import pathlib, sys
from support_portal.local.supervise import Process, Supervisor
with Supervisor() as supervisor:
    child = Process("child", [sys.executable, "-c", {SLEEPS!r}])
    supervisor.start(child)
    print(child.running.pid, flush=True)
    supervisor.watch()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as main:
        assert main.stdout is not None
        child = int(main.stdout.readline())
        assert is_alive(child)
        main.kill()
    eventually(lambda: not is_alive(child))


def test_what_is_deaf_when_the_supervisor_is_killed_is_ended_too() -> None:
    code = f"""
from support_portal.local.supervise import Process, Supervisor
import sys
with Supervisor() as supervisor:
    heard = []
    supervisor.say = lambda name, line: heard.append(line)
    child = Process("deaf", [sys.executable, "-c", {IGNORES_THE_END!r}], is_ready=lambda: "deaf" in heard)
    supervisor.start(child)
    print(child.running.pid, flush=True)
    supervisor.watch()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as main:
        assert main.stdout is not None
        child = int(main.stdout.readline())
        main.kill()
    eventually(lambda: not is_alive(child), 30)
