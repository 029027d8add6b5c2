"""Signed-in sessions are rows: new at each sign-in, dead at each end, and never back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from support_portal.use_cases.set_policy import set_policy
from support_portal.web.parts import Parts
from support_portal.web.session import REFRESH_HEADER
from tests.adapters.db.stage import Stage
from tests.cast import BEN, OTTO
from tests.parts import Database
from tests.phones import Phone
from tests.web.conftest import PASSWORD
from tests.web.visiting import ADDRESS, Visitor

pytestmark = pytest.mark.usefixtures("stage", "with_passwords")


class WithPhone(Visitor):
    """A browser of somebody who can get past the second step."""

    def __init__(self, app: Flask, phone: Phone, address: str = ADDRESS) -> None:
        super().__init__(app, address)
        self.phone = phone


@pytest.fixture
def visitor(app: Flask, phones: dict[str, Phone]) -> WithPhone:
    """Ben's, before he signs in."""
    return WithPhone(app, phones[BEN.address])


def sign_in(visitor: WithPhone, place: str = "", address: str = BEN.address) -> str:
    """Password and recovery code; where it leads."""
    return second_step(visitor, place, address).headers["Location"]


def second_step(visitor: WithPhone, place: str = "", address: str = BEN.address) -> TestResponse:
    answer = visitor.send("/sign-in", {"email": address, "password": PASSWORD, "next": place})
    assert answer.headers.get("Location") == "/sign-in/two-factor", answer.text
    return visitor.send("/sign-in/two-factor", {"code": visitor.phone.recovery_code()})


def secret(visitor: WithPhone) -> str:
    cookie = visitor.client.get_cookie("session", domain="localhost")
    assert cookie, "nobody is signed in"
    return str(cookie.value)


def change(database: Database, statement: str) -> None:
    with database.connect() as connection:
        assert connection.execute(statement.encode()).rowcount == 1


def test_looking_at_pages_makes_no_session(visitor: WithPhone, database: Database) -> None:
    for path in ("/", "/request", "/requests/sent", "/sign-in", "/desk"):
        visitor.get(path)
    with database.connect() as connection:
        assert connection.execute("select count(*) from sessions").fetchall() == [(0,)]


def test_a_page_without_a_form_sets_no_cookie(visitor: WithPhone) -> None:
    assert "Set-Cookie" not in visitor.get("/").headers
    assert "Set-Cookie" not in visitor.get("/static/portal.css").headers


def test_signing_in_leads_to_the_desk(visitor: WithPhone) -> None:
    assert sign_in(visitor) == "/desk"
    assert visitor.get("/desk").status_code == 200
    assert visitor.get("/sign-in").headers["Location"] == "/desk"


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(visitor: WithPhone) -> None:
    cookies = second_step(visitor).headers.getlist("Set-Cookie")
    staff = next(cookie for cookie in cookies if cookie.startswith("session="))
    assert "HttpOnly" in staff
    assert "SameSite=Lax" in staff
    assert secret(visitor) not in visitor.get("/desk").text


def test_only_a_hash_of_the_secret_is_kept(visitor: WithPhone, database: Database) -> None:
    sign_in(visitor)
    with database.connect() as connection:
        rows = connection.execute("select sessions::text from sessions").fetchall()
    assert secret(visitor) not in str(rows)


def test_each_sign_in_has_another_secret_and_ends_the_one_before(visitor: WithPhone, app: Flask) -> None:
    sign_in(visitor)
    first = secret(visitor)
    visitor.send("/sign-out", page="/desk")
    sign_in(visitor)
    assert secret(visitor) != first
    thief = Visitor(app)
    thief.client.set_cookie("session", first, domain="localhost")
    assert thief.get("/desk").status_code == 303


def test_a_secret_set_by_somebody_else_is_never_taken_over(visitor: WithPhone) -> None:
    visitor.client.set_cookie("session", "chosen-by-mallory", domain="localhost")
    sign_in(visitor)
    assert secret(visitor) != "chosen-by-mallory"


def test_signing_out_ends_the_session_on_the_server(visitor: WithPhone, app: Flask) -> None:
    sign_in(visitor)
    copy = secret(visitor)
    assert visitor.send("/sign-out", page="/desk").headers["Location"] == "/sign-in"
    assert visitor.client.get_cookie("session", domain="localhost") is None
    thief = Visitor(app)
    thief.client.set_cookie("session", copy, domain="localhost")
    assert thief.get("/desk").status_code == 303


def test_a_slow_request_does_not_bring_an_ended_session_back(visitor: WithPhone, web_parts: Parts) -> None:
    sign_in(visitor)
    key = secret(visitor)
    row = web_parts.sessions.find(key, is_activity=True)
    assert row is not None
    visitor.send("/sign-out", page="/desk")
    web_parts.sessions.keep(row.id, {"saved": "late"})
    assert web_parts.sessions.find(key, is_activity=True) is None


def test_half_an_hour_without_a_request_ends_it(visitor: WithPhone, database: Database) -> None:
    sign_in(visitor)
    change(database, "update sessions set seen_at = now() - interval '29 minutes' where ended_at is null")
    assert visitor.get("/desk").status_code == 200
    change(database, "update sessions set seen_at = now() - interval '31 minutes' where ended_at is null")
    assert visitor.get("/desk").status_code == 303


def test_a_page_that_looks_for_news_keeps_no_session_alive(visitor: WithPhone, database: Database) -> None:
    sign_in(visitor)
    change(database, "update sessions set seen_at = now() - interval '29 minutes' where ended_at is null")
    assert visitor.get("/desk", headers={REFRESH_HEADER: "1"}).status_code == 200
    with database.connect() as connection:
        idle = connection.execute(
            "select now() - seen_at > interval '29 minutes' from sessions where ended_at is null"
        ).fetchall()
    assert idle == [(True,)]


def test_twelve_hours_end_it_however_busy(visitor: WithPhone, database: Database) -> None:
    sign_in(visitor)
    long_ago = "signed_in_at = now() - interval '12 hours 1 minute', seen_at = now()"
    change(database, f"update sessions set {long_ago} where ended_at is null")
    assert visitor.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("figure", "aged"),
    [("staff_session_idle=10m", "seen_at"), ("staff_session_over=10m", "signed_in_at")],
)
def test_a_shorter_time_set_by_policy_holds_for_sessions_that_have_begun(
    visitor: WithPhone, web_parts: Parts, database: Database, figure: str, aged: str
) -> None:
    sign_in(visitor)
    change(database, f"update sessions set {aged} = now() - interval '11 minutes' where ended_at is null")
    assert visitor.get("/desk", headers={REFRESH_HEADER: "1"}).status_code == 200
    name, _, value = figure.partition("=")
    set_policy({name: value}, "Lea", tools=web_parts.tools)
    assert visitor.get("/desk", headers={REFRESH_HEADER: "1"}).status_code == 303


def test_who_works_here_no_more_is_out_with_the_next_request(visitor: WithPhone, database: Database) -> None:
    sign_in(visitor)
    change(database, f"update staff set is_active = false where id = '{BEN.id}'")
    assert visitor.get("/desk").status_code == 303


def test_a_new_password_ends_every_session(visitor: WithPhone, stage: Stage) -> None:
    sign_in(visitor)
    with stage.uow.begin() as work:
        work.logins.set_password(BEN.principal, "another", work.now)
        work.logins.end_sessions(BEN.principal, work.now)
    assert visitor.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/desk?view=mine", "/desk?view=mine"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("https:evil.example", "/desk"),
        ("/sign-in", "/desk"),
        ("/nothing", "/desk"),
        ("desk", "/desk"),
    ],
)
def test_signing_in_leads_to_no_other_host(visitor: WithPhone, wanted: str, place: str) -> None:
    assert sign_in(visitor, wanted) == place


def test_a_wrong_password_and_an_unknown_address_read_the_same(visitor: WithPhone) -> None:
    texts = []
    for address in (BEN.address, "nobody@support.example"):
        answer = visitor.send("/sign-in", {"email": address, "password": "not the password", "next": ""})
        assert answer.status_code == 422
        assert "not the password" not in answer.text
        texts.append(answer.text.replace(address, "").split("<main")[1].split("csrf_token")[0])
    assert texts[0] == texts[1]
    assert "don’t fit" in texts[0]


def test_an_auditor_may_look_but_a_page_for_deciders_says_no(app: Flask, phones: dict[str, Phone]) -> None:
    visitor = WithPhone(app, phones[OTTO.address])
    sign_in(visitor, address=OTTO.address)
    assert visitor.get("/desk").status_code == 200


def test_on_https_the_cookies_are_bound_to_the_host(
    make_app: Callable[..., Flask], web_parts: Parts, phones: dict[str, Phone]
) -> None:
    product = replace(web_parts.tools.product, address="https://portal.example")
    app = make_app(replace(web_parts, tools=replace(web_parts.tools, product=product)))
    visitor = WithPhone(app, phones[BEN.address], "https://portal.example")
    answer = second_step(visitor)
    staff = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-session="))
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in staff
    assert visitor.get("/desk").status_code == 200
