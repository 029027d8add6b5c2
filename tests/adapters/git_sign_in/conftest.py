"""The stand-in providers, and the adapters that ask them who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.providers.applications import CLIENTS
from support_portal.adapters.git_sign_in.bitbucket import BitbucketSignIn
from support_portal.adapters.git_sign_in.github import GitHubSignIn
from support_portal.adapters.git_sign_in.gitlab import GitLabSignIn
from support_portal.adapters.git_sign_in.oauth import Application
from support_portal.adapters.providers.credentials import Secret, SecretSource
from support_portal.domain.git_sign_in import VERIFIER_BYTES, Identity, new_secret
from support_portal.domain.identities import Instance, ProviderKind
from support_portal.ports.git_sign_in import GitSignIn
from tests.demo import signing_in
from tests.stand_ins import StandIn, stand_in_providers

KINDS = ("github", "gitlab", "bitbucket")
SELF_HOSTED = {"github_enterprise": ProviderKind.GITHUB, "gitlab_self_managed": ProviderKind.GITLAB}
CALLBACK = "http://localhost:1/sign-in/git/{provider}/callback"
ADAPTERS: dict[ProviderKind, Callable[..., GitSignIn]] = {
    ProviderKind.GITHUB: GitHubSignIn,
    ProviderKind.GITLAB: GitLabSignIn,
    ProviderKind.BITBUCKET: BitbucketSignIn,
}
PATIENCE = 2.0  # seconds for each answer


@dataclass
class Asked:
    """The portal at one provider, where Ana has an account."""

    stand_in: StandIn
    ana: dict[str, Any]
    verifier: str

    @property
    def key(self) -> str:
        """Which provider this is."""
        return self.stand_in.key

    def adapter(self, secret: str = "") -> GitSignIn:
        """The portal's own, or one with another secret."""
        return self.adapter_with(Secret(secret or CLIENTS[self.key].secret))

    def adapter_with(self, secret: SecretSource, authorities: str | None = None) -> GitSignIn:
        """The portal's own, with its secret from elsewhere, or believing other authorities."""
        kind = SELF_HOSTED.get(self.key) or ProviderKind(self.key)
        instance = Instance(self.key, kind, self.key, self.stand_in.url, "")
        callback = CALLBACK.format(provider=self.key)
        application = Application(CLIENTS[self.key].id, secret, callback, authorities)
        return ADAPTERS[kind](instance, self.stand_in.api_url, application, PATIENCE)

    def address(self) -> str:
        """Where the browser is led."""
        return self.adapter().address("the-state", self.verifier)

    def code(self) -> str:
        """What it brings back when Ana agrees."""
        return parse_qs(urlsplit(signing_in.agree(self.address(), "ana")).query)["code"][0]

    def identify(self, code: str = "", *, with_workspaces: bool = False, verifier: str = "") -> Identity:
        """Who that is."""
        return self.adapter().identify(code or self.code(), verifier or self.verifier, with_workspaces=with_workspaces)


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, StandIn]]:
    """All of them, with the portal's callbacks registered."""
    with stand_in_providers(callbacks=(CALLBACK,), keys=(*KINDS, *SELF_HOSTED)) as providers:
        yield providers


def an_asked(stand_in: StandIn) -> Asked:
    """A clean provider with Ana's account; hers are a workspace of her own, and a guest's place in another."""
    stand_in.reset()
    stand_in.forget_log()
    stand_in.account("team")
    more: dict[str, Any] = {"member_of": ["team"]} if stand_in.key == "bitbucket" else {}
    return Asked(stand_in, stand_in.account("ana", **more), new_secret(VERIFIER_BYTES))


@pytest.fixture(params=KINDS)
def asked(request: pytest.FixtureRequest, running: dict[str, StandIn]) -> Asked:
    """Each provider in turn."""
    return an_asked(running[request.param])


@pytest.fixture
def bitbucket(running: dict[str, StandIn]) -> Asked:
    """Bitbucket alone."""
    return an_asked(running["bitbucket"])
