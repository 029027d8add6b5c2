"""An application that asks a stand-in who somebody is, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from demo.providers.applications import CLIENTS
from demo.providers.grants import challenge_of
from tests.demo import signing_in
from tests.stand_ins import StandIn

TEMPLATE = "http://localhost:1/connected/{provider}/back?kept=yes"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
AUTHORIZE = {
    "github": "/login/oauth/authorize",
    "gitlab": "/oauth/authorize",
    "bitbucket": "/site/oauth2/authorize",
}
EXCHANGE = {"github": "/login/oauth/access_token", "gitlab": "/oauth/token", "bitbucket": "/site/oauth2/access_token"}
USER = {"github": "/api/v3/user", "gitlab": "/api/v4/user", "bitbucket": "/2.0/user"}


@dataclass
class Application:
    """An application registered with one stand-in, as it asks there."""

    provider: StandIn

    @property
    def redirect_uri(self) -> str:
        """Where it wants people back."""
        return TEMPLATE.replace("{provider}", self.provider.key)

    def address(self, **changed: str | None) -> str:
        """Where it sends browsers; a field that is None is left out."""
        asked = {
            "client_id": CLIENTS[self.provider.key].id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "state": "of this & that",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **changed,
        }
        named = {name: value for name, value in asked.items() if value is not None}
        return f"{self.provider.url}{AUTHORIZE[self.provider.key]}?{urlencode(named)}"

    def exchange(self, code: str, client: tuple[str, str] | None = None, **changed: str) -> requests.Response:
        """Ask for a token."""
        known = CLIENTS[self.provider.key]
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
            **changed,
        }
        return requests.post(
            self.provider.url + EXCHANGE[self.provider.key],
            data=fields,
            auth=client or (known.id, known.secret),
            headers={"Accept": "application/json"},
            timeout=10,
        )

    def a_code(self) -> str:
        """The code it is brought when Ana agrees."""
        return told(signing_in.agree(self.address(), "ana"))["code"]

    def a_token(self) -> str:
        """The token it is given for that."""
        return str(self.exchange(self.a_code()).json()["access_token"])

    def ask(self, token: str, path: str = "") -> requests.Response:
        """Ask the API with a token: whose it is, or at another path."""
        address = path or USER[self.provider.key]
        return self.provider.get(address, headers={"Authorization": f"Bearer {token}"})


def told(address: str) -> dict[str, str]:
    """What the browser brings back; the address it does so at must be the one that was named."""
    parts = urlsplit(address)
    fields = dict(parse_qsl(parts.query, strict_parsing=True))
    assert (parts.netloc, fields.pop("kept")) == ("localhost:1", "yes")
    return fields


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]
