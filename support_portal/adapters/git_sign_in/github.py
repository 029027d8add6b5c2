"""Signing in at GitHub.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
Without a scope an application sees what everybody sees, and `/user` tells whose the token is: no more is needed.
A code that is refused is told in a 200.
"""

from __future__ import annotations

from support_portal.adapters.git_sign_in.oauth import PATIENCE, Application, Dialect, OAuth
from support_portal.adapters.providers.body import MissingFact
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import Instance


class GitHubSignIn:
    """One GitHub; `api_url` is `https://api.github.com` or, of an Enterprise Server, `https://HOST/api/v3`."""

    def __init__(self, instance: Instance, api_url: str, application: Application, patience: float = PATIENCE) -> None:
        """Ask nothing yet; `patience` is in seconds."""
        self.instance = instance
        self._api_url = api_url
        authorize_url = f"{instance.web_url}/login/oauth/authorize"
        token_url = f"{instance.web_url}/login/oauth/access_token"
        self._oauth = OAuth(application, Dialect(authorize_url, token_url, None, "client_secret_post"), patience)

    def address(self, state: str, verifier: str) -> str:
        """Where a browser is led."""
        return self._oauth.address(state, verifier)

    def identify(self, code: str, verifier: str, *, with_workspaces: bool) -> Identity:
        """Who came back with this code; raises NotIdentified. There are no workspaces."""
        with self._oauth.conversation(code, verifier) as conversation:
            user = conversation.ask(f"{self._api_url}/user")
            if user.text("type") != "User":
                raise MissingFact("the account is no person's")
            return Identity(user.number("id"), user.text("login"))
