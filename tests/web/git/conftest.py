"""A portal where people sign in through the stand-in providers, and Ana, who has an account at each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from demo.providers.applications import CLIENTS
from support_portal.domain.browsers import Browser
from support_portal.domain.identities import GitIdentity
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.settings import Settings
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, ANAS_BITBUCKET, ANAS_GITHUB, ANAS_GITLAB, ANAS_WORKSPACE
from tests.demo import signing_in
from tests.parts import Database
from tests.stand_ins import StandIn, stand_in_providers
from tests.web.visiting import Visitor

ANAS = {one.instance: one for one in (ANAS_GITHUB, ANAS_GITLAB, ANAS_BITBUCKET)}
OWNER = Principal(PrincipalKind.ACCOUNT, ANA.id)
HER_PAGE = "/account/security"


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, StandIn]]:
    """The three providers."""
    with stand_in_providers() as providers:
        yield providers


@pytest.fixture
def providers(running: dict[str, StandIn], address: str) -> dict[str, StandIn]:
    """The same, clean: with Ana's accounts and Mallory's, and leading back to this portal."""
    for key, provider in running.items():
        provider.reset()
        provider.register_callback(f"{address}/sign-in/git/{{provider}}/callback")
        provider.account("mallory")
        if key == "bitbucket":
            workspaces = [{"slug": "ana", "uuid": ANAS_WORKSPACE}]
            provider.account("ana", uuid=ANAS_BITBUCKET.external_id, workspaces=workspaces)
        else:
            provider.account("ana", id=int(ANAS[key].external_id))
    return running


@pytest.fixture
def settings(settings: Settings, providers: dict[str, StandIn]) -> Settings:
    """The portal is registered with each of them."""
    more: dict[str, str] = {}
    for key, provider in providers.items():
        client = CLIENTS[key]
        more |= {f"{key}_oauth_id": client.id, f"{key}_oauth_secret": client.secret}
        more |= {f"{key}_web_url": provider.url, f"{key}_api_url": provider.api_url}
    return settings.model_copy(update=more)


@dataclass
class Way:
    """A browser, and its ways over the providers."""

    visitor: Visitor

    def leave(self, provider: str = "github", wanted: str = "") -> str:
        """Follow the button; the provider's address."""
        answer = self.visitor.get(f"/sign-in/git/{provider}" + (f"?next={wanted}" if wanted else ""))
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def back(self, address: str) -> TestResponse:
        """Follow the provider's redirect to the portal."""
        parts = urlsplit(address)
        return self.visitor.get(f"{parts.path}?{parts.query}")

    def agreed(self, provider: str = "github", login: str = "ana") -> str:
        """The address to come back at, after this person agreed."""
        return signing_in.agree(self.leave(provider), login)

    def sign_in(self, provider: str = "github", login: str = "ana") -> TestResponse:
        """All the way."""
        return self.back(self.agreed(provider, login))

    def is_signed_in(self) -> bool:
        """Whether one's own page opens."""
        return self.visitor.get(HER_PAGE).status_code == 200

    def told(self) -> str:
        """What the next page says in a banner."""
        page = self.visitor.get("/sign-in").text
        return page.partition('role="alert">')[2].partition("<p>")[2].partition("</p>")[0]


@pytest.fixture
def way(visitor: Visitor, stage: Stage) -> Way:
    """A stranger's."""
    return Way(visitor)


@pytest.fixture
def as_ana(app: Flask, web_parts: Parts, stage: Stage) -> Callable[..., Way]:
    """Ana, signed in a moment ago, or (`through` a git account) by that."""

    def signed_in(through: GitIdentity | None = None) -> Way:
        visitor, data = Visitor(app), {"_user_id": str(OWNER)}
        factor = Factor.GIT if through else Factor.TOTP
        begin = web_parts.sessions.begin
        secret, _ = begin(OWNER, Step.SIGNED_IN, factor, data, Browser("192.0.2.1", "a test"), through)
        visitor.client.set_cookie("session", secret, domain="localhost")
        return Way(visitor)

    return signed_in


@dataclass(frozen=True)
class Written:
    """What the database holds."""

    database: Database

    def events(self, action: str) -> list[str]:
        """Why each event of this kind happened."""
        with self.database.connect() as connection:
            rows = connection.execute("select why from events where action = %s order by id", [action]).fetchall()
        return [row[0] for row in rows]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.connect() as connection:
            return int(connection.execute(f"select count(*) from {table}".encode()).fetchall()[0][0])


@pytest.fixture
def written(database: Database) -> Written:
    """What the database holds."""
    return Written(database)


def set_a_password(stage: Stage, parts: Parts, password: str) -> None:
    """Ana has one, for years."""
    with stage.engine.begin() as connection:
        values = {"stored": parts.tools.passwords.hashed(password), "id": ANA.id}
        connection.execute(text("update accounts set password_hash = :stored where id = :id"), values)


def without_providers(parts: Parts) -> Parts:
    """A portal that is registered nowhere."""
    return replace(parts, tools=replace(parts.tools, git_sign_ins={}))
