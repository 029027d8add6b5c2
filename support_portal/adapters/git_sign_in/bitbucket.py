"""Signing in at Bitbucket Cloud.

https://developer.atlassian.com/cloud/bitbucket/oauth-2/
`account` is the least scope that tells whose the token is. Repositories belong to workspaces, so those that the person
administers are read when the account is connected; the list holds those of others too, where they are a guest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from support_portal.adapters.git_sign_in.oauth import PATIENCE, Application, Conversation, Dialect, OAuth
from support_portal.adapters.providers.body import Body, MissingFact
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import Instance

PAGE, MOST_PAGES = 100, 20
UUID = re.compile(r"\{[0-9a-fA-F-]{36}\}")


class BitbucketSignIn:
    """Bitbucket Cloud; `api_url` is its address without `/2.0`."""

    def __init__(self, instance: Instance, api_url: str, application: Application, patience: float = PATIENCE) -> None:
        """Ask nothing yet; `patience` is in seconds."""
        self.instance = instance
        self._api_url = api_url
        authorize_url = f"{instance.web_url}/site/oauth2/authorize"
        token_url = f"{instance.web_url}/site/oauth2/access_token"
        self._oauth = OAuth(application, Dialect(authorize_url, token_url, "account", "client_secret_basic"), patience)

    def address(self, state: str, verifier: str) -> str:
        """Where a browser is led."""
        return self._oauth.address(state, verifier)

    def identify(self, code: str, verifier: str, *, with_workspaces: bool) -> Identity:
        """Who came back with this code, and which workspaces they administer; raises NotIdentified."""
        with self._oauth.conversation(code, verifier) as conversation:
            user = conversation.ask(f"{self._api_url}/2.0/user")
            if user.text("type") != "user":
                raise MissingFact("the account is no person's")
            name = user.text("nickname" if user.has("nickname") else "display_name")
            workspaces = tuple(self._workspaces(conversation)) if with_workspaces else ()
            return Identity(_uuid(user), name, workspaces)

    def _workspaces(self, conversation: Conversation) -> Iterator[str]:
        """The uuids of those they administer. The addresses that answers name for the next page are not asked."""
        for page in range(1, MOST_PAGES + 1):
            answer = conversation.ask(f"{self._api_url}/2.0/user/workspaces?pagelen={PAGE}&page={page}")
            for one in answer.parts("values"):
                if one.flag("administrator"):
                    yield _uuid(one.part("workspace"))
            if not answer.has("next"):
                return
        raise MissingFact(f"more than {PAGE * MOST_PAGES} workspaces")


def _uuid(body: Body) -> str:
    value = body.text("uuid")
    if not UUID.fullmatch(value):
        raise MissingFact("uuid is no id")
    return value
