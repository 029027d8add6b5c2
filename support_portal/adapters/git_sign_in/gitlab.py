"""Signing in at GitLab.

https://docs.gitlab.com/api/oauth2/ ; `read_user` is the least scope that tells whose the token is.
"""

from __future__ import annotations

from support_portal.adapters.git_sign_in.oauth import PATIENCE, Application, Dialect, OAuth
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import Instance


class GitLabSignIn:
    """One GitLab; `api_url` is its address without `/api/v4`."""

    def __init__(self, instance: Instance, api_url: str, application: Application, patience: float = PATIENCE) -> None:
        """Ask nothing yet; `patience` is in seconds."""
        self.instance = instance
        self._api_url = api_url
        authorize_url, token_url = f"{instance.web_url}/oauth/authorize", f"{instance.web_url}/oauth/token"
        dialect = Dialect(authorize_url, token_url, "read_user", "client_secret_post")
        self._oauth = OAuth(application, dialect, patience)

    def address(self, state: str, verifier: str) -> str:
        """Where a browser is led."""
        return self._oauth.address(state, verifier)

    def identify(self, code: str, verifier: str, *, with_workspaces: bool) -> Identity:
        """Who came back with this code; raises NotIdentified. There are no workspaces."""
        with self._oauth.conversation(code, verifier) as conversation:
            user = conversation.ask(f"{self._api_url}/api/v4/user")
            return Identity(user.number("id"), user.text("username"))
