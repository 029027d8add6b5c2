"""`support-portal run`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from support_portal.local import programs
from support_portal.local.demo import Demo, demo
from support_portal.local.embedded import postgres, valkey
from support_portal.local.folder import Refused, claim, leave_for_commands, refuse_taken_ports, secret_keys
from support_portal.local.supervise import Process, StartFailed, Supervisor
from support_portal.provider_settings import FILE, read_providers
from support_portal.settings import PREFIX, Settings, SettingsError, environment

NO_MAIL = "PORTAL_SMTP_URL is not set: mails wait until it is"
CANNOT_START = 1


def run(with_demo: bool = False) -> int:
    """Start everything and keep it running; 0 after a clean stop.

    78 and a line for each setting that is wrong, 1 and one line where it can't start for another reason.
    """
    try:
        given = environment()
        return _run(given, demo(given) if with_demo else None)
    except SettingsError as error:
        for line in error.lines:
            print(f"support-portal: {line}", file=sys.stderr)
        return os.EX_CONFIG
    except (Refused, StartFailed) as error:
        print(f"support-portal: {error}", file=sys.stderr)
        return CANNOT_START


def _run(given: dict[str, str], sample: Demo | None) -> int:
    started = time.monotonic()
    settings = Settings.from_environment()
    read_providers(settings)
    folder = sample.folder if sample else settings.data_dir.resolve()
    with claim(folder):
        refuse_taken_ports(sample.ports if sample else [settings.port])
        env = {**(sample.settings() if sample else {}), **chosen(given, settings), f"{PREFIX}DATA_DIR": str(folder)}
        if f"{PREFIX}SECRET_KEYS" not in env:
            env[f"{PREFIX}SECRET_KEYS"] = secret_keys(folder)
        with Supervisor() as supervisor:
            supervisor.obey_signals()
            if not env.get(f"{PREFIX}SMTP_URL"):
                supervisor.say("portal", NO_MAIL)
            _start_servers(supervisor, env, folder)
            leave_for_commands(folder, env)
            _start_portal(supervisor, env, settings, sample)
            if not supervisor.is_stopping:
                if sample:
                    supervisor.say("portal", f"the guide to the demo, its sign-ins and its mails: {sample.guide}")
                supervisor.say("portal", f"ready on {settings.address} after {time.monotonic() - started:.1f} s")
            return supervisor.watch()


def chosen(given: dict[str, str], settings: Settings) -> dict[str, str]:
    """What the caller chose, for programs and commands that are started anywhere; an empty setting chooses nothing."""
    kept = {name: value for name, value in given.items() if value or not name.startswith(PREFIX)}
    return {**kept, FILE: str(settings.providers.absolute())} if settings.providers else kept


def _start_servers(supervisor: Supervisor, env: dict[str, str], folder: Path) -> None:
    """Start the broker and the database, unless settings name others, and write their addresses into `env`."""
    if not env.get(f"{PREFIX}REDIS_URL"):
        broker, env[f"{PREFIX}REDIS_URL"] = valkey(folder)
        supervisor.start(broker)
    if not env.get(f"{PREFIX}DATABASE_URL"):
        server = postgres(folder)
        supervisor.start(server.process)
        if not supervisor.is_stopping:
            server.make_database()
        env[f"{PREFIX}DATABASE_URL"] = server.address()


def _start_portal(supervisor: Supervisor, env: dict[str, str], settings: Settings, sample: Demo | None) -> None:
    supervisor.run(Process("migrate", programs.command("db", "upgrade"), env))
    for process in sample.processes(env) if sample else []:
        supervisor.start(process)
    if sample:
        # Before anything else works here: the story does what falls due itself, at the times it tells of.
        supervisor.run(sample.story(env))
    for process in portal_processes(env, settings.port, settings.address):
        supervisor.start(process)


def portal_processes(env: dict[str, str], port: int, address: str) -> list[Process]:
    """Relay, worker, beat and web of a portal with these settings, in the order they start."""
    host = urlsplit(address).netloc
    web = Process("web", programs.web(port), env, is_ready=lambda: is_healthy(port, host))
    web.stop_within = programs.GRACE + 5
    return [
        Process("relay", programs.relay(), env),
        # An orphaned worker ends at once, tasks and all: their rows are due again by themselves.
        Process("worker", programs.worker(), env, stop_within=20, orphaned=signal.SIGKILL),
        Process("beat", programs.beat(), env),
        web,
    ]


def is_healthy(port: int, host: str) -> bool:
    """Whether the web server on this port answers for this host name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz", headers={"Host": host})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
