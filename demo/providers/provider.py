"""What makes one stand-in provider differ from another, and who is asking it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Flask, Response, request

from demo.providers.faults import ErrorBody, Faults
from demo.providers.state import Namespace, Refused, Repository, State

T = TypeVar("T")


@dataclass
class Provider:
    """One provider on one port: its words, its API, what it remembers and how it fails now."""

    key: str
    title: str
    api_prefix: str
    owner_word: str
    visibilities: tuple[str, ...]
    origins: tuple[str, ...]
    state: State
    error_body: ErrorBody
    register: Callable[[Flask, State], None]
    add_headers: Callable[[Response], None]
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        """Start without a fault."""
        self.faults = Faults(self.error_body)


def token() -> str:
    """The token the caller sent, by whichever of the providers' ways; empty if none."""
    given = request.authorization
    if given is not None:
        return given.password or "" if given.type == "basic" else given.token or ""
    return request.headers.get("PRIVATE-TOKEN", "")


def may_see(repository: Repository) -> bool:
    """Whether the caller sees this repository: everybody a public one, its owner every one."""
    if repository.is_public or token() == f"token-of-{repository.namespace.account.login}":
        return True
    return repository.visibility == "internal" and bool(token())


def visible(namespace: Namespace) -> list[Repository]:
    """The repositories of a namespace that the caller may see, newest first."""
    return [one for one in namespace.repositories if may_see(one)]


def page_of(items: list[T], default: int) -> tuple[list[T], int, int]:
    """The page of a list that the query asks for, its number and its length."""
    length = number_in_query("per_page", number_in_query("pagelen", default))
    number = number_in_query("page", 1)
    return items[(number - 1) * length : number * length], number, length


def number_in_query(name: str, default: int) -> int:
    """A positive number of the query, at most 100 for lengths of pages as the providers have it."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < 1:
        raise Refused(f"{name} must be a positive number.")
    return int(text) if name == "page" else min(int(text), 100)


def base_url() -> str:
    """The address this provider is reached at, without a closing slash."""
    return request.host_url.rstrip("/")
