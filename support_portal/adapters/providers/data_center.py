"""Bitbucket Data Center, asked through atlassian-python-api.

https://developer.atlassian.com/server/bitbucket/rest/
What is a person's own lives in the project `~NAME`, whose owner has an id that never changes. No date is told. Who may
not see a repository is answered 401, though the token is good.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from support_portal.adapters.providers.body import Body, MissingFact, found, printable
from support_portal.adapters.providers.credentials import STRANGER, Access
from support_portal.adapters.providers.outcomes import Receipt, ask, settled
from support_portal.adapters.providers.strict_http import PATIENCE, OwnClient, is_segment, strict_session
from support_portal.adapters.providers.telling import PATIENCE as TELLING
from support_portal.adapters.providers.telling import fault_of, limit_of, way_of
from support_portal.domain.evidence import Answer, Found, Missing, OwnerKind, RepositoryFacts
from support_portal.domain.identities import ConnectedAccount, Instance, RepositoryLink
from support_portal.domain.standing import Standing

if TYPE_CHECKING:
    from atlassian.bitbucket.server import Server

NOT_PERMITTED = b'"com.atlassian.bitbucket.AuthorisationException"'


class DataCenter:
    """One Bitbucket Data Center; `api_url` is its address without `/rest`."""

    def __init__(self, instance: Instance, api_url: str, access: Access = STRANGER, patience: float = PATIENCE) -> None:
        """Ask nothing yet; a token is an HTTP access token. `patience` is in seconds."""
        self.instance = instance
        self._api_url, self._access, self._patience = api_url, access, patience
        self._client = OwnClient(access, lambda held: _client(api_url, held.token, access.authorities))

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom."""
        return Standing(self._api_url, way_of(self._access))

    def standing(self) -> Standing:
        """What everybody is told of the server, with the token: whose it is stands in a header, its rights nowhere."""
        plain = self.unasked
        answer = ask(
            lambda: self._client().get("application-properties", advanced_mode=True).json(),
            lambda raw, receipt: (Body(raw).text("version"), receipt),
            min(self._patience, TELLING),
        )
        if not isinstance(answer, tuple):
            return replace(plain, fault=fault_of(answer))
        version, receipt = answer
        whose = printable(receipt.headers.get("x-ausername", ""))
        return replace(plain, version=version, identity=whose, limit=limit_of(receipt.headers))

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository in this project, which is `~NAME` for a person's own: one call."""
        if not (is_segment(owner) and is_segment(name)):
            return Missing(404)
        path = f"projects/{quote(owner, safe='~')}/repos/{quote(name, safe='')}"
        # Only this call: what hangs off the client forgets its timeout and sleeps on a 429.
        return ask(
            lambda: self._client().get(path, advanced_mode=True).json(),
            self._found,
            self._patience,
            is_absent=lambda heard: heard.status == HTTPStatus.UNAUTHORIZED and NOT_PERMITTED in heard.body,
        )

    def by_account(self, account: ConnectedAccount, name: str, _known: RepositoryFacts | None = None) -> Answer:
        """The account's repository of this name: one call. A name that is another's by now is not the account's."""
        answer = settled(self.by_path(f"~{account.username}", name), may_move=False)
        if isinstance(answer, Found) and answer.facts.owner_id != account.external_id:
            return Missing(404, answer.facts.api_request_id)
        return answer

    def _found(self, raw: object, receipt: Receipt) -> Found:
        body = Body(raw)
        project = body.part("project")
        is_personal = _is_personal(project)
        owner = project.part("owner") if is_personal else project
        slug, is_public = body.text("slug"), body.flag("public")
        owner_name = f"~{owner.text('slug')}" if is_personal else project.text("key")
        if body.text("scmId") != "git":
            raise MissingFact("the answer is no repository")
        return found(
            RepositoryFacts(
                instance=self.instance.key,
                repository_id=body.number("id"),
                name=slug,
                owner_id=owner.number("id"),
                owner_name=owner_name,
                owner_kind=OwnerKind.USER if is_personal else OwnerKind.GROUP,
                is_public=is_public,
                visibility="public" if is_public else "private",
                created_at=None,
                is_fork=body.has("origin"),
                is_mirror=None,
                is_template_copy=None,
                is_import=None,
                creator_id=None,
                description=body.long_text("description"),
                url=RepositoryLink(self.instance.key, owner_name, slug).url([self.instance]),
                digest=receipt.digest,
                api_request_id=receipt.request_id,
                summary="",
            )
        )


def _is_personal(project: Body) -> bool:
    kind = project.text("type")
    if kind not in ("PERSONAL", "NORMAL"):
        raise MissingFact("project.type is no known type")
    return kind == "PERSONAL"


def _client(api_url: str, token: str | None, authorities: str | None) -> Server:
    """The library with its own waiting and trying again switched off."""
    from atlassian.bitbucket.server import Server

    return Server(  # type: ignore[no-untyped-call]
        api_url,
        session=strict_session(authorities),
        timeout=int(PATIENCE),
        retry_with_header=False,
        backoff_and_retry=False,
        token=token,
    )
