"""What makes one stand-in provider differ from another, and who is asking it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar

from flask import Flask, Response, g, request

from demo.providers.dialect import Dialect
from demo.providers.faults import ErrorBody, Faults
from demo.providers.grants import Grants
from demo.providers.state import Account, Namespace, Refused, Repository, State
from demo.providers.tokens import Token, Tokens

T = TypeVar("T")
AS_OWNER = "token-of-"


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
    dialect: Dialect | None  # None: nobody signs in elsewhere with an account of it
    mount: str = ""  # the path that everything lives below
    web_path: Callable[[Repository], str] = attrgetter("full_path")
    tokens: Tokens = field(default_factory=Tokens)
    grants: Grants = field(default_factory=Grants)
    callbacks: set[str] = field(default_factory=set)
    in_flight: int = 0
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        """Start without a fault."""
        self.faults = Faults(self.error_body)

    def begin_call(self) -> int:
        """One more call of the API is under way; how many are, with it."""
        with self.state.lock:
            self.in_flight += 1
            return self.in_flight

    def end_call(self) -> None:
        """One call of the API has its answer."""
        with self.state.lock:
            self.in_flight -= 1

    def register_callback(self, template: str) -> None:
        """Let the application be led back to this address, where ``{provider}`` stands for the provider's key."""
        if not template.startswith(("http://", "https://")):
            raise Refused("A callback is an address of the web.")
        self.callbacks.add(template.replace("{provider}", self.key))

    def caller(self) -> Account | None:
        """The account whose token the caller sent."""
        given = token()
        if given.startswith(AS_OWNER):
            return self.state.account_named(given.removeprefix(AS_OWNER))
        if (known := self.tokens.known.get(given)) is not None and known.login:
            return self.state.account_named(known.login)
        grant = self.grants.tokens.get(given)
        return self.state.accounts.get(grant.account) if grant else None


def token() -> str:
    """The token the caller sent, by whichever of the providers' ways; empty if none."""
    given = request.authorization
    if given is not None:
        return given.password or "" if given.type == "basic" else given.token or ""
    return request.headers.get("PRIVATE-TOKEN", "")


def signed_in() -> Account | None:
    """The account whose token the caller sent, as it was found before the address was asked."""
    account: Account | None = g.account
    return account


def own_token() -> Token | None:
    """What was told of the token the caller sent, where it was made for the portal."""
    told: Token | None = g.token
    return told


def may_see(repository: Repository) -> bool:
    """Whether the caller sees this repository: everybody a public one, its owner every one."""
    if repository.is_public or token() == AS_OWNER + repository.namespace.account.login:
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
    return request.root_url.rstrip("/")
