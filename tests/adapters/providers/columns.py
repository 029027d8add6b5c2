"""The providers of `docs/verification.md`: one line for each makes a column of its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.data_center import DataCenter
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab
from support_portal.domain.identities import ProviderKind
from support_portal.ports.outside import GitProvider


@dataclass(frozen=True)
class Column:
    """A provider: its heading, the stand-in it is asked at, and the real client library that asks."""

    title: str
    stand_in: str
    kind: ProviderKind
    adapter: Callable[..., GitProvider]


COLUMNS = (
    Column("GitHub", "github", ProviderKind.GITHUB, GitHub),
    Column("GitHub Enterprise Server", "github_enterprise", ProviderKind.GITHUB, GitHub),
    Column("GitLab", "gitlab", ProviderKind.GITLAB, GitLab),
    Column("GitLab below a path", "gitlab_self_managed", ProviderKind.GITLAB, GitLab),
    Column("Bitbucket Cloud", "bitbucket", ProviderKind.BITBUCKET, Bitbucket),
    Column("Bitbucket Data Center", "data_center", ProviderKind.DATA_CENTER, DataCenter),
)
