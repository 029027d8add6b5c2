"""What the stand-in providers remember: accounts, the namespaces they own, and repositories."""

from __future__ import annotations

import re
import threading
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

LOG_LENGTH = 200_000
UNCHANGEABLE = {"id", "uuid", "namespace_id"}


class Refused(Exception):
    """Something the provider will not do; carries the HTTP status and says why."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class Account:
    """A person, or an organization or group; ``id`` never changes, ``login`` may."""

    id: int
    login: str
    name: str
    kind: str
    created_at: datetime
    uuid: str
    account_id: str
    namespaces: list[Namespace] = field(default_factory=list, repr=False)
    member_of: list[str] = field(default_factory=list)  # uuids of workspaces of others


@dataclass
class Namespace:
    """Where repositories live: the account's own, a group, or one of the workspaces of a Bitbucket account."""

    id: int
    slug: str
    uuid: str
    account: Account
    contents: dict[int, Repository] = field(default_factory=dict, repr=False)

    @property
    def repositories(self) -> list[Repository]:
        """What lives here, newest first."""
        return sorted(self.contents.values(), key=lambda one: one.created_at, reverse=True)


@dataclass
class Repository:
    """A repository; ``path`` is its name in addresses, ``name`` the one people gave it."""

    id: int
    uuid: str
    name: str
    path: str
    namespace: Namespace
    creator_id: int
    created_at: datetime
    visibility: str = "public"
    description: str = ""
    fork_of: int | None = None
    template_of: int | None = None
    mirror_url: str | None = None
    imported_from: str | None = None
    archived: bool = False
    empty: bool = False

    @property
    def full_path(self) -> str:
        """Owner and name as they stand in an address."""
        return f"{self.namespace.slug}/{self.path}"

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.visibility == "public"


def now() -> datetime:
    """The present moment, as the providers' clocks tell it."""
    return datetime.now(UTC)


def a_uuid() -> str:
    """A new uuid in braces, as Bitbucket writes them."""
    return "{" + str(uuid.uuid4()) + "}"


@dataclass
class State:
    """All a provider knows. Hold ``lock`` while reading more than one thing or changing any."""

    lowercase_paths: bool = False
    owns_workspaces: bool = False
    namespace_ids_differ: bool = False
    has_subgroups: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)
    accounts: dict[int, Account] = field(default_factory=dict)
    logins: dict[str, Account] = field(default_factory=dict)
    namespaces: dict[str, Namespace] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    account_ids: count[int] = field(default_factory=lambda: count(41_002_117, 137))
    repository_ids: count[int] = field(default_factory=lambda: count(900_318_001, 211))

    def clear(self) -> None:
        """Forget accounts, repositories and requests."""
        with self.lock:
            for everything in (self.accounts, self.logins, self.namespaces, self.repositories, self.moved):
                everything.clear()
            self.log.clear()

    # -- accounts ------------------------------------------------------------------------------------------------

    def add_account(self, login: str, **facts: Any) -> Account:
        """Make an account and the namespaces it owns; the login must be free."""
        with self.lock:
            self._want_free_slug(login)
            number = int(facts.get("id") or next(self.account_ids))
            if number in self.accounts:
                raise Refused(f"There is an account {number} already.", 409)
            account = Account(
                id=number,
                login=login,
                name=facts.get("name") or login,
                kind=facts.get("kind") or "user",
                created_at=facts.get("created_at") or now(),
                uuid=str(facts.get("uuid") or a_uuid()).lower(),
                account_id=facts.get("account_id") or f"557058:{uuid.uuid4()}",
                member_of=[self._namespace_or_refuse(one).uuid for one in facts.get("member_of") or []],
            )
            workspaces = facts.get("workspaces") or [{"slug": login}]
            for workspace in workspaces if self.owns_workspaces else [{"slug": login}]:
                self._want_free_slug(str(workspace["slug"]))
                self._add_namespace(account, str(workspace["slug"]), workspace.get("uuid"))
            self.accounts[number] = self.logins[login.casefold()] = account
            return account

    def _add_namespace(self, account: Account, slug: str, identity: str | None) -> None:
        number = next(self.account_ids) if self.namespace_ids_differ else account.id
        namespace = Namespace(number, slug, (identity or a_uuid()).lower(), account)
        account.namespaces.append(namespace)
        self.namespaces[slug.casefold()] = self.namespaces[namespace.uuid] = namespace

    def _want_free_slug(self, slug: str) -> None:
        above, slash, _ = slug.rpartition("/")
        if not slug or (slash and not (self.has_subgroups and self.namespace(above))):
            raise Refused("A login is needed, without a slash but where groups have subgroups.")
        if self.namespace(slug) is not None:
            raise Refused(f"“{slug}” is taken.", 409)

    def rename_account(self, number: int, login: str) -> Account:
        """Give an account another login; repositories keep answering at the old address with a redirect."""
        with self.lock:
            account = self.account(number)
            if login.casefold() != account.login.casefold():
                self._want_free_slug(login)
            for namespace in account.namespaces:
                if namespace.slug == account.login:
                    for repository in namespace.repositories:
                        self.moved[repository.full_path.casefold()] = repository.id
                    del self.namespaces[namespace.slug.casefold()]
                    namespace.slug = login
                    self.namespaces[login.casefold()] = namespace
            del self.logins[account.login.casefold()]
            account.login = login
            self.logins[login.casefold()] = account
            return account

    def remove_account(self, number: int) -> None:
        """Delete an account with everything it owns; its login is free again."""
        with self.lock:
            account = self.account(number)
            for namespace in account.namespaces:
                for repository in namespace.repositories:
                    self.remove_repository(repository.id)
                del self.namespaces[namespace.slug.casefold()], self.namespaces[namespace.uuid]
            del self.accounts[number], self.logins[account.login.casefold()]
            for other in self.accounts.values():
                other.member_of = [one for one in other.member_of if one in self.namespaces]

    def account(self, number: int) -> Account:
        """The account with this id."""
        if number not in self.accounts:
            raise Refused(f"No account {number}.", 404)
        return self.accounts[number]

    def account_named(self, login: str) -> Account | None:
        """The account that has this login now, in any case."""
        return self.logins.get(login.casefold())

    def spaces(self) -> list[Namespace]:
        """Every namespace there is."""
        with self.lock:
            return [space for account in self.accounts.values() for space in account.namespaces]

    def namespace(self, slug_or_uuid: str) -> Namespace | None:
        """The namespace with this slug, in any case, or with this uuid."""
        return self.namespaces.get(slug_or_uuid.casefold())

    # -- repositories --------------------------------------------------------------------------------------------

    def path_for(self, name: str) -> str:
        """The address form of a name: what the provider does not take becomes a dash."""
        path = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-")
        return path.lower() if self.lowercase_paths else path

    def add_repository(self, owner: str, name: str, **facts: Any) -> Repository:
        """Make a repository in the namespace named ``owner``; it takes the address over from one that moved away."""
        with self.lock:
            namespace = self._namespace_or_refuse(owner)
            path = facts.get("path") or self.path_for(name)
            if not path:
                raise Refused("A name is needed: letters, digits, dots, dashes and underscores.")
            self._want_free_path(namespace, path)
            number = int(facts.get("id") or next(self.repository_ids))
            if number in self.repositories:
                raise Refused(f"There is a repository {number} already.", 409)
            repository = Repository(
                id=number,
                uuid=str(facts.get("uuid") or a_uuid()).lower(),
                name=name,
                path=path,
                namespace=namespace,
                creator_id=facts.get("creator_id") or namespace.account.id,
                created_at=facts.get("created_at") or now(),
            )
            for key in ("visibility", "description", "fork_of", "template_of", "mirror_url", "imported_from"):
                if facts.get(key) is not None:
                    setattr(repository, key, facts[key])
            repository.archived = bool(facts.get("archived"))
            repository.empty = bool(facts.get("empty"))
            self.repositories[number] = namespace.contents[number] = repository
            return repository

    def change_repository(self, number: int, owner: str | None = None, **facts: Any) -> Repository:
        """Rename, transfer or otherwise change a repository; an address left behind redirects."""
        with self.lock:
            repository = self.repository(number)
            namespace = self._namespace_or_refuse(owner) if owner else repository.namespace
            name = facts.pop("name", repository.name)
            path = facts.pop("path", None) or (repository.path if name == repository.name else self.path_for(name))
            if namespace is not repository.namespace or path != repository.path:
                self._want_free_path(namespace, path, other_than=repository)
                self.moved[repository.full_path.casefold()] = repository.id
                del repository.namespace.contents[number]
                namespace.contents[number] = repository
            repository.name, repository.path, repository.namespace = name, path, namespace
            for key, value in facts.items():
                if key in UNCHANGEABLE or not hasattr(repository, key):
                    raise Refused(f"“{key}” cannot be changed.")
                setattr(repository, key, value)
            return repository

    def remove_repository(self, number: int) -> None:
        """Delete a repository, and the redirects to it."""
        with self.lock:
            del self.repository(number).namespace.contents[number]
            del self.repositories[number]
            self.moved = {path: target for path, target in self.moved.items() if target != number}

    def repository(self, number: int) -> Repository:
        """The repository with this id."""
        if number not in self.repositories:
            raise Refused(f"No repository {number}.", 404)
        return self.repositories[number]

    def find(self, owner: str, path: str) -> tuple[Repository | None, bool]:
        """The repository at an address, and whether it has moved away from there."""
        with self.lock:
            namespace = self.namespace(owner)
            for repository in namespace.contents.values() if namespace else ():
                if repository.path.casefold() == path.casefold():
                    return repository, False
            moved_to = self.repositories.get(self.moved.get(f"{owner}/{path}".casefold(), 0))
            return moved_to, moved_to is not None

    def _namespace_or_refuse(self, owner: str) -> Namespace:
        namespace = self.namespace(owner)
        if namespace is None:
            raise Refused(f"No account or workspace “{owner}”.", 404)
        return namespace

    def _want_free_path(self, namespace: Namespace, path: str, other_than: Repository | None = None) -> None:
        for one in namespace.contents.values():
            if one is not other_than and one.path.casefold() == path.casefold():
                raise Refused(f"“{one.full_path}” exists already.", 409)
