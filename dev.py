#!/usr/bin/env python3
"""Install what the portal needs, then run, test or check it: `python3 dev.py run | test | check` and a few more.

Standard library only, for a machine that has nothing but Python 3.11 and pip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
UV = "uv==0.13.9"
OLDEST_PYTHON = (3, 11)
BROWSERS = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
BROWSER_PACKAGES = ("chromium-headless-shell", "libatomic1", "fonts-dejavu-core")
USAGE_ERROR = 64  # sysexits.h

# The one check, fast first. Every part runs, whatever the others found.
CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "templates": ("djlint", "--profile=jinja", "--lint", "--ignore=H015,H042,J018", "--quiet", "templates"),
    "import contracts": ("lint-imports", "--no-cache"),
    "dependencies": ("deptry", "."),
    "types": ("mypy",),
    "migrations": ("pytest", "tests/house/test_migrations.py"),
}


def call(*argv: str | Path, env: Mapping[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the checkout, shown first; raise CalledProcessError when it fails."""
    print("+", *argv, flush=True)
    out = subprocess.DEVNULL if quiet else None
    subprocess.run([str(word) for word in argv], check=True, cwd=ROOT, env=env, stdout=out)


def apt_install(*packages: str) -> bool:
    """Install Debian packages; False where that is not ours to do."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
    call(*apt, "update", env=env)
    call(*apt, "install", "-y", "--no-install-recommends", *packages, env=env, quiet=True)
    return True


def uv() -> str:
    """The installer: the one on PATH, or a copy of our own below `.tools`."""
    own = TOOLS / "bin/uv"
    if found := os.environ.get("UV") or (None if own.exists() else shutil.which("uv")):
        return found
    if not own.exists():
        pip = [sys.executable, "-m", "pip"]
        if subprocess.run([*pip, "--version"], capture_output=True).returncode and not apt_install("python3-pip"):
            sys.exit("pip is missing: install your system's python3-pip, then run this again")
        # `--target` is allowed on an externally managed Python, and needs neither venv nor root.
        call(*pip, "install", "-q", "--root-user-action=ignore", "--target", TOOLS, UV)
    return str(own)


def install(lock_file: str) -> None:
    """Make `.venv` hold exactly what the lock file names, hashes checked, and the portal itself."""
    start = time.monotonic()
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_COMPILE_BYTECODE": "1"}
    if not PYTHON.exists():
        call(uv(), "venv", "-q", "--python", sys.executable, VENV, env=env)
    call(uv(), "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, ROOT / lock_file, env=env)
    # After the sync, which takes away what the lock does not name. What builds it is locked too.
    own = ("-q", "--no-deps", "--no-build-isolation", "--python", PYTHON, "-e", ROOT)
    call(uv(), "pip", "install", *own, env=env)
    print(f"installed in {time.monotonic() - start:.1f} s", flush=True)


def browser() -> str:
    """The path of a Chromium for the tests, installed when there is none."""
    for name in (os.environ.get("PORTAL_BROWSER"), *BROWSERS):
        if name and (path := shutil.which(name)):
            return path
    if apt_install(*BROWSER_PACKAGES) and (path := shutil.which(BROWSER_PACKAGES[0])):
        return path
    sys.exit("no browser: install Chromium, or set PORTAL_BROWSER to one")


def become(*argv: str) -> None:
    """Turn into the command, so that Ctrl-C and the exit status are its own."""
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), *argv])  # noqa: S606 - no shell is wanted


def run(args: list[str]) -> None:
    """Start everything; tools of the tests stay installed where they are already."""
    install("requirements-dev.lock" if (VENV / "bin/pytest").exists() else "requirements.lock")
    become("-m", "support_portal.cli", "run", *args)


def test(args: list[str]) -> None:
    """Run the one check, then the tests against real parts; both always run, either can fail the command."""
    install("requirements-dev.lock")
    os.environ["PORTAL_BROWSER"] = browser()
    failed = run_checks()
    # Two at once, each with a database, a broker and a portal of its own; who is done takes over from the other.
    parallel = ("-n", "2", "--dist", "worksteal")
    status = subprocess.run([PYTHON, "-m", "pytest", *parallel, "--durations=10", *args], cwd=ROOT).returncode
    if failed:
        print(f"the check failed before the tests ran: {', '.join(failed)}", file=sys.stderr)
    sys.exit(status or (1 if failed else 0))


def check(_: list[str]) -> None:
    """Run the one check, and print every finding."""
    install("requirements-dev.lock")
    sys.exit(1 if run_checks() else 0)


def run_checks() -> list[str]:
    """Run every part of the check; the names of those that found something."""
    failed = []
    for name, (program, *args) in CHECKS.items():
        start = time.monotonic()
        done = subprocess.run(
            [VENV / "bin" / program, *args], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        print(f"{'fail' if done.returncode else 'ok':<4} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        if done.returncode:
            print(done.stdout, flush=True)
            failed.append(name)
    return failed


def lock(_: list[str]) -> None:
    """Resolve anew. The files name no package host, and plain pip reads them too."""
    form = ("--universal", "--generate-hashes", "--no-header", "--no-annotate")
    make = (uv(), "pip", "compile", "-q", "pyproject.toml", *form)
    call(*make, "--group", "build", "--group", "demo", "-o", "requirements.lock")
    call(*make, "--group", "dev", "-o", "requirements-dev.lock")


def screens(args: list[str]) -> None:
    """Take the pictures of the running demo."""
    install("requirements-dev.lock")
    os.environ["PORTAL_BROWSER"] = browser()
    become("-m", "demo.screens", *args)


def faults(args: list[str]) -> None:
    """Live through many stories while parts are killed, and count what went wrong."""
    install("requirements-dev.lock")
    become("-m", "tests.faults", *args)


def permissions(_: list[str]) -> None:
    """Write the document of permissions anew, from the addresses and commands that there are."""
    install("requirements-dev.lock")
    become("-m", "tests.permissions")


def races(args: list[str]) -> None:
    """Use what works once many times at the same moment, and count how often it was accepted."""
    install("requirements-dev.lock")
    become("-m", "tests.races", *args)


def canaries(args: list[str]) -> None:
    """Live with every secret of account security, then search for each everywhere."""
    install("requirements-dev.lock")
    become("-m", "tests.canaries", *args)


def enumeration(args: list[str]) -> None:
    """Try known and unknown addresses by turns, and compare what is answered and how fast."""
    install("requirements-dev.lock")
    become("-m", "tests.enumeration", *args)


def fuzz(args: list[str]) -> None:
    """Put made-up answers through what reads answers, and look for a wrong pass: `fuzz verification`."""
    install("requirements-dev.lock")
    become("-m", "tests.fuzz", *args)


def contracts(args: list[str]) -> None:
    """Read what GitHub really answered, as others recorded it; fetches the records."""
    install("requirements-dev.lock")
    become("-m", "tests.contracts", *args)


def bench(args: list[str]) -> None:
    """Measure speed and size (`bench start`, `verification`, `lasting`), and who waits when told to (`throttling`)."""
    install("requirements-dev.lock")
    become("-m", "tests.bench", *args)


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "run": run,
    "test": test,
    "check": check,
    "lock": lock,
    "screens": screens,
    "faults": faults,
    "permissions": permissions,
    "races": races,
    "enumeration": enumeration,
    "canaries": canaries,
    "fuzz": fuzz,
    "contracts": contracts,
    "bench": bench,
}


def main() -> None:
    """Do what the first word says; an unknown word gets one line and status 64."""
    word, args = (sys.argv[1:2] or ["run"])[0], sys.argv[2:]
    if word not in COMMANDS:
        print(f"dev.py: unknown command {word!r}; there are: {', '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(USAGE_ERROR)
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("dev.py: Python 3.11 or newer is needed")
    try:
        COMMANDS[word](args)
    except subprocess.CalledProcessError as error:
        sys.exit(f"dev.py: {Path(error.cmd[0]).name} ended with status {error.returncode}, see above")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
