"""Ana's account at each provider, the true answers about it, and a worker's look through the real client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from support_portal.adapters.providers.credentials import Access, Secret
from support_portal.domain.evidence import Question
from support_portal.domain.identities import ConnectedAccount, Instance, ProviderKind, read_link
from support_portal.ports.outside import GitProvider
from support_portal.use_cases.steps.look import Seen, look
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn

CODE = "M4ZP-K7QX"
TOKEN = "a-token-of-the-portal"
PATIENCE = 5.0  # seconds; every answer comes at once
# What is asked at each stand-in, the second one by the owner's id.
PATHS = {
    ProviderKind.GITHUB: ("/api/v3/repos/ana/{name}", "/api/v3/user/{id}"),
    ProviderKind.GITLAB: ("/api/v4/projects/ana%2F{name}", "/api/v4/users/{id}/projects"),
    ProviderKind.BITBUCKET: ("/2.0/repositories/ana/{name}", "/2.0/repositories/{workspace}/{name}"),
    ProviderKind.DATA_CENTER: ("/rest/api/1.0/projects/~ana/repos/{name}",) * 2,
}
Adapter = Callable[..., GitProvider]


@dataclass(frozen=True)
class Subject:
    """One client library, the account it is asked about, and what a provider would truly answer."""

    kind: ProviderKind
    true: Sequence[Any]  # to a link, and by the owner's id
    provider: GitProvider
    question: Question
    by_itself: Question

    def first(self, *, by_link: bool) -> Sequence[Any]:
        """What is truly answered to the first question; GitHub is asked by name first, by link or not."""
        return self.true[:1] if by_link or self.kind is ProviderKind.GITHUB else self.true[1:]

    def look(self, *, by_link: bool) -> Seen:
        """What a worker makes of what it is answered."""
        asked = self.question if by_link else self.by_itself
        return look(asked, {self.provider.instance.key: self.provider}).weighed(asked)


def a_subject(stand_in: StandIn, kind: ProviderKind, adapter: Adapter, port: int) -> Subject:
    """Learn the true answers at the stand-in, and ask at this port of this machine from then on."""
    account = stand_in.account("ana")
    stand_in.repository("ana", REQUIRED_NAME, description=CODE)
    workspace = account["workspaces"][0]["uuid"]
    asked = [path.format(name=REQUIRED_NAME, id=account["id"], workspace=workspace) for path in PATHS[kind]]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    true = [stand_in.get(path, headers=headers).json() for path in asked]

    url = f"http://127.0.0.1:{port}"
    instance = Instance(kind.value, kind, kind.value, stand_in.url, stand_in.url)
    below = "/api/v3" if kind is ProviderKind.GITHUB else ""
    provider = adapter(instance, url + below, Access(Secret(TOKEN)), PATIENCE)
    now = datetime.now(UTC)
    is_bitbucket = kind is ProviderKind.BITBUCKET
    connected = ConnectedAccount(
        instance=instance.key,
        external_id=account["uuid"] if is_bitbucket else str(account["id"]),
        username="ana",
        connected_at=now - timedelta(days=400),
        workspace_ids=(workspace,) if is_bitbucket else (),
    )
    place = "users/ana/repos" if kind is ProviderKind.DATA_CENTER else "ana"
    by_itself = Question(
        required_name=REQUIRED_NAME,
        accounts=(connected,),
        opened_at=now - timedelta(hours=2),
        challenge_at=now - timedelta(hours=1),
        code=None if instance.tells_dates else CODE,
    )
    link = read_link(f"{stand_in.url}/{place}/{REQUIRED_NAME}", [instance])
    assert link is not None
    return Subject(kind, true, provider, replace(by_itself, link=link), by_itself)
