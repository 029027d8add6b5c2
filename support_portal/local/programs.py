"""The portal's own programs, and the words that start each."""

from __future__ import annotations

import sys

WEB_PROCESSES = 2
WEB_THREADS = 8  # in each process
WORKER_THREADS = 32
GRACE = 10  # seconds that a page gets to end when the web server stops


def web(port: int, host: str = "127.0.0.1", processes: int = WEB_PROCESSES) -> list[str]:
    """Gunicorn over the Flask application."""
    size = ["--workers", str(processes), "--threads", str(WEB_THREADS), "--graceful-timeout", str(GRACE)]
    place = ["--no-control-socket", "--bind", f"{host}:{port}"]
    return [sys.executable, "-m", "gunicorn", *place, *size, "support_portal.app:create_app()"]


def worker(name: str = "portal") -> list[str]:
    """A Celery worker on every queue; each on a machine needs a name of its own.

    Threads, since nearly all of a job is waiting for somebody else's answer: `docs/verification.md` says why.
    """
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    size = ["--pool", "threads", "--concurrency", str(WORKER_THREADS)]
    return [*_celery(), "worker", "--hostname", f"{name}@%h", *size, *quiet]


def beat() -> list[str]:
    """Celery's clock: it starts upkeep, and nothing else."""
    return [*_celery(), "beat", "--loglevel", "INFO"]


def relay() -> list[str]:
    """The relay: it turns due rows into messages."""
    return [sys.executable, "-m", "workers.relay"]


def command(*words: str) -> list[str]:
    """A command of `support-portal`."""
    return [sys.executable, "-m", "support_portal.cli", *words]


def _celery() -> list[str]:
    # It warns of root at each start; the tasks take ids and JSON only, which is what the warning is about.
    return [sys.executable, "-W", "ignore:::celery.platforms", "-m", "celery", "--quiet", "--app", "workers.app"]
