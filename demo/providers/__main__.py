"""Starts the three stand-in providers in one process, on three ports of this machine."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from demo.providers.bitbucket import bitbucket
from demo.providers.github import github
from demo.providers.gitlab import gitlab
from demo.providers.keeping import Keeper
from demo.providers.site import create_site
from demo.providers.state import Refused

HOST = "127.0.0.1"
PROVIDERS = {"github": github, "gitlab": gitlab, "bitbucket": bitbucket}


class QuietHandler(WSGIRequestHandler):
    """Handles a request without a line in the log: ``/_control/log`` tells them all."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def serve(
    ports: dict[str, int], seed: dict[str, Any], keep: Path | None = None, callbacks: Sequence[str] = ()
) -> dict[str, BaseWSGIServer]:
    """Listen on one port for each provider and answer in threads of this process; port 0 takes a free one.

    What the file ``keep`` holds goes before the seed. ``callbacks`` are the addresses an application may have people
    led back to, ``{provider}`` standing for the provider. Raises ``OSError`` where a port is taken or the file can't be
    read. Stop each with ``shutdown()``.
    """
    providers = {key: make() for key, make in PROVIDERS.items()}
    for provider in providers.values():
        for template in callbacks:
            provider.register_callback(template)
    sites = {key: create_site(provider, seed.get(key, {})) for key, provider in providers.items()}
    keeper = Keeper(keep, {key: provider.state for key, provider in providers.items()}) if keep else None
    servers = {}
    for key, site in sites.items():
        with socket.create_server((HOST, ports[key]), backlog=512) as listener:
            app = keeper.around(site) if keeper else site
            server = make_server(HOST, 0, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno())
        server.daemon_threads = True  # type: ignore[attr-defined]
        servers[key] = server
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return servers


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.providers", description=__doc__)
    for key in PROVIDERS:
        parser.add_argument(f"--{key}-port", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=Path, metavar="FILE.json")
    parser.add_argument("--keep", type=Path, metavar="FILE.json", help="where everything but faults outlives a restart")
    parser.add_argument(
        "--callback",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="where an application may have people led back to after signing in, with {provider} in it; several times",
    )
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stopped.set())
    seed = json.loads(options.seed.read_text()) if options.seed else {}
    try:
        servers = serve(
            {key: getattr(options, f"{key}_port") for key in PROVIDERS}, seed, options.keep, options.callback
        )
    except (OSError, Refused) as problem:
        sys.stderr.write(f"The stand-in providers cannot start: {problem}.\n")
        return 1
    for key, server in servers.items():
        sys.stdout.write(f"{key}: http://{HOST}:{server.port}\n")
    sys.stdout.flush()
    stopped.wait()
    for server in servers.values():
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
