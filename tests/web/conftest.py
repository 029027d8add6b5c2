"""The pages over a real database, with the cast in it, and visitors without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser
from sqlalchemy import Engine

from support_portal import wiring
from support_portal.app import create_app
from support_portal.local.embedded import free_port
from support_portal.settings import Settings
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.browsing import Visitors
from tests.cast import BEN, CHLOE, LEA, NOW, OTTO
from tests.parts import SECRET_KEYS, Database
from tests.phones import Phone, given_a_phone
from tests.quick_passwords import QUICK_PASSWORDS
from tests.web.serving import served
from tests.web.visiting import ADDRESS, Visitor

PASSWORD = "lighthouse keepers count the ships"


@pytest.fixture
def host() -> str:
    """What the portal is reached by: a name, unless a test says otherwise."""
    return "localhost"


@pytest.fixture
def address(request: pytest.FixtureRequest, host: str) -> str:
    """Where the portal is reached; with browsers at a free port, which the settings must know before it is served.

    By a name, as in life: the stand-ins of the providers, at 127.0.0.1, are another site.
    """
    return f"http://{host}:{free_port()}" if "browsers" in request.fixturenames else ADDRESS


@pytest.fixture
def settings(database: Database, address: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A portal at home, over the clean database."""
    for name, value in {
        "PORTAL_DATABASE_URL": database.url,
        "PORTAL_SECRET_KEYS": SECRET_KEYS,
        "PORTAL_PUBLIC_URL": address,
    }.items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The desk and Ana's account, and what writes the rest."""
    made = Stage(engine)
    made.with_staff()
    made.with_ana()
    return made


@pytest.fixture
def web_parts(settings: Settings) -> Iterator[Parts]:
    """What the pages stand on: everything real, requests counted in memory."""
    yield Parts(
        replace(wiring.tools_from(settings), passwords=QUICK_PASSWORDS),
        wiring.sessions_from(settings),
        wiring.health_from(settings),
        wiring.cookie_keys_from(settings),
    )
    wiring._engines.pop(settings.database_url or "").dispose()


class CompiledTemplates(BytecodeCache):
    """Keeps what templates were compiled to: each test makes an application, and all have the same templates."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, which stays empty where the template has changed."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the bucket holds."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


@pytest.fixture
def make_app(web_parts: Parts) -> Callable[..., Flask]:
    """Makes the application, over other parts or with other configuration where a test names them."""

    def make(other: Parts | None = None, **config: object) -> Flask:
        made = create_app(other or web_parts, {"RATELIMIT_ENABLED": False, **config})
        made.jinja_env.bytecode_cache = COMPILED
        return made

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application."""
    return make_app()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A stranger."""
    return Visitor(app)


@pytest.fixture
def browsers(browser: Browser, app: Flask, address: str) -> Iterator[Visitors]:
    """Opens pages of the served application; the test fails when one breaks the content security policy."""
    with served(app, address):
        opened = Visitors(browser, address)
        yield opened
        opened.leave()
    assert opened.violations == []


@pytest.fixture
def with_passwords(stage: Stage) -> None:
    """Ben, Chloe, Lea and Otto have a password, and no second factor yet."""
    stored = QUICK_PASSWORDS.hashed(PASSWORD)
    with stage.uow.begin() as work:
        for person in (BEN, CHLOE, LEA, OTTO):
            work.logins.set_password(person.principal, stored, NOW)


@pytest.fixture
def phones(web_parts: Parts, with_passwords: None) -> dict[str, Phone]:
    """The four have a second factor too; the phone of each, by address."""
    return {one.address: given_a_phone(web_parts.tools, one.principal) for one in (BEN, CHLOE, LEA, OTTO)}
