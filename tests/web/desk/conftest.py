"""The desk over a real database, with somebody of the staff signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, text

from support_portal.domain.browsers import Browser as ByBrowser
from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Check, CheckResult, Verdict
from support_portal.domain.principals import Factor, Step
from support_portal.domain.staff import Staff
from support_portal.ports.tools import Tools
from support_portal.web.parts import Parts
from tests.browsing import Visitors
from tests.cast import BEN
from tests.parts import free_row
from tests.web.desk.desk_stage import DeskStage
from tests.web.serving import served
from tests.web.visiting import ADDRESS

MakeApp = Callable[..., Flask]
Open = Callable[..., Page]


@dataclass(frozen=True)
class Desk:
    """What is on the desk, and whoever sits at it."""

    stage: DeskStage
    parts: Parts
    engine: Engine
    make_app: MakeApp

    @property
    def tools(self) -> Tools:
        """What use cases are called with."""
        return self.parts.tools

    def secret_of(self, person: Staff, *, minutes_ago: int = 0) -> str:
        """The cookie of a session in which this person entered the password so many minutes ago."""
        data = {"_user_id": str(person.principal)}  # as Flask-Login keeps it
        browser = ByBrowser("192.0.2.1", "a test")
        begin = self.parts.sessions.begin
        secret, session = begin(person.principal, Step.SIGNED_IN, Factor.TOTP, data, browser)
        with self.engine.begin() as connection:
            earlier = text("update sessions set signed_in_at = now() - make_interval(mins => :m) where id = :id")
            connection.execute(earlier, {"m": minutes_ago, "id": session.id})
        return secret

    def signed_in(self, person: Staff, *, minutes_ago: int = 0) -> FlaskClient:
        """A browser of this person; forged forms are another test's matter."""
        app = self.make_app(self.parts, TESTING=True, WTF_CSRF_ENABLED=False)
        client = app.test_client()
        client.set_cookie("session", self.secret_of(person, minutes_ago=minutes_ago))
        return client

    def now(self, case: Case) -> Case:
        """The case as it stands in the database."""
        with self.stage.uow.begin() as work:
            return work.cases.get(case.id)

    def count(self, query: str, **values: object) -> int:
        """One number out of the database."""
        with self.engine.begin() as connection:
            return int(connection.execute(text(query), values).scalar_one())


@pytest.fixture
def desk(engine: Engine, web_parts: Parts, make_app: MakeApp) -> Desk:
    """An empty desk; the staff are there, their passwords are not."""
    return Desk(DeskStage(engine), web_parts, engine, make_app)


@pytest.fixture
def open_desk(desk: Desk, browser: Browser) -> Iterator[Open]:
    """Opens pages of Ben's, or of somebody else, on a served desk; the test fails when one breaks the policy."""
    address = f"http://127.0.0.1:{free_row(1)[0]}"
    product = replace(desk.tools.product, address=address)
    visitors = Visitors(browser, address)

    def opened(path: str, *, by: Staff = BEN, **options: Any) -> Page:
        page = visitors.open(**options)
        page.context.add_cookies([{"name": "session", "value": desk.secret_of(by), "url": address}])
        page.goto(path)
        return page

    app = desk.make_app(replace(desk.parts, tools=replace(desk.tools, product=product)))
    with served(app, address):
        yield opened
        visitors.leave()
    assert visitors.violations == []


def a_failed_case(desk: Desk) -> Case:
    """A case whose repository has a dash in its name."""
    account = desk.stage.account("jonas@kelpworks.example")
    wrong = CheckResult(Check.NAME_MATCHES, Verdict.FAILED, "bitrise-verification", "bitrise-verification")
    return desk.stage.case(State.AWAITING_REPOSITORY, account, run=desk.stage.failed_run(account, wrong))


def shown(client: FlaskClient, address: str, status: int = 200) -> str:
    """The text of a page; AssertionError on another status."""
    answer = client.get(address, base_url=ADDRESS)
    assert answer.status_code == status, f"{address} answered {answer.status_code}: {answer.text[:2000]}"
    return answer.text


def sent(client: FlaskClient, address: str, status: int = 303, **fields: object) -> str:
    """The answer to a form; AssertionError on another status."""
    answer = client.post(address, data=fields, base_url=ADDRESS)
    assert answer.status_code == status, f"{address} answered {answer.status_code}: {answer.text[:2000]}"
    return answer.text
