"""GitHub, asked through PyGithub.

Repositories: https://docs.github.com/en/rest/repos/repos#get-a-repository
A login is free for anybody after a rename, so the owner's id is what counts; `/user/ID` tells its present login.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from support_portal.adapters.providers.body import Body, found
from support_portal.adapters.providers.credentials import STRANGER, Access, App
from support_portal.adapters.providers.github_client import as_app, make_client, requester_now
from support_portal.adapters.providers.outcomes import Read, Receipt, ask, settled
from support_portal.adapters.providers.strict_http import PATIENCE, OwnClient, is_segment
from support_portal.adapters.providers.telling import PATIENCE as TELLING
from support_portal.adapters.providers.telling import expiry_of, fault_of, limit_of, scopes_of, way_of
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
from support_portal.domain.standing import Standing, Way

LONGEST_ETAG = 200  # characters; one that is longer is never found to be the same


class GitHub:
    """One GitHub; `api_url` is `https://api.github.com` or, of an Enterprise Server, `https://HOST/api/v3`."""

    def __init__(self, instance: Instance, api_url: str, access: Access = STRANGER, patience: float = PATIENCE) -> None:
        """Ask nothing yet; of a stranger 60 questions an hour are taken. `patience` is in seconds."""
        self.instance = instance
        self._api_url, self._access, self._patience = api_url, access, patience
        self._client = OwnClient(access, partial(make_client, api_url, access))

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom."""
        return Standing(self._api_url, way_of(self._access))

    def standing(self) -> Standing:
        """Whose the token is and what it may, or the rights of the App; then how many questions are left."""
        plain = self.unasked
        if plain.way is Way.TOKEN:
            told = self._tell("GET", "/user", lambda raw, receipt: _token_told(plain, Body(raw), receipt))
        elif self._access.app is not None:
            told = self._tell("POST", *_app_told(plain, self._access.app))
        else:
            told = plain
        if not isinstance(told, Standing):
            return replace(plain, fault=fault_of(told))
        # An Enterprise Server without limits answers 404, which is as good an answer as any.
        limits = self._tell("GET", "/rate_limit", lambda _, receipt: limit_of(receipt.headers))
        if isinstance(limits, Unknown | Moved):
            return replace(told, fault=fault_of(limits))
        return told if isinstance(limits, Missing) else replace(told, limit=limits)

    def _tell(
        self, method: str, path: str, read: Callable[[object, Receipt], Read]
    ) -> Read | Missing | Moved | Unknown:
        def call() -> object:
            requester = as_app(self._client()) if method == "POST" else requester_now(self._client(), self._patience)
            return requester.requestJsonAndCheck(method, path)[1]

        return ask(call, read, min(self._patience, TELLING))

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository at this path: one call."""
        return self._at(owner, name)

    def by_account(self, account: ConnectedAccount, name: str, known: RepositoryFacts | None = None) -> Answer:
        """The account's repository of this name: one call, three at most where its login changed.

        Two where no login is known: nobody is called by an empty one. Whether something known changed is asked for
        with its ETag: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
        says that a 304 counts against no limit, where a credential was sent.
        """
        answer = settled(self._at(account.username, name, None if self._access.is_anonymous else known), may_move=True)
        if isinstance(answer, Unknown) or _is_owned_by(answer, account):
            return answer
        login = settled(self._ask(f"/user/{quote(account.external_id, safe='')}", _login), may_move=False)
        if not isinstance(login, str):
            return login
        if login.casefold() != account.username.casefold():
            answer = settled(self.by_path(login, name), may_move=True)
        if isinstance(answer, Found) and not _is_owned_by(answer, account):
            return Unknown(CannotCheck.UNAVAILABLE, "the answers about the owner do not agree")
        return answer

    def _at(self, owner: str, name: str, known: RepositoryFacts | None = None) -> Answer:
        if not (is_segment(owner) and is_segment(name)):
            return Missing(404)
        path = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        if known is None or (known.owner_name.casefold(), known.name) != (owner.casefold(), name):
            return self._ask(path, self._found)
        before = known

        def same(receipt: Receipt) -> Found:
            return Found(replace(before, api_request_id=receipt.request_id), is_unchanged=True)

        return self._ask(path, self._found, {"If-None-Match": before.etag}, same)

    def _ask(
        self,
        path: str,
        read: Callable[[object, Receipt], Read],
        headers: dict[str, str] | None = None,
        unchanged: Callable[[Receipt], Read] | None = None,
    ) -> Read | Missing | Moved | Unknown:
        def call() -> object:
            asks = requester_now(self._client(), self._patience)
            return asks.requestJsonAndCheck("GET", path, headers=headers)[1]

        return ask(call, read, self._patience, unchanged=unchanged)

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
                etag=receipt.headers.get("etag", "")[:LONGEST_ETAG],
            )
        )


def _token_told(plain: Standing, body: Body, receipt: Receipt) -> Standing:
    scopes = scopes_of(receipt.headers)
    ends_at = expiry_of(receipt.headers)
    return replace(plain, identity=body.text("login"), scopes=scopes, too_wide=scopes or (), expires_at=ends_at)


def _app_told(plain: Standing, app: App) -> tuple[str, Callable[[object, Receipt], Standing]]:
    """Where the rights of an installation are told, with a token that is thrown away, and how they are read."""

    def read(raw: object, _receipt: Receipt) -> Standing:
        rights = Body(raw).part("permissions").all_texts()
        wide = tuple(f"{name}: {right}" for name, right in rights.items() if right != "read")
        identity = f"App {app.app_id}, installation {app.installation_id}"
        scopes = tuple(f"{name}: {right}" for name, right in rights.items())
        return replace(plain, identity=identity, scopes=scopes, too_wide=wide)

    return f"/app/installations/{app.installation_id}/access_tokens", read


def _login(raw: object, _receipt: Receipt) -> str:
    return Body(raw).text("login")


def _is_owned_by(answer: Answer, account: ConnectedAccount) -> bool:
    return isinstance(answer, Found) and answer.facts.owner_id == account.external_id
