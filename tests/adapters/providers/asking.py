"""A provider with Ana's account, asked through its real client library over HTTP, and judged by the domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.credentials import STRANGER, Access, Secret
from support_portal.adapters.providers.data_center import DataCenter
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab
from support_portal.domain.evidence import Answer, CheckResult, Found, Missing, Moved, Question, Unknown, Verdict
from support_portal.domain.identities import ConnectedAccount, Instance, ProviderKind, RepositoryLink, read_link
from support_portal.domain.judgement import judge, judge_absence, judge_link
from support_portal.ports.outside import GitProvider
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn

KINDS = ("github", "gitlab", "bitbucket")
SELF_HOSTED = {
    "github_enterprise": ProviderKind.GITHUB,
    "gitlab_self_managed": ProviderKind.GITLAB,
    "data_center": ProviderKind.DATA_CENTER,
}
ADAPTERS: dict[ProviderKind, Callable[..., GitProvider]] = {
    ProviderKind.GITHUB: GitHub,
    ProviderKind.GITLAB: GitLab,
    ProviderKind.BITBUCKET: Bitbucket,
    ProviderKind.DATA_CENTER: DataCenter,
}
TOKEN = "a-token-of-the-portal"
CODE = "M4ZP-K7QX"  # asked for where no date is told
PATIENCE = 10.0  # seconds; no test waits that long for an answer that comes
NOW = datetime.now(UTC)
OPENED_AT = NOW - timedelta(hours=2)
CHALLENGE_AT = NOW - timedelta(hours=1)


@dataclass(frozen=True)
class Scene:
    """Where Ana has an account, and what the portal knows of it."""

    stand_in: StandIn
    provider: GitProvider
    ana: ConnectedAccount
    number: int  # of her account, for the stand-in

    @property
    def kind(self) -> ProviderKind:
        """What sort of provider this is."""
        return self.provider.instance.kind

    @property
    def key(self) -> str:
        """Which provider this is."""
        return self.stand_in.key

    def repository(self, name: str = REQUIRED_NAME, owner: str = "ana", **facts: Any) -> dict[str, Any]:
        """Make a repository, of Ana's and right in all else."""
        if self.kind is ProviderKind.DATA_CENTER:
            facts.setdefault("description", f"My code is {CODE}")
        return self.stand_in.repository(owner, name, **facts)

    def with_token(self, token: str | None, patience: float = PATIENCE) -> GitProvider:
        """The same provider asked with another token, or more or less patiently."""
        return self.with_access(Access(Secret(token)) if token else STRANGER, patience)

    def with_access(self, access: Access, patience: float = PATIENCE) -> GitProvider:
        """The same provider asked with other credentials."""
        return ADAPTERS[self.kind](self.provider.instance, self.stand_in.api_url, access, patience)

    def at(self, api_url: str) -> GitProvider:
        """The same provider asked at another address."""
        return ADAPTERS[self.kind](self.provider.instance, api_url, Access(Secret(TOKEN)), PATIENCE)

    def ask(self) -> Answer:
        """Ask for the repository that a link to Ana's would name."""
        return self.provider.by_path(self.own_place, REQUIRED_NAME)

    @property
    def own_place(self) -> str:
        """What stands for Ana as the owner of a repository."""
        return "~ana" if self.kind is ProviderKind.DATA_CENTER else "ana"

    def link_to(self, owner: str, name: str = REQUIRED_NAME, *, is_group: bool = False) -> str:
        """What somebody would paste."""
        if self.kind is ProviderKind.DATA_CENTER:
            return f"{self.stand_in.url}/{'projects' if is_group else 'users'}/{owner}/repos/{name}"
        return f"{self.stand_in.url}/{owner}/{name}"

    def results(self, link: str | None = None, **changes: Any) -> dict[str, CheckResult]:
        """Every check of a run on a link (Ana's own repository, unless another is given), by name."""
        asked_with = changes.pop("token", TOKEN)
        named = read_link(link or self.link_to("ana"), [self.provider.instance])
        question = self.question(named, **changes)
        if named is None:
            results = judge_link(question)
        else:
            answer = self.with_token(asked_with).by_path(named.owner, named.name)
            assert not isinstance(answer, Unknown), answer
            results = judge(question, answer.facts) if isinstance(answer, Found) else judge_absence(question, answer)
        return {result.check.value: result for result in results}

    def failing(self, link: str | None = None, **changes: Any) -> set[str]:
        """The checks that fail in such a run."""
        results = self.results(link, **changes)
        return {name for name, result in results.items() if result.verdict is Verdict.FAILED}

    def question(self, link: RepositoryLink | None = None, **changes: Any) -> Question:
        """What Ana's case asks."""
        usual: dict[str, Any] = {
            "required_name": REQUIRED_NAME,
            "accounts": (self.ana,),
            "opened_at": OPENED_AT,
            "challenge_at": CHALLENGE_AT,
            "code": CODE if self.kind is ProviderKind.DATA_CENTER else None,
        }
        return Question(**{**usual, **changes}, link=link)


def a_scene(stand_in: StandIn) -> Scene:
    """The provider with nothing but Ana's and Mallory's accounts, and an adapter that asks it."""
    stand_in.reset()
    ana = stand_in.account("ana")
    stand_in.account("mallory")
    kind = SELF_HOSTED.get(stand_in.key) or ProviderKind(stand_in.key)
    instance = Instance(stand_in.key, kind, stand_in.key, stand_in.url, stand_in.url)
    is_bitbucket = stand_in.key == "bitbucket"
    connected = ConnectedAccount(
        instance=stand_in.key,
        external_id=ana["uuid"] if is_bitbucket else str(ana["id"]),
        username="ana",
        connected_at=OPENED_AT - timedelta(days=400),
        workspace_ids=tuple(one["uuid"] for one in ana["workspaces"]) if is_bitbucket else (),
    )
    provider = ADAPTERS[kind](instance, stand_in.api_url, Access(Secret(TOKEN)), PATIENCE)
    return Scene(stand_in, provider, connected, ana["id"])


def in_words(answer: Answer) -> str:
    """An answer in a word: evaluated, the check that fails, or why there is no verdict."""
    if isinstance(answer, Found):
        return "evaluated"
    if isinstance(answer, Missing):
        return "repository_found"
    if isinstance(answer, Moved):
        return "not_moved, unless by id"
    return f"{answer.reason}{' until told' if answer.retry_after or answer.retry_at else ''}"
