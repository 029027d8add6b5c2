"""GitLab, asked through python-gitlab.

Projects: https://docs.gitlab.com/api/projects/ ; strangers are told neither owner nor origin, so a token is needed.
The owner is the user's id, not the namespace's, which is another number; `internal` is seen by whoever signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support_portal.adapters.providers.body import Body, MissingFact, found
from support_portal.adapters.providers.credentials import STRANGER, Access
from support_portal.adapters.providers.outcomes import Read, Receipt, ask, settled
from support_portal.adapters.providers.strict_http import (
    PATIENCE,
    USER_AGENT,
    OwnClient,
    is_segment,
    strict_session,
)
from support_portal.adapters.providers.telling import PATIENCE as TELLING
from support_portal.adapters.providers.telling import fault_of, limit_of, way_of
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
from support_portal.domain.standing import Standing

if TYPE_CHECKING:
    from gitlab import Gitlab

# For each call: the library's own waiting and trying again is off.
AT_ONCE: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False, "max_retries": 0}
LONGEST_PAGE = 100
NEEDS_TOKEN = Unknown(CannotCheck.CREDENTIALS, "without a token GitLab tells neither owner nor origin")
NEEDED_SCOPE = "read_api"


class GitLab:
    """One GitLab; `api_url` is its address without `/api/v4`."""

    def __init__(self, instance: Instance, api_url: str, access: Access = STRANGER, patience: float = PATIENCE) -> None:
        """Ask nothing yet; a token needs the scope `read_api`. `patience` is in seconds."""
        self.instance = instance
        self._api_url, self._access, self._patience = api_url, access, patience
        self._has_token = not access.is_anonymous
        self._client = OwnClient(access, lambda held: _client(api_url, held.token, access.authorities))

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom."""
        return Standing(self._api_url, way_of(self._access))

    def standing(self) -> Standing:
        """The token's own record, then whose it is; of a stranger nothing but that projects are told."""
        plain = self.unasked
        if not self._has_token:
            answer = self._tell("/projects", lambda _, receipt: receipt)
            return replace(plain, fault=fault_of(answer) or NEEDS_TOKEN)
        told = self._tell("/personal_access_tokens/self", lambda raw, receipt: _token_told(plain, Body(raw), receipt))
        if not isinstance(told, Standing):
            return replace(plain, fault=fault_of(told))
        whose = self._tell("/user", lambda raw, _: Body(raw).text("username"))
        return replace(told, identity=whose if isinstance(whose, str) else "")

    def _tell(self, path: str, read: Callable[[object, Receipt], Read]) -> Read | Missing | Moved | Unknown:
        return ask(lambda: self._client().http_get(path, **AT_ONCE), read, min(self._patience, TELLING))

    def by_path(self, owner: str, name: str) -> Answer:
        """The project at this path: one call."""
        if not (is_segment(owner) and is_segment(name)):
            return Missing(404)
        return self._ask(lambda: self._client().projects.get(f"{owner}/{name}", **AT_ONCE).attributes, self._found)

    def by_account(self, account: ConnectedAccount, name: str, _known: RepositoryFacts | None = None) -> Answer:
        """The project of this name in the user's own namespace, by the user's id: one call."""

        def projects() -> list[dict[str, Any]]:
            user = self._client().users.get(account.external_id, lazy=True)
            newest_first: dict[str, Any] = {
                "search": name,
                "order_by": "created_at",
                "sort": "desc",
                "per_page": LONGEST_PAGE,
            }
            return [one.attributes for one in user.projects.list(**newest_first, get_all=False, **AT_ONCE)]

        if not is_segment(account.external_id):
            return Missing(404)
        answer = self._ask(projects, lambda raw, receipt: self._named(raw, name, receipt))
        return settled(answer, may_move=False)

    def _ask(self, call: Callable[[], object], read: Callable[[object, Receipt], Answer]) -> Answer:
        return ask(call, read, self._patience)

    def _named(self, raw: object, name: str, receipt: Receipt) -> Answer:
        """The one of this name in a list: the search finds parts of names too."""
        if not isinstance(raw, Iterable):
            raise MissingFact("the answer is no list")
        bodies = [body for body in raw if Body(body).text("path").casefold() == name.casefold()]
        return self._found(bodies[0], receipt) if bodies else Missing(404, receipt.request_id)

    def _found(self, raw: object, receipt: Receipt) -> Found | Unknown:
        body = Body(raw)
        namespace = body.part("namespace")
        is_group = namespace.text("kind") != "user"
        if not body.has("creator_id") and not self._has_token:
            return NEEDS_TOKEN
        owner_id = namespace.number("id") if is_group else body.part("owner").number("id")
        path, full_path, visibility = body.text("path"), namespace.text("full_path"), body.text("visibility")
        return found(
            RepositoryFacts(
                instance=self.instance.key,
                repository_id=body.number("id"),
                name=path,
                owner_id=owner_id,
                owner_name=full_path,
                owner_kind=OwnerKind.GROUP if is_group else OwnerKind.USER,
                is_public=visibility == "public",
                visibility=visibility,
                created_at=body.moment("created_at"),
                is_fork=body.has("forked_from_project"),
                is_mirror=body.maybe_flag("mirror"),
                is_template_copy=None,  # told as an import
                is_import=body.text("import_status") != "none",
                creator_id=None if is_group else body.number("creator_id"),  # a group creates nothing
                description=body.long_text("description"),
                url=f"{self.instance.web_url}/{full_path}/{path}",
                digest=receipt.digest,
                api_request_id=receipt.request_id,
                summary="",
            )
        )


def _token_told(plain: Standing, body: Body, receipt: Receipt) -> Standing:
    # https://docs.gitlab.com/api/personal_access_tokens/#get-details-on-a-personal-access-token
    scopes = body.texts("scopes")
    return replace(
        plain,
        scopes=scopes,
        too_wide=tuple(one for one in scopes if one != NEEDED_SCOPE),
        expires_at=body.day("expires_at") if body.has("expires_at") else None,
        limit=limit_of(receipt.headers),
    )


def _client(api_url: str, token: str | None, authorities: str | None) -> Gitlab:
    """python-gitlab; the token goes as a bearer's, the other way it would follow a redirect to another host."""
    from gitlab import Gitlab

    return Gitlab(
        api_url,
        oauth_token=token,
        session=strict_session(authorities),
        ssl_verify=authorities or True,  # it goes with each request, so before what the session says
        timeout=PATIENCE,
        keep_base_url=True,
        user_agent=USER_AGENT,
    )
