"""Keeps what the stand-ins remember in a file, so that it outlives them; faults and logs are forgotten."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from demo.providers.state import Account, Repository, State

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")


class Keeper:
    """The file of these providers' states: read once, written anew after each request that may have changed one."""

    def __init__(self, path: Path, states: Mapping[str, State]) -> None:
        """Fill the states from the file, where it is there. Raises OSError or ValueError for one that can't be read."""
        self._path = path
        self._states = states
        self._writing = threading.Lock()
        if path.exists():
            for key, document in json.loads(path.read_text()).items():
                _restore(states[key], document)

    def around(self, app: Wsgi) -> Wsgi:
        """The same application, whose answers to changes are given when the change is kept."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            body = app(environ, start_response)
            if environ["REQUEST_METHOD"] not in CHANGES_NOTHING:
                self._save()
            return body

        return answer

    def _save(self) -> None:
        with self._writing:
            document = {key: _document(state) for key, state in self._states.items()}
            half = self._path.with_name(f"{self._path.name}.half")
            half.write_text(json.dumps(document, indent=1))
            os.replace(half, self._path)


def _document(state: State) -> dict[str, Any]:
    with state.lock:
        return {
            "accounts": [_account(one) for one in state.accounts.values()],
            "repositories": [_repository(one) for one in state.repositories.values()],
            "moved": dict(state.moved),
            "namespaces": {space.slug: [space.id, space.uuid] for space in state.spaces()},
            "account_ids": _ahead(state, "account_ids"),
            "repository_ids": _ahead(state, "repository_ids"),
        }


def _restore(state: State, document: dict[str, Any]) -> None:
    with state.lock:
        state.clear()
        for account in document["accounts"]:
            state.add_account(**_read(account))
        for space in state.spaces():
            del state.namespaces[space.uuid]
            space.id, space.uuid = document["namespaces"][space.slug]
            state.namespaces[space.uuid] = space
        for repository in document["repositories"]:
            state.add_repository(**_read(repository))
        state.moved.update(document["moved"])
        state.account_ids = count(*document["account_ids"])
        state.repository_ids = count(*document["repository_ids"])


def _ahead(state: State, name: str) -> tuple[int, int]:
    """The next number and the step after it: an id that was given once is never given again."""
    numbers: Iterator[int] = getattr(state, name)
    first, second = next(numbers), next(numbers)
    setattr(state, name, count(first, second - first))
    return first, second - first


def _account(account: Account) -> dict[str, Any]:
    facts = {key: value for key, value in vars(account).items() if key != "namespaces"}
    workspaces = [{"slug": space.slug, "uuid": space.uuid} for space in account.namespaces]
    return {**_plain(facts), "workspaces": workspaces}


def _repository(repository: Repository) -> dict[str, Any]:
    facts = {key: value for key, value in vars(repository).items() if key != "namespace"}
    return {**_plain(facts), "owner": repository.namespace.slug}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in facts.items()}


def _read(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "created_at": datetime.fromisoformat(facts["created_at"])}
