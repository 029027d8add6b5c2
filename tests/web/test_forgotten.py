"""The pages of a forgotten password: one answer for every address, and one page for every link that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from support_portal.domain.correspondence import Purpose
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, BEN, OTTO
from tests.parts import Database
from tests.web.conftest import PASSWORD
from tests.web.linking import a_link
from tests.web.visiting import Visitor

NEW = "seven lamps along the quay"
PAGE = "/sign-in/forgotten"
NAMES_OF_A_MOMENT = {"Date", "X-Request-Id"}


@pytest.fixture
def path(web_parts: Parts, stage: Stage) -> str:
    """Ben's link."""
    return f"/sign-in/password/{a_link(web_parts.tools, Purpose.RESET, None)}"


def test_enu_1_every_address_gets_one_answer_and_the_same_statements(
    visitor: Visitor, stage: Stage, database: Database
) -> None:
    with database.connect() as connection:
        connection.execute(f"update staff set is_active = false where id = '{OTTO.id}'".encode())
    token = visitor.token(PAGE)
    answers, statements = set(), set()
    typed = (
        ANA.address,
        BEN.address,
        OTTO.address,
        "nobody@example.org",
        ANA.address.upper(),
        "\uff21\uff2e\uff21@example.org",
    )
    for address in typed:
        asked: list[str] = []

        def note(*said: object, asked: list[str] = asked) -> None:
            asked.append(str(said[2]))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            answer = visitor.send_with(token, PAGE, {"email": address})
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        headers = tuple(sorted(pair for pair in answer.headers.items() if pair[0] not in NAMES_OF_A_MOMENT))
        answers.add((answer.status_code, answer.data, headers))
        statements.add(tuple(asked))
    assert len(answers) == len(statements) == 1
    assert answers.pop()[0] == 303
    with database.connect() as connection:
        assert connection.execute("select count(*) from password_resets").fetchall() == [(len(typed),)]


def test_the_sign_in_leads_there_and_back(visitor: Visitor) -> None:
    assert f'href="{PAGE}"' in visitor.get("/sign-in").text
    assert visitor.send(PAGE, {"email": "who@example.org"}).headers["Location"] == f"{PAGE}/sent"
    assert "who@example.org" not in visitor.get(f"{PAGE}/sent").text


@pytest.mark.parametrize("typed", ["", "no address", "a@b@c.example", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_named(visitor: Visitor, typed: str) -> None:
    answer = visitor.send(PAGE, {"email": typed})
    assert answer.status_code == 422
    assert '<a href="#email">' in answer.text


def test_the_link_sets_the_password_once_and_signs_nobody_in(visitor: Visitor, path: str, database: Database) -> None:
    assert BEN.address in visitor.get(path).text
    token = visitor.token(path)
    answer = visitor.send_with(token, path, {"password": NEW})
    assert answer.headers["Location"] == "/sign-in"
    with database.connect() as connection:
        assert connection.execute("select count(*) from sessions").fetchall() == [(0,)]
    assert "Your new password is set." in visitor.get("/sign-in").text
    assert visitor.send_with(token, path, {"password": NEW}).status_code == 410
    assert visitor.send("/sign-in", {"email": BEN.address, "password": NEW, "next": ""}).status_code == 303


def test_looking_at_the_link_changes_nothing(visitor: Visitor, path: str) -> None:
    assert [visitor.get(path).status_code for _ in range(3)] == [200] * 3


def test_a_link_that_is_over_has_one_page_with_one_way_on(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    tools = web_parts.tools
    over = a_link(tools, Purpose.RESET, None, timedelta(hours=-1))
    foreign = a_link(tools, Purpose.STAFF_PASSWORD, None)
    cut = a_link(tools, Purpose.RESET, None)[:-1]
    older = a_link(tools, Purpose.RESET, None)
    with stage.uow.begin() as work:
        work.mails.void_links(BEN.principal, (Purpose.RESET,), work.now)
    pages = {visitor.get(f"/sign-in/password/{token}").text for token in (over, foreign, cut, older)}
    assert len(pages) == 1
    page = pages.pop()
    assert page.count("/sign-in/forgotten") == 1
    assert "case" not in page.partition("<main")[2].partition("</main>")[0]


def test_an_invitation_that_is_over_leads_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get("/staff/password/cut")
    assert answer.status_code == 410
    assert "ask an admin" in answer.text


@pytest.mark.parametrize("password", ["", "short", "password123456789", BEN.address])
def test_a_password_against_the_rules_is_named_and_the_link_still_works(
    visitor: Visitor, path: str, password: str
) -> None:
    answer = visitor.send(path, {"password": password})
    assert answer.status_code == 422
    assert '<a href="#password">' in answer.text
    assert visitor.send(path, {"password": PASSWORD}).status_code == 303
