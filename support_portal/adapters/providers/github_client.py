"""PyGithub as the portal uses it: strict, without waiting, and as whom GitHub is asked.

Apps: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from support_portal.adapters.providers.credentials import Access, CannotAsk, Held, no_secret
from support_portal.adapters.providers.outcomes import outcome
from support_portal.adapters.providers.strict_http import PATIENCE, USER_AGENT, listening, strict_session
from support_portal.domain.evidence import CannotCheck, Missing, Unknown

if TYPE_CHECKING:
    from github import Auth, Github
    from github.Requester import Requester

API_VERSION = "2022-11-28"
OWN_PATH = "/api/v3"  # of an Enterprise Server, which answers 400 to a version it does not know


def make_client(api_url: str, access: Access, held: Held) -> Github:
    """PyGithub with its own waiting and trying again switched off: one 429 would hold a worker for an hour."""
    from github import Github
    from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester

    class PlainConnection(HTTPRequestsConnectionClass):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.session = strict_session()

    class SecureConnection(HTTPSRequestsConnectionClass):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.session = strict_session()

    Requester.injectConnectionClasses(PlainConnection, SecureConnection)
    logging.getLogger("github").handlers.clear()  # importing it would write every line a second time
    return Github(
        auth=_auth(access, held),
        base_url=api_url,
        timeout=int(PATIENCE),
        retry=None,
        lazy=True,
        seconds_between_requests=None,
        seconds_between_writes=None,
        user_agent=USER_AGENT,
        api_version=None if urlsplit(api_url).path.rstrip("/").endswith(OWN_PATH) else API_VERSION,
        verify=access.authorities or True,  # it goes with each request, so before what a session says
    )


def requester_now(client: Github, patience: float) -> Requester:
    """What asks for this client now: of an App, with the token of its installation; raises CannotAsk.

    That token lasts an hour, and is asked for beforehand: a 404 about it must not be taken for one about a repository.
    """
    from github import Auth

    auth = client.requester.auth
    if not isinstance(auth, Auth.AppInstallationAuth):
        return client.requester
    return client.requester.withAuth(Auth.Token(_installation_token(auth, patience)))


def as_app(client: Github) -> Requester:
    """What asks as the App itself, for what its installation may."""
    from github import Auth

    auth = client.requester.auth
    if not isinstance(auth, Auth.AppInstallationAuth):
        raise TypeError("this client is no App's")
    return auth.requester


def _auth(access: Access, held: Held) -> Auth.Auth | None:
    from github import Auth

    if held.token is not None:
        return Auth.Token(str(held.token))
    if access.app is not None:
        signs = Auth.AppAuth(access.app.app_id, str(held.app_key))
        return signs.get_installation_auth(access.app.installation_id)
    if access.login is not None:
        return Auth.Login(access.login.id, str(held.login_secret))
    return None


def _installation_token(auth: Auth.AppInstallationAuth, patience: float) -> str:
    with listening(patience) as heard:
        try:
            return auth.token
        except Exception as problem:  # what can't sign raises much, and so does what an odd answer is read with
            if heard.status == 0 and not isinstance(problem, requests.RequestException):
                raise no_secret("the key of the GitHub App can't be used") from None
            told = outcome(heard, problem)
            if isinstance(told, Unknown):
                raise CannotAsk(replace(told, detail=f"the token of the installation: {told.detail}")) from None
            reason = CannotCheck.CREDENTIALS if isinstance(told, Missing) else CannotCheck.UNAVAILABLE
            said = f"the installation of the GitHub App answered {told.status}"
            raise CannotAsk(Unknown(reason, said)) from None
