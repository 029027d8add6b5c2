"""Starts the stand-in providers in one process, each on a port of this machine: the three, and those one hosts."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from demo.providers.bitbucket import bitbucket
from demo.providers.data_center import data_center
from demo.providers.github import github
from demo.providers.github_enterprise import github_enterprise
from demo.providers.gitlab import gitlab, gitlab_self_managed
from demo.providers.keeping import Keeper
from demo.providers.site import create_site
from demo.providers.state import Refused

HOST = "127.0.0.1"
PUBLIC = {"github": github, "gitlab": gitlab, "bitbucket": bitbucket}
SELF_HOSTED = {
    "github_enterprise": github_enterprise,
    "gitlab_self_managed": gitlab_self_managed,
    "data_center": data_center,
}
PROVIDERS = {**PUBLIC, **SELF_HOSTED}


class QuietHandler(WSGIRequestHandler):
    """Handles a request without a line in the log: ``/_control/log`` tells them all."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def serve(
    ports: dict[str, int],
    seed: dict[str, Any],
    keep: Path | None = None,
    callbacks: Sequence[str] = (),
    certificate: tuple[Path, Path] | None = None,
) -> dict[str, BaseWSGIServer]:
    """Listen on one port for each provider named in ``ports`` and answer in threads; port 0 takes a free one.

    What the file ``keep`` holds goes before the seed. ``callbacks`` are the addresses an application may have people
    led back to, ``{provider}`` standing for the provider. With a ``certificate`` and its key, in PEM, all of them speak
    TLS. Raises ``OSError`` where a port is taken or a file can't be read. Stop each with ``shutdown()``.
    """
    providers = {key: PROVIDERS[key]() for key in ports}
    for provider in providers.values():
        for template in callbacks:
            provider.register_callback(template)
    sites = {key: create_site(provider, seed.get(key, {})) for key, provider in providers.items()}
    keeper = Keeper(keep, {key: provider.state for key, provider in providers.items()}) if keep else None
    tls = _tls(*certificate) if certificate else None
    servers = {}
    for key, site in sites.items():
        with socket.create_server((HOST, ports[key]), backlog=512) as listener:
            app = _below(providers[key].mount, keeper.around(site) if keeper else site)
            server = make_server(
                HOST, 0, app, threaded=True, request_handler=QuietHandler, ssl_context=tls, fd=listener.fileno()
            )
        server.daemon_threads = True  # type: ignore[attr-defined]
        servers[key] = server
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return servers


def address_of(key: str, server: BaseWSGIServer) -> str:
    """Where a stand-in is reached, without a closing slash."""
    scheme = "https" if server.ssl_context else "http"
    return f"{scheme}://{HOST}:{server.port}{PROVIDERS[key]().mount}"


def _below(path: str, app: Any) -> Any:
    return DispatcherMiddleware(NotFound(), {path: app}) if path else app


def _tls(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.providers", description=__doc__)
    for key in PROVIDERS:
        parser.add_argument(f"--{key.replace('_', '-')}-port", type=int, required=key in PUBLIC, metavar="N")
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
        ports = {key: getattr(options, f"{key}_port") for key in PROVIDERS}
        wanted_ports = {key: port for key, port in ports.items() if port is not None}
        servers = serve(wanted_ports, seed, options.keep, options.callback)
    except (OSError, Refused) as problem:
        sys.stderr.write(f"The stand-in providers cannot start: {problem}.\n")
        return 1
    for key, server in servers.items():
        sys.stdout.write(f"{key}: {address_of(key, server)}\n")
    sys.stdout.flush()
    stopped.wait()
    for server in servers.values():
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
