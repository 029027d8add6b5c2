"""The real parts that tests use: started once for each test process, on free ports, in a folder that goes away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from support_portal.adapters.db.migrate import upgrade
from support_portal.local import programs
from support_portal.local.demo import Demo
from support_portal.local.embedded import ROLE, SUPERUSER, Postgres, postgres, valkey
from support_portal.local.folder import Refused, refuse_taken_ports
from support_portal.local.run import portal_processes
from support_portal.local.supervise import Process, Supervisor
from support_portal.ports.tools import Tools
from support_portal.settings import PREFIX, Settings
from support_portal.wiring import tools_from
from tests.stand_ins import StandIn

TEMPLATE = "portal_template"
SECRET_KEYS = "a-key-for-tests-alone-of-more-than-32-characters"
# No test needs its data after a power cut.
IN_A_HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
TALKATIVE = ("log_min_error_statement=error", "log_error_verbosity=default")
PROVIDERS = ("github", "gitlab", "bitbucket")  # in the order of their ports
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes; some hundred megabytes are used
PORTS_TRIED = range(21000, 30000, 10)
LONGEST_COMMAND = 60  # seconds


class Parts:
    """What runs for the tests, one log for all of it."""

    def __init__(self, folder: Path, supervisor: Supervisor, log: Path) -> None:
        self.folder = folder
        self.supervisor = supervisor
        self.log = log

    def tail(self, most: int = 60) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8").splitlines()[-most:])


def _in_memory() -> Path | None:
    """A folder of the memory's, where there is one with room: databases come and go by the thousand."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if has_room else None


@contextmanager
def running_parts() -> Iterator[Parts]:
    """A folder and a supervisor; whatever was started by then is stopped at the end."""
    # Not pytest's own folder: that one is closed to the user PostgreSQL runs as where we are root.
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-", dir=_in_memory()))
    folder.chmod(0o755)
    log = folder / "log"
    try:
        with log.open("a", encoding="utf-8") as file, Supervisor(file) as supervisor:
            yield Parts(folder, supervisor, log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start_postgres(parts: Parts) -> Postgres:
    """A PostgreSQL in a hurry, with a template database that is migrated to the newest state."""
    server = postgres(parts.folder, *IN_A_HURRY, *TALKATIVE)
    parts.supervisor.start(server.process)
    server.make_database(TEMPLATE)
    upgrade(server.address(TEMPLATE))
    return server


def start_broker(parts: Parts) -> str:
    """A Valkey; its address names database 0."""
    process, url = valkey(parts.folder)
    parts.supervisor.start(process)
    return url


@dataclass(frozen=True)
class Database:
    """One clean, migrated database, and who may enter it."""

    name: str
    server: Postgres

    @property
    def url(self) -> str:
        """Its SQLAlchemy address for the portal's own role."""
        return self.server.address(self.name, ROLE)

    def connect(self, role: str = ROLE) -> psycopg.Connection[tuple[Any, ...]]:
        """A psycopg connection, as the portal's own role unless another is named."""
        return psycopg.connect(self.server.address(self.name, role).replace("+psycopg", ""), autocommit=True)


@contextmanager
def cloned_database(server: Postgres, name: str) -> Iterator[Database]:
    """A copy of the template, dropped at the end whoever is still connected."""
    server.make_database(name, TEMPLATE)
    try:
        yield Database(name, server)
    finally:
        with server.connect(SUPERUSER) as connection:
            connection.execute(f'drop database "{name}" with (force)')


def environment(**more: str) -> dict[str, str]:
    """The environment without any setting of the portal, and these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return {**kept, **more}


def command(settings: Mapping[str, str], *words: str, typed: str | bytes = "", status: int = 0) -> str:
    """Run `support-portal`; what it printed. AssertionError, with everything it said, on another status."""
    done = subprocess.run(
        programs.command(*words),
        env=environment(**settings),
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        timeout=LONGEST_COMMAND,
    )
    said = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == status, f"support-portal {' '.join(words)} ended with {done.returncode}:\n{said}"
    return done.stdout.decode()


@dataclass(frozen=True)
class World:
    """What lies outside the portal: three providers and a mail server, all stand-ins of the demo."""

    demo: Demo

    def provider(self, key: str) -> StandIn:
        """One of `github`, `gitlab` and `bitbucket`: change what is there, make it fail, read what it was asked."""
        return StandIn(key, f"http://127.0.0.1:{self.demo.port + 1 + PROVIDERS.index(key)}")

    @property
    def mailbox(self) -> str:
        """The mail catcher's pages."""
        return f"http://127.0.0.1:{self.demo.port + 4}"

    @property
    def smtp(self) -> str:
        """The mail catcher as a mail server."""
        return f"smtp://127.0.0.1:{self.demo.smtp_port}"


def start_world(parts: Parts) -> World:
    """The stand-in providers and the mail catcher, on ports in a row below which the portal's own is free too."""
    demo = Demo(*free_row(6), parts.folder)
    for process in demo.processes(environment()):
        parts.supervisor.start(process)
    return World(demo)


def free_row(length: int) -> tuple[int, int]:
    """The first and the last of so many free ports in a row; each test process looks in a region of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for first in PORTS_TRIED[worker * 100 :]:
        try:
            refuse_taken_ports(range(first, first + length))
        except Refused:
            continue
        return first, first + length - 1
    raise AssertionError("no free ports")


@dataclass(frozen=True)
class Portal:
    """A running portal: web, worker, relay and beat over a database of its own."""

    url: str
    settings: dict[str, str]
    database: Database
    world: World
    processes: dict[str, Process]

    @property
    def tools(self) -> Tools:
        """The portal's own tools, in this process: for what no page and no command does."""
        named = {name.removeprefix(PREFIX).lower(): value for name, value in self.settings.items()}
        return tools_from(Settings.model_validate(named))

    def command(self, *words: str, typed: str | bytes = "", status: int = 0) -> str:
        """Run `support-portal` with this portal's settings."""
        return command(self.settings, *words, typed=typed, status=status)


def portal_settings(parts: Parts, database: Database, broker: str, world: World) -> dict[str, str]:
    """What leads a portal's processes to the stand-ins."""
    return {
        **world.demo.settings(),
        "PORTAL_PORT": str(world.demo.port),
        "PORTAL_DATA_DIR": str(parts.folder),
        "PORTAL_DATABASE_URL": database.url,
        "PORTAL_REDIS_URL": broker,
        "PORTAL_SECRET_KEYS": SECRET_KEYS,
    }


def start_portal(parts: Parts, database: Database, broker: str, world: World) -> Portal:
    """The portal's four processes, led to the stand-ins by settings alone."""
    # A test may empty database 0.
    settings = portal_settings(parts, database, broker.removesuffix("/0") + "/1", world)
    address = settings["PORTAL_PUBLIC_URL"]
    processes = portal_processes(environment(**settings), world.demo.port, address)
    for process in processes:
        parts.supervisor.start(process)
    return Portal(address, settings, database, world, {process.name: process for process in processes})
