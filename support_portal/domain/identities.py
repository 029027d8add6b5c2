"""Git accounts and the links to their repositories: who is meant, by id and never by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit


class ProviderKind(StrEnum):
    """The kinds of git provider the portal can ask."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"
    DATA_CENTER = "bitbucket_data_center"


# Providers that tell nobody's present name by the id: an account is asked for under the name that was connected.
KNOWN_BY_NAME_ALONE = frozenset({ProviderKind.DATA_CENTER})
PROVIDER_NAMES = {
    ProviderKind.GITHUB: "GitHub",
    ProviderKind.GITLAB: "GitLab",
    ProviderKind.BITBUCKET: "Bitbucket",
    ProviderKind.DATA_CENTER: "Bitbucket Data Center",
}


@dataclass(frozen=True)
class Instance:
    """One provider that can be asked: `key` names it in rows, `web_url` is where its repositories are looked at."""

    key: str
    kind: ProviderKind
    name: str
    web_url: str
    new_repository_url: str

    @property
    def tells_dates(self) -> bool:
        """Whether it says when a repository was created; where it does not, the case's code stands in for that."""
        return self.kind is not ProviderKind.DATA_CENTER

    def page_of(self, username: str) -> str:
        """Where this account is looked at."""
        return f"{self.web_url}/{'users/' if self.kind is ProviderKind.DATA_CENTER else ''}{username}"

    @property
    def example(self) -> str:
        """A link to a repository here, with a name that is nobody's and without the repository's."""
        owner = "~your-name" if self.kind is ProviderKind.DATA_CENTER else "your-name"
        return f"{self.web_url}/{_path(self.kind, owner, '')}"


@dataclass(frozen=True)
class GitIdentity:
    """Who somebody is at a provider: by the instance and the id that never changes, never by a name or an address."""

    instance: str
    external_id: str


@dataclass(frozen=True)
class ConnectedAccount:
    """A git account that the owner connected to the product account; `external_id` never changes, `username` may."""

    instance: str
    external_id: str
    username: str
    connected_at: datetime
    workspace_ids: tuple[str, ...] = ()
    last_used_at: datetime | None = None

    @property
    def identity(self) -> GitIdentity:
        """Who this is, at its provider."""
        return GitIdentity(self.instance, self.external_id)

    @property
    def acts_as(self) -> frozenset[GitIdentity]:
        """All whose repositories whoever holds it can make: the account itself, and the workspaces it administers."""
        workspaces = (GitIdentity(self.instance, one) for one in self.workspace_ids)
        return frozenset({self.identity, *workspaces})

    def without_name(self) -> ConnectedAccount:
        """The same account where the name that was known may be one it left behind: only its id will find it."""
        return replace(self, username="")

    @property
    def owner_ids(self) -> frozenset[str]:
        """The ids that a repository of this account may have as its owner's: as told when it was connected."""
        return frozenset(self.workspace_ids) if self.workspace_ids else frozenset({self.external_id})


@dataclass(frozen=True)
class RepositoryLink:
    """A repository as somebody named it: where, whose, what. Names only, so nothing is proved by it."""

    instance: str
    owner: str
    name: str

    def url(self, instances: Iterable[Instance]) -> str:
        """The address of its page."""
        there = next(instance for instance in instances if instance.key == self.instance)
        return f"{there.web_url.rstrip('/')}/{_path(there.kind, self.owner, self.name)}"


def _path(kind: ProviderKind, owner: str, name: str) -> str:
    """Where a repository's page is, below the web address."""
    if kind is not ProviderKind.DATA_CENTER:
        return f"{owner}/{name}"
    place = f"users/{owner[1:]}" if owner.startswith("~") else f"projects/{owner}"
    return f"{place}/repos/{name}"


LONGEST_LINK = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,255}|\{[0-9a-fA-F-]{36}\}")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]|%2f|%5c|%00|%25", re.IGNORECASE)


def read_link(text: str, instances: Iterable[Instance]) -> RepositoryLink | None:
    """The repository a link names, or None when it leads to no configured provider.

    Scheme, host and port must be exactly those of a provider's web address; closing slash, `.git` and deeper
    paths are cut off. Nothing else is ever asked for, whatever the text holds.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_LINK or _FORBIDDEN.search(text):
        return None
    try:
        parts = urlsplit(text)
        place = _place(parts)
    except ValueError:
        return None
    # Letters of other scripts are refused before case folding: the Kelvin sign would become a plain k.
    if not parts.netloc.isascii() or "@" in parts.netloc:
        return None
    for instance in instances:
        web = urlsplit(instance.web_url.rstrip("/"))
        if place == _place(web) and parts.path.startswith(f"{web.path}/"):
            return _owner_and_name(instance, parts.path.removeprefix(web.path))
    return None


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    port = DEFAULT_PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, parts.hostname or "", port


def _owner_and_name(instance: Instance, path: str) -> RepositoryLink | None:
    segments = [unquote(segment) for segment in path.strip("/").split("/")]
    if not {".", ".."}.isdisjoint(segments):
        return None
    if instance.kind is ProviderKind.DATA_CENTER:
        segments = _without_words(segments)
    if len(segments) < 2:
        return None
    owner, name = segments[0], segments[1].removesuffix(".git")
    are_names = all(_SEGMENT.fullmatch(segment) and segment not in {".", ".."} for segment in (owner, name))
    return RepositoryLink(instance.key, owner, name) if are_names else None


def _without_words(segments: list[str]) -> list[str]:
    """Owner, name and what follows, of `users/NAME/repos/SLUG` or `projects/KEY/repos/SLUG`; `~NAME` is a person's."""
    if len(segments) < 4 or segments[0] not in ("users", "projects") or segments[2] != "repos":
        return []
    tilde = "~" if segments[0] == "users" else ""
    return [tilde + segments[1], *segments[3:]]


def masked_username(username: str) -> str:
    """A username as the private case page shows it: enough to recognize one's own, too little to learn another's."""
    shown = username[:2] if len(username) > 3 else username[:1]
    return f"{shown}•••{username[-1:] if len(username) > 5 else ''}"
