"""The providers of `docs/verification.md`: one line for each makes a column of its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab
from support_portal.ports.outside import GitProvider


@dataclass(frozen=True)
class Column:
    """A provider: its heading, the stand-in it is asked at, and the real client library that asks."""

    title: str
    stand_in: str
    kind: str
    adapter: Callable[..., GitProvider]


COLUMNS = (
    Column("GitHub", "github", "github", GitHub),
    Column("GitLab", "gitlab", "gitlab", GitLab),
    Column("Bitbucket Cloud", "bitbucket", "bitbucket", Bitbucket),
)
