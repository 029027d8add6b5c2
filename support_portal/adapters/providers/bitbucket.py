"""Bitbucket Cloud, asked through atlassian-python-api.

Repositories: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/
What owns a repository is a workspace; one person may hold several, and only those known when the account was
connected count. Names are neither unique nor stable, the uuids are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from support_portal.adapters.providers.body import Body, MissingFact, found
from support_portal.adapters.providers.credentials import STRANGER, Access
from support_portal.adapters.providers.outcomes import Read, Receipt, ask, settled
from support_portal.adapters.providers.strict_http import PATIENCE, OwnClient, is_segment, strict_session
from support_portal.adapters.providers.telling import PATIENCE as TELLING
from support_portal.adapters.providers.telling import fault_of, limit_of, scopes_of, way_of
from support_portal.domain.evidence import Answer, Found, Missing, Moved, OwnerKind, RepositoryFacts, Unknown
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.domain.standing import Standing

if TYPE_CHECKING:
    from atlassian.bitbucket.cloud import Cloud


HARMLESS_SCOPES = {"account", "repository", "read:repository:bitbucket", "read:user:bitbucket"}


class Bitbucket:
    """Bitbucket Cloud; `api_url` is its address without `/2.0`."""

    def __init__(self, instance: Instance, api_url: str, access: Access = STRANGER, patience: float = PATIENCE) -> None:
        """Ask nothing yet; a token is an access token, or `E-MAIL:API-TOKEN`. `patience` is in seconds."""
        self.instance = instance
        self._api_url, self._access, self._patience = api_url, access, patience
        self._client = OwnClient(access, lambda held: _client(api_url, held.token, access.authorities))

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom."""
        return Standing(self._api_url, way_of(self._access))

    def standing(self) -> Standing:
        """A question that everybody may ask, with the token: a bad one is refused there too; then whose it is."""
        plain = self.unasked
        answer = self._tell("hook_events", lambda _, receipt: receipt)
        if not isinstance(answer, Receipt):
            return replace(plain, fault=fault_of(answer))
        scopes = scopes_of(answer.headers)
        told = replace(
            plain,
            scopes=scopes,
            too_wide=tuple(one for one in scopes or () if one not in HARMLESS_SCOPES),
            limit=limit_of(answer.headers),
        )
        if self._access.is_anonymous:
            return told
        # Without the scope `account` it is not told whose the token is; nothing else depends on that.
        whose = self._tell("user", lambda raw, _: Body(raw).text("display_name"))
        return replace(told, identity=whose if isinstance(whose, str) else "")

    def _tell(self, path: str, read: Callable[[object, Receipt], Read]) -> Read | Missing | Moved | Unknown:
        return ask(lambda: self._client().get(path, advanced_mode=True).json(), read, min(self._patience, TELLING))

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository at this path, the owner being a workspace's name or uuid: one call."""
        if not (is_segment(owner) and is_segment(name)):
            return Missing(404)
        path = f"repositories/{quote(owner, safe='')}/{quote(name, safe='')}"
        # Only this call: what hangs off the client (`.repositories`) forgets its timeout and sleeps on a 429.
        return ask(lambda: self._client().get(path, advanced_mode=True).json(), self._found, self._patience)

    def by_account(self, account: ConnectedAccount, name: str, _known: RepositoryFacts | None = None) -> Answer:
        """The repository of this name in one of the account's workspaces: one call for each."""
        answers = []
        for workspace in sorted(account.owner_ids):
            answers.append(settled(self.by_path(workspace, name), may_move=True))
            if isinstance(answers[-1], Found):
                return answers[-1]
        for kind in (Unknown, Moved):
            for answer in answers:
                if isinstance(answer, kind):
                    return answer
        return answers[0]

    def _found(self, raw: object, receipt: Receipt) -> Found:
        body = Body(raw)
        if body.text("type") != "repository":
            raise MissingFact("by its type the answer is no repository")
        workspace = body.part("workspace")
        slug, owner, is_private = body.text("slug"), workspace.text("slug"), body.flag("is_private")
        return found(
            RepositoryFacts(
                instance=self.instance.key,
                repository_id=body.text("uuid"),
                name=slug,
                owner_id=workspace.text("uuid"),
                owner_name=owner,
                owner_kind=OwnerKind.WORKSPACE,
                is_public=not is_private,
                visibility="private" if is_private else "public",
                created_at=body.moment("created_on"),
                is_fork=body.filled("parent", dict),
                is_mirror=None,
                is_template_copy=None,
                is_import=None,
                creator_id=None,
                description=body.long_text("description"),
                url=f"{self.instance.web_url}/{owner}/{slug}",
                digest=receipt.digest,
                api_request_id=receipt.request_id,
                summary="",
            )
        )


def _client(api_url: str, token: str | None, authorities: str | None) -> Cloud:
    """The library with its own waiting and trying again switched off."""
    from atlassian.bitbucket.cloud import Cloud

    name, colon, secret = (token or "").partition(":")
    credentials: dict[str, Any] = {"username": name, "password": secret} if colon else {"token": token}
    return Cloud(  # type: ignore[no-untyped-call]
        api_url,
        session=strict_session(authorities),
        timeout=int(PATIENCE),
        retry_with_header=False,
        backoff_and_retry=False,
        **credentials,
    )
