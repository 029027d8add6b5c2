"""A form counts only with the token of a page that this browser was shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.adapters.db.stage import Stage
from tests.cast import BEN
from tests.parts import Database
from tests.web.conftest import PASSWORD
from tests.web.test_request import GOOD
from tests.web.visiting import Visitor


def requests_in(database: Database) -> int:
    with database.connect() as connection:
        return int(connection.execute("select count(*) from requests").fetchall()[0][0])


@pytest.mark.parametrize("token", [None, "", "x", "IjEi.Zm9v.YmFy"])
def test_without_a_good_token_nothing_happens(visitor: Visitor, database: Database, token: str | None) -> None:
    visitor.get("/request")
    answer = visitor.send_with(token, "/request", GOOD)
    assert answer.status_code == 400
    assert requests_in(database) == 0
    assert 'href="/request"' in answer.text, "there is a way back"
    assert GOOD["email"] in answer.text, "what was typed can be copied"


def test_the_token_of_somebody_else_is_no_good(app: Flask, database: Database) -> None:
    mallory, ana = Visitor(app), Visitor(app)
    ana.get("/request")
    assert ana.send_with(mallory.token("/request"), "/request", GOOD).status_code == 400
    assert requests_in(database) == 0


def test_a_stale_token_is_no_good(make_app: Callable[..., Flask], database: Database) -> None:
    visitor = Visitor(make_app(WTF_CSRF_TIME_LIMIT=-1))
    assert visitor.send("/request", GOOD).status_code == 400
    assert requests_in(database) == 0


def test_the_token_of_before_signing_in_is_no_good_afterwards(
    visitor: Visitor, stage: Stage, with_passwords: None
) -> None:
    before = visitor.token("/sign-in")
    visitor.send("/sign-in", {"email": BEN.address, "password": PASSWORD, "next": ""})
    assert visitor.send_with(before, "/sign-out").status_code == 400
    first_page = visitor.get("/account/security/two-factor/begin")
    assert first_page.status_code == 200, "signing out was forged, so nobody was signed out"


def test_signing_in_cannot_be_forged(visitor: Visitor, with_passwords: None) -> None:
    fields = {"email": BEN.address, "password": PASSWORD, "next": ""}
    assert visitor.send_with(None, "/sign-in", fields).status_code == 400
    assert visitor.get("/desk").status_code == 303


def test_a_password_is_not_shown_again(visitor: Visitor) -> None:
    answer = visitor.send_with(None, "/sign-in", {"email": BEN.address, "password": PASSWORD, "next": ""})
    assert PASSWORD not in answer.text


def test_a_visitors_cookie_that_was_made_up_is_no_cookie(visitor: Visitor) -> None:
    forged = str(URLSafeTimedSerializer("another key", salt="visitor-cookie").dumps({"_user_id": str(BEN.id)}))
    visitor.client.set_cookie("visitor", forged, domain="localhost")
    assert visitor.get("/desk").status_code == 303
