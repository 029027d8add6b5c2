"""OAuth 2.0 with PKCE through Authlib, over the strict session: no redirect followed, five seconds for an answer.

The token is used for the questions right after it came, and then it is gone: the portal reads who somebody is, once,
and asks for nothing later. What is not kept can't be stolen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from support_portal.adapters.providers.body import Body, MissingFact, printable
from support_portal.adapters.providers.credentials import CannotAsk, SecretSource
from support_portal.adapters.providers.strict_http import BadAnswer, listening, read_json, strict_session
from support_portal.ports.git_sign_in import NotIdentified

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

PATIENCE = 5.0  # seconds for each answer: somebody waits in front of it
LONGEST_WORD = 100  # characters of a provider's own words that are written down
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Application:
    """The portal as it is registered with a provider; the secret is shown nowhere, not even in a traceback."""

    id: str
    secret: SecretSource
    callback: str
    authorities: str | None = None  # a file with the certificates that the provider's server may have


@dataclass(frozen=True)
class Dialect:
    """Where one provider speaks OAuth, for which scope, and how the application says who it is there."""

    authorize_url: str
    token_url: str
    scope: str | None
    authenticates_by: str


class Conversation:
    """Questions to a provider's API in the name of a person, for as long as they are on the way in."""

    def __init__(self, session: OAuth2Session, patience: float) -> None:
        self._session = session
        self._patience = patience

    def ask(self, url: str) -> Body:
        """The object that this address answers. Raises MissingFact, BadAnswer or what says that no answer came."""
        with listening(self._patience) as heard:
            answer = self._session.get(url)
            if answer.status_code != HTTPStatus.OK:
                raise BadAnswer(f"answered {answer.status_code}")
            return Body(read_json(heard.body))


class OAuth:
    """The application at one provider."""

    def __init__(self, application: Application, dialect: Dialect, patience: float = PATIENCE) -> None:
        """Ask nothing yet; `patience` is in seconds."""
        self._application = application
        self._dialect = dialect
        self._patience = patience

    def address(self, state: str, verifier: str) -> str:
        """Where a browser is led, to ask the person there."""
        url, _ = self._session().create_authorization_url(
            self._dialect.authorize_url, state=state, code_verifier=verifier
        )
        return str(url)

    @contextmanager
    def conversation(self, code: str, verifier: str) -> Iterator[Conversation]:
        """Redeem a code, then ask whose it is. Raises NotIdentified for whatever goes wrong in the block."""
        try:
            session = self._session()
            with listening(self._patience):
                token = session.fetch_token(
                    self._dialect.token_url, code=code, code_verifier=verifier, grant_type="authorization_code"
                )
            _check(token)
            yield Conversation(session, self._patience)
        except Exception as problem:  # the libraries raise TypeError, KeyError and more for odd answers
            raise NotIdentified(_said(problem)) from None  # what stands behind it may hold the code

    def _session(self) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        made = OAuth2Session(
            self._application.id,
            str(self._application.secret.now()),
            token_endpoint_auth_method=self._dialect.authenticates_by,
            scope=self._dialect.scope,
            redirect_uri=self._application.callback,
            code_challenge_method="S256",
        )
        strict = strict_session(self._application.authorities)
        made.trust_env, made.cookies, made.adapters = strict.trust_env, strict.cookies, strict.adapters
        made.verify = strict.verify
        return made


def _check(token: object) -> None:
    """A token that can be used is a bearer's; Authlib takes what comes."""
    given = Body(token, "the token's answer")
    given.text("access_token")
    if given.text("token_type").casefold() != "bearer":
        raise MissingFact("the token is not a bearer's")


def _said(problem: Exception) -> str:
    """What went wrong, in words without a secret in them: of what providers say, the code of an error alone."""
    import requests
    from authlib.common.errors import AuthlibBaseError

    if isinstance(problem, AuthlibBaseError):
        return f"told the error {printable(str(problem.error))[:LONGEST_WORD]}"
    words: tuple[tuple[type[Exception], str], ...] = (
        (requests.exceptions.SSLError, "no secure connection (TLS)"),
        (requests.Timeout, "no answer in time"),
        (requests.ConnectionError, "no connection"),
        (requests.HTTPError, "answered with a fault"),
    )
    for kind, text in words:
        if isinstance(problem, kind):
            return text
    if isinstance(problem, BadAnswer | MissingFact | CannotAsk):
        return str(problem)[:LONGEST_WORD]
    _log.warning("an answer about a sign-in could not be read: %s", type(problem).__name__)
    return f"unreadable ({type(problem).__name__})"
