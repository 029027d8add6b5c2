"""Every cell of the document of permissions, asked for over HTTP: who is let in, led elsewhere, or refused."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from support_portal import wiring
from support_portal.app import create_app
from support_portal.cli import _add
from support_portal.domain.accounts import Account
from support_portal.domain.browsers import Browser
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author, Purpose
from support_portal.domain.moves import Actor, By
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.domain.staff import Permission, Role, Staff
from support_portal.local.embedded import Postgres
from support_portal.settings import Settings
from support_portal.use_cases.steps.locking import shut
from support_portal.web.guard import needed_by
from support_portal.web.parts import Parts
from tests.cast import INES, LEA
from tests.parts import SECRET_KEYS, cloned_database
from tests.permissions import (
    COLUMNS,
    DOCUMENT,
    NO,
    ON,
    OWN,
    SIGN_IN,
    YES,
    Column,
    an_app,
    commands,
    endpoints,
    own_of,
    pages,
    written,
)
from tests.web.desk.desk_stage import DeskStage
from tests.web.visiting import ADDRESS

ROUTES, ENDPOINTS = pages(an_app()), endpoints(an_app())
# A form that was sent empty is let in and then refused for what it lacks; a cut link is over; a question may be over,
# or not possible now, which has words of its own.
LET_IN = {200, 303, 403, 409, 410, 422}
NEXT = {
    Step.SECOND_FACTOR: "/sign-in/two-factor",
    Step.ENROLMENT: "/account/security/two-factor/begin",
    Step.SIGNED_IN: "/account/security",
}
# After what they do, these lead to the same page that the guard would lead to.
LEADS_BY_ITSELF = {
    "sign_in.show": tuple(Step),
    "sign_in.git.leave": tuple(Step),
    "account.enrolment.show": (Step.ENROLMENT,),
    "account.enrolment.give_up": (Step.SIGNED_IN,),
}
# Whoever asks has none of these: no set-up is under way, no key, token, case, and the portal is registered nowhere.
NOTHING_THERE = {
    "account.enrolment.download",
    *(f"account.connections.{view}" for view in ("ask", "connect", "ask_to_disconnect", "disconnect")),
    *(f"account.keys.{view}" for view in ("ask_to_remove", "remove")),
    *(f"account.live_case.{view}" for view in ("ask", "stop")),
    *(f"account.tokens.{view}" for view in ("ask_to_edit", "edit", "ask_to_remove", "remove")),
    *(f"sign_in.git.{view}" for view in ("leave", "come_back")),
}
OF_THE_STAFF = tuple(column for column in COLUMNS if column.staff and column.step is Step.SIGNED_IN)
NINA = Staff(uuid4(), "Nina Roth", "nina@support.example", Role.AGENT)


@dataclass
class House:
    """The portal with one of everything that an address can name, somebody else's and one's own."""

    app: Flask
    parts: Parts
    stage: DeskStage
    others: dict[str, str]
    accounts: dict[str, Account]

    def ask(self, rule: Rule, method: str, column: Column, words: dict[str, str]) -> TestResponse:
        """Ask for an address as somebody with a session of their own, or with none."""
        client = self.app.test_client()
        if column.step is not None:
            client.set_cookie("session", self._session(column, column.step))
        return client.open(address_of(rule, words), method=method, base_url=ADDRESS, buffered=True)

    def _session(self, column: Column, step: Step) -> str:
        principal = column.staff.principal if column.staff else self._owner()
        data = {"_user_id": str(principal)}
        secret, _ = self.parts.sessions.begin(principal, step, Factor.TOTP, data, Browser("192.0.2.1", "a test"))
        return secret

    def _owner(self) -> Principal:
        return Principal(PrincipalKind.ACCOUNT, self.accounts["owner"].id)

    def own(self, person: Staff) -> dict[str, str]:
        """What is this person's own: an account, which is locked, and themselves."""
        account = self.accounts[person.address]
        return {"account": str(account.id), "person": str(person.id), "reference": self.others[person.address]}


# A page of the admins asks every provider; nothing listens there, and no test leaves the machine.
NO_PROVIDERS = {
    "GITHUB_API_URL": "http://127.0.0.1:9/api/v3",
    "GITLAB_API_URL": "http://127.0.0.1:9",
    "BITBUCKET_API_URL": "http://127.0.0.1:9",
}


@pytest.fixture(scope="module")
def house(postgres_server: Postgres) -> Iterator[House]:
    """A whole house for all cells: nothing in it is changed by an empty form."""
    with cloned_database(postgres_server, "permissions") as database, pytest.MonkeyPatch.context() as patch:
        named = {"DATABASE_URL": database.url, "SECRET_KEYS": SECRET_KEYS, "PUBLIC_URL": ADDRESS}
        for name, value in {**named, **NO_PROVIDERS}.items():
            patch.setenv(f"PORTAL_{name}", value)
        settings = Settings.from_environment()
        engine = create_engine(database.url)
        parts = Parts(
            wiring.tools_from(settings),
            wiring.sessions_from(settings),
            wiring.health_from(settings),
            wiring.cookie_keys_from(settings),
        )
        app = create_app(parts, {"TESTING": True, "WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False})
        yield _furnished(app, parts, engine)
        engine.dispose()
        wiring._engines.pop(settings.database_url or "").dispose()


def _furnished(app: Flask, parts: Parts, engine: Engine) -> House:
    stage = DeskStage(engine)
    with stage.uow.begin() as work:
        work.people.add(NINA)
    accounts = {"owner": stage.account("owner@example.org"), "shut": stage.account("shut@example.org")}
    case = stage.case(State.IN_REVIEW)
    mail = stage.say(None, Author.UNPROVEN, "Help", stage.ago(hours=1), via="email", from_address="x@y.example")
    others = {
        "reference": case.reference,
        "key": parts.tools.links.token(Purpose.CASE, case.id),
        "person": str(NINA.id),
        "account": str(accounts["shut"].id),
        "mail": str(mail),
        "filename": "portal.css",
        "token_id": str(uuid4()),
    }
    for column in OF_THE_STAFF:
        assert column.staff is not None
        accounts[column.staff.address] = own = stage.account(column.staff.address)
        others[column.staff.address] = stage.case(State.IN_REVIEW, own).reference
    for account in accounts.values():
        if account is not accounts["owner"]:
            with stage.uow.begin() as work:
                shut(work, Principal(PrincipalKind.ACCOUNT, account.id), Actor(By.LINK, "Owner, by the lock link"))
    return House(app, parts, stage, others, accounts)


def address_of(rule: Rule, words: dict[str, str]) -> str:
    """An address of this rule; where nothing is known of a word in it, any will do."""
    said = {name: min(getattr(rule._converters[name], "items", {words.get(name, "cut")})) for name in rule.arguments}
    built = rule.build(said)
    assert built is not None
    return built[1]


def named(one: tuple[Rule, str]) -> str:
    return f"{one[1]} {one[0].rule}"


def cells_of(rule: Rule, method: str) -> dict[str, str]:
    """A row of the document as it is checked in."""
    address = f"`{rule.rule}`".replace("|", "\\|")
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"| {address} | {method} |")]
    values = [value.strip() for value in row.removeprefix(f"| {address} |").strip(" |").split(" | ")]
    return dict(zip((column.name for column in COLUMNS), values[2:], strict=False))


def test_the_document_is_what_the_addresses_and_commands_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == written(an_app()), "write it anew: python3 dev.py permissions"


def test_every_page_and_every_command_names_its_permission() -> None:
    app = an_app()
    assert [endpoint for endpoint, view in app.view_functions.items() if needed_by(view) is None] == []
    assert {words for words, needed, _ in commands() if needed is not Permission.SERVER} == {"sign-in"}
    assert len(list(commands())) == len({words for words, _, _ in commands()}) >= 14


def test_a_command_that_names_nobody_can_not_be_added() -> None:
    words = argparse.ArgumentParser().add_subparsers()
    with pytest.raises(KeyError, match="needed"):
        _add(words, "forgotten", lambda _: 0, "names no permission")


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_aut_1_every_cell_is_as_the_document_says(house: House, route: tuple[Rule, str]) -> None:
    rule, method = route
    told = cells_of(rule, method)
    for column in COLUMNS:
        answer = house.ask(rule, method, column, house.others)
        assert found(answer, rule, column) == told[column.name], f"{column.name}: {answer.status} {answer.location}"


@pytest.mark.parametrize("route", ENDPOINTS, ids=named)
def test_aut_1_no_session_of_anybody_opens_the_api(house: House, route: tuple[Rule, str]) -> None:
    rule, method = route
    is_open = needed_by(house.app.view_functions[rule.endpoint]) is Permission.ANYBODY
    for column in COLUMNS:
        answer = house.ask(rule, method, column, house.others)
        assert (answer.status_code != 401) is is_open, f"{column.name}: {answer.status}"
        assert answer.content_type == "application/problem+json"


def found(answer: TestResponse, rule: Rule, column: Column) -> str:
    """Which word of the document an answer is."""
    if answer.status_code == 403 and "This page is not for you" in answer.text:
        return NO
    led = answer.location or ""
    if column.step is None and led.startswith("/sign-in") and rule.endpoint != "sign_in.leave":
        return SIGN_IN
    leads_by_itself = column.step in LEADS_BY_ITSELF.get(rule.endpoint, ())
    if column.step is not None and led == NEXT[column.step] and not leads_by_itself:
        return ON
    assert answer.status_code in LET_IN or rule.endpoint in NOTHING_THERE, answer.status
    return YES


@pytest.mark.parametrize("route", [one for one in ROUTES if own_of(one[0].rule)], ids=named)
def test_aut_1_what_is_ones_own_or_not_there_is_refused_to_whom_the_page_opens(
    house: House, route: tuple[Rule, str]
) -> None:
    rule, method = route
    told = cells_of(rule, method)
    absent = {"reference": "SP-999999", "person": str(uuid4()), "account": str(uuid4())}
    for column in OF_THE_STAFF:
        if told[column.name] == YES and column.staff is not None:
            own = house.ask(rule, method, column, house.own(column.staff))
            missing = house.ask(rule, method, column, absent)
            assert (own.status_code, missing.status_code) == (own_of(rule.rule), 404), column.name
            if own.status_code == 404:
                assert own.text == missing.text, "one's own is told from what is not there"


def test_every_rule_about_ones_own_is_about_an_address() -> None:
    for beginning in OWN:
        assert any(rule.rule.startswith(beginning) for rule, _ in ROUTES)


def test_a_role_that_is_given_away_closes_its_cells(house: House) -> None:
    """The matrix is asked with the roles of the cast: Lea unlocks, Ines manages people, and neither the other's."""
    by_role = {column.staff: column for column in OF_THE_STAFF}
    rules = {rule.rule: rule for rule, _ in ROUTES}
    assert house.ask(rules["/desk/accounts/locked"], "GET", by_role[LEA], {}).status_code == 200
    assert house.ask(rules["/desk/people"], "GET", by_role[INES], {}).status_code == 200
    assert house.ask(rules["/desk/people"], "GET", by_role[LEA], {}).status_code == 403
    assert house.ask(rules["/desk/accounts/locked"], "GET", by_role[INES], {}).status_code == 403
