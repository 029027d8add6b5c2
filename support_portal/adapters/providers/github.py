"""GitHub, asked through PyGithub.

Repositories: https://docs.github.com/en/rest/repos/repos#get-a-repository
A login is free for anybody after a rename, so the owner's id is what counts; `/user/ID` tells its present login.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from support_portal.adapters.providers.body import Body, found
from support_portal.adapters.providers.credentials import STRANGER, Access
from support_portal.adapters.providers.github_client import make_client, requester_now
from support_portal.adapters.providers.outcomes import Read, Receipt, ask
from support_portal.adapters.providers.strict_http import PATIENCE, OwnClient, is_segment
from support_portal.domain.evidence import (
    Answer,
    CannotCheck,
    Found,
    Missing,
    Moved,
    OwnerKind,
    RepositoryFacts,
    Unknown,
)
from support_portal.domain.identities import ConnectedAccount, Instance


class GitHub:
    """One GitHub; `api_url` is `https://api.github.com` or, of an Enterprise Server, `https://HOST/api/v3`."""

    def __init__(self, instance: Instance, api_url: str, access: Access = STRANGER, patience: float = PATIENCE) -> None:
        """Ask nothing yet; of a stranger 60 questions an hour are taken. `patience` is in seconds."""
        self.instance = instance
        self._patience = patience
        self._client = OwnClient(access, partial(make_client, api_url, access))

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository at this path: one call."""
        if not (is_segment(owner) and is_segment(name)):
            return Missing(404)
        return self._ask(f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}", self._found)

    def by_account(self, account: ConnectedAccount, name: str) -> Answer:
        """The account's repository of this name: one call, three at most where its login changed."""
        answer = self.by_path(account.username, name)
        if isinstance(answer, Unknown) or _is_owned_by(answer, account):
            return answer
        login = self._ask(f"/user/{quote(account.external_id, safe='')}", _login)
        if not isinstance(login, str):
            return login
        if login.casefold() != account.username.casefold():
            answer = self.by_path(login, name)
        if isinstance(answer, Found) and not _is_owned_by(answer, account):
            return Unknown(CannotCheck.UNAVAILABLE, "the answers about the owner do not agree")
        return answer

    def _ask(self, path: str, read: Callable[[object, Receipt], Read]) -> Read | Missing | Moved | Unknown:
        def call() -> object:
            return requester_now(self._client(), self._patience).requestJsonAndCheck("GET", path)[1]

        return ask(call, read, self._patience)

    def _found(self, raw: object, receipt: Receipt) -> Found:
        body = Body(raw)
        owner = body.part("owner")
        name, login, is_private = body.text("name"), owner.text("login"), body.flag("private")
        visibility = body.text("visibility") if body.has("visibility") else "private" if is_private else "public"
        return found(
            RepositoryFacts(
                instance=self.instance.key,
                repository_id=body.number("id"),
                name=name,
                owner_id=owner.number("id"),
                owner_name=login,
                owner_kind=OwnerKind.USER if owner.text("type") == "User" else OwnerKind.GROUP,
                is_public=not is_private and visibility == "public",
                visibility=visibility,
                created_at=body.moment("created_at"),
                is_fork=body.flag("fork"),
                is_mirror=body.filled("mirror_url", str),
                is_template_copy=body.has("template_repository"),
                is_import=None,
                creator_id=None,
                description=body.long_text("description"),
                url=f"{self.instance.web_url}/{login}/{name}",
                digest=receipt.digest,
                api_request_id=receipt.request_id,
                summary="",
            )
        )


def _login(raw: object, _receipt: Receipt) -> str:
    return Body(raw).text("login")


def _is_owned_by(answer: Answer, account: ConnectedAccount) -> bool:
    return isinstance(answer, Found) and answer.facts.owner_id == account.external_id
