"""Git accounts and the links to their repositories: who is meant, by id and never by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit


class ProviderKind(StrEnum):
    """The kinds of git provider the portal can ask."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BITBUCKET = "bitbucket"


PROVIDER_NAMES = {
    ProviderKind.GITHUB: "GitHub",
    ProviderKind.GITLAB: "GitLab",
    ProviderKind.BITBUCKET: "Bitbucket",
}


@dataclass(frozen=True)
class Instance:
    """One provider that can be asked: `key` names it in rows, `web_url` is where its repositories are looked at."""

    key: str
    kind: ProviderKind
    name: str
    web_url: str
    new_repository_url: str


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
        web = {instance.key: instance.web_url for instance in instances}
        return f"{web[self.instance].rstrip('/')}/{self.owner}/{self.name}"


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
    if len(segments) < 2 or not {".", ".."}.isdisjoint(segments):
        return None
    owner, name = segments[0], segments[1].removesuffix(".git")
    are_names = all(_SEGMENT.fullmatch(segment) and segment not in {".", ".."} for segment in (owner, name))
    return RepositoryLink(instance.key, owner, name) if are_names else None


def masked_username(username: str) -> str:
    """A username as the private case page shows it: enough to recognize one's own, too little to learn another's."""
    shown = username[:2] if len(username) > 3 else username[:1]
    return f"{shown}•••{username[-1:] if len(username) > 5 else ''}"
