"""The data folder of one `run`: claimed by it alone, holding the key that was made on the first start."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from support_portal.settings import LEFT_FOR_COMMANDS, PREFIX

KEY_FILE = "secret_keys"
KEY_BYTES = 48
OTHERS = 0o077  # the permission bits of everybody but the owner


class Refused(Exception):
    """This `run` must not start; the text is one line."""


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold the folder, made where it is missing, for as long as the block lasts.

    Raises Refused when it can't be written, or when another `run` holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refused(f"the data folder {folder} is not writable: {error.strerror}") from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused(f"another run uses the data folder {folder}: stop it, or set PORTAL_DATA_DIR") from None


def secret_keys(folder: Path) -> str:
    """The keys in the folder, comma-separated, newest first; one is made on the first start.

    Raises Refused when other users of the machine may read them.
    """
    path = folder / KEY_FILE
    if not path.exists():
        half = folder / f"{KEY_FILE}.half"
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    if path.stat().st_mode & OTHERS:
        raise Refused(f"{path} is open to other users of this machine: chmod 600 it")
    return ",".join(path.read_text().split())


def leave_for_commands(folder: Path, env: Mapping[str, str]) -> None:
    """Write the settings of this run where commands such as `staff create` find them, for the owner alone."""
    ours = {name.removeprefix(PREFIX).lower(): value for name, value in env.items() if name.startswith(PREFIX)}
    path = folder / LEFT_FOR_COMMANDS
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(ours, file)


def refuse_taken_ports(ports: Iterable[int]) -> None:
    """Raise Refused naming the first of these ports on loopback that something else listens on."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers themselves do
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                why = "taken" if error.errno == errno.EADDRINUSE else f"not to be had ({error.strerror})"
                raise Refused(f"port {port} is {why}: set PORTAL_PORT to another") from error
