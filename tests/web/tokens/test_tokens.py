"""The page of access tokens: a value is shown once, in one answer; forms say which field is wrong."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from support_portal.domain.principals import Factor
from support_portal.ports.tools import Tools
from support_portal.use_cases.use_token import caller_with
from support_portal.web.parts import Parts
from tests.cast import BEN
from tests.web.conftest import PASSWORD
from tests.web.tokens.conftest import ANAS, SignIn
from tests.web.visiting import Visitor

PAGE = "/account/tokens"
A_TOKEN = {"description": "nightly export", "read_account": "yes", "expires": "1m"}
_VALUE = re.compile(r'<span class="any">(spp_\w+)</span><button')


@pytest.fixture
def tools(web_parts: Parts) -> Tools:
    return web_parts.tools


def form_id(visitor: Visitor) -> str:
    found = re.search(r'name="form" value="([^"]+)"', visitor.get(PAGE).text)
    assert found
    return found[1]


def send(visitor: Visitor, **fields: str) -> tuple[int, str]:
    answer = visitor.send(PAGE, {"form": form_id(visitor), **A_TOKEN, **fields})
    return answer.status_code, answer.text


def make(visitor: Visitor, **fields: str) -> str:
    """Make a token; its value."""
    status, page = send(visitor, **fields)
    assert status == 200, page
    [value] = _VALUE.findall(page)
    return str(value)


def place_of(visitor: Visitor, action: str = "") -> str:
    found = re.search(r'href="(/account/tokens/[0-9a-f-]{36})"', visitor.get(PAGE).text)
    assert found
    return found[1] + action


def wrong_fields(page: str) -> set[str]:
    return set(re.findall(r'<li><a href="#([\w-]+)">', page))


def test_who_has_no_token_reads_that_none_is_needed(ana: Visitor, ben: Visitor) -> None:
    for visitor in (ana, ben):
        page = visitor.get(PAGE).text
        assert "You have no tokens" in page
        assert 'href="/account/tokens" aria-current="page"' in page
    assert "Write in cases" in ben.get(PAGE).text
    assert "Write in cases" not in ana.get(PAGE).text


def test_a_value_is_shown_in_one_answer_that_nobody_keeps(ben: Visitor, tools: Tools, engine: Engine) -> None:
    answer = ben.send(PAGE, {"form": form_id(ben), **A_TOKEN})
    [value] = _VALUE.findall(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert value not in str(answer.headers)
    assert caller_with(value, tools=tools).token.owner == BEN.principal
    page = ben.get(PAGE).text
    assert value not in page
    assert f"{value[:8]}…" in page
    with engine.connect() as connection:
        assert value not in str(connection.execute(text("select s::text from sessions s")).all())


def test_a_form_that_is_sent_again_makes_no_second_token_and_shows_no_value(ben: Visitor) -> None:
    fields = {"form": form_id(ben), **A_TOKEN}
    assert ben.send(PAGE, fields).status_code == 200
    again = ben.send(PAGE, fields)
    assert again.status_code == 409
    assert "This token was made already" in again.text
    assert _VALUE.findall(again.text) == []
    assert "1 token" in ben.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"description": ""}, {"description"}),
        ({"description": "x" * 500}, {"description"}),
        ({"description": "two\nlines"}, {"description"}),
        ({"expires": "2020-01-01"}, {"expires"}),
        ({"expires": ""}, {"expires"}),
        ({"expires": "keep"}, {"expires"}),
        ({"read_account": "", "read_cases": "", "write_cases": ""}, {"read_account"}),
        ({"write_cases": "yes", "read_cases": "yes"}, {"write_cases", "read_cases"}),
        ({"read_cases": "on"}, {"read_cases"}),
        ({"form": "1"}, {"form"}),
        ({"scopes": "write_cases"}, {"scopes"}),
    ],
)
def test_what_does_not_do_is_named_by_its_field_and_makes_no_token(
    ana: Visitor, fields: dict[str, str], wrong: set[str]
) -> None:
    status, page = send(ana, **fields)
    assert (status, wrong_fields(page)) == (422, wrong)
    assert "You have no tokens" in ana.get(PAGE).text


@pytest.mark.parametrize("name", ["token", "value", "secret", "digest", "access_token", "kind", "owner", "id", "shown"])
def test_pat_4_a_form_that_brings_a_value_of_its_own_is_refused(ben: Visitor, name: str) -> None:
    status, page = send(ben, **{name: "spp_" + "0" * 49})
    assert (status, wrong_fields(page)) == (422, {name})
    make(ben)
    assert ben.send(place_of(ben), {**A_TOKEN, "expires": "keep", name: "spp_x"}).status_code == 422


def test_after_five_minutes_the_password_is_asked(sign_in: SignIn) -> None:
    old = sign_in(BEN.principal, minutes_ago=6)
    assert 'name="password"' in old.get(PAGE).text
    for password in ("", "wrong"):
        status, page = send(old, password=password)
        assert (status, wrong_fields(page)) == (422, {"password"})
    assert make(old, password=PASSWORD)
    assert 'name="password"' not in old.get(PAGE).text


def test_a_token_is_edited_and_its_value_stays(ben: Visitor, tools: Tools) -> None:
    value = make(ben)
    changed = {"description": "weekly export", "read_cases": "yes", "expires": "never"}
    assert ben.send(place_of(ben), changed).headers["Location"] == PAGE
    page = ben.get(PAGE).text
    assert "weekly export" in page
    assert "No end date" in page
    assert {*caller_with(value, tools=tools).scopes} == {"read_cases"}
    for fields, wrong in (({"description": "x" * 500}, "description"), ({"expires": "2020-01-01"}, "expires")):
        answer = ben.send(place_of(ben), {**changed, **fields})
        assert (answer.status_code, wrong_fields(answer.text)) == (422, {wrong})


def test_pat_2_an_expired_token_is_shown_as_such_and_can_not_be_edited(ben: Visitor, engine: Engine) -> None:
    make(ben)
    place = place_of(ben)
    token = ben.token(place)
    with engine.begin() as connection:
        connection.execute(text("update access_tokens set expires_at = now()"))
    answer = ben.send_with(token, place, {**A_TOKEN, "expires": "never"})
    assert answer.status_code == 409
    assert "can’t be brought back" in answer.text
    assert "1 token, 1 expired" in ben.get(PAGE).text
    assert "This token has ended" in ben.get(place).text


def test_a_token_is_removed_after_a_question(ben: Visitor, engine: Engine) -> None:
    make(ben)
    place = place_of(ben) + "/remove"
    assert "Remove this token?" in ben.get(place).text
    assert ben.send(place).headers["Location"] == PAGE
    page = ben.get(PAGE).text
    assert "The token is removed" in page
    assert "You have no tokens" in page
    assert ben.get(place).status_code == 404


def test_editing_and_removing_ask_for_the_password_after_five_minutes(ben: Visitor, sign_in: SignIn) -> None:
    make(ben)
    old = sign_in(BEN.principal, minutes_ago=6)
    for place, fields in ((place_of(ben), {**A_TOKEN, "expires": "keep"}), (place_of(ben, "/remove"), {})):
        answer = old.send(place, fields)
        assert (answer.status_code, wrong_fields(answer.text)) == (422, {"password"})
    assert old.send(place_of(ben, "/remove"), {"password": PASSWORD}).status_code == 303


def test_anybody_elses_token_is_not_there(ben: Visitor, ana: Visitor) -> None:
    make(ben)
    places = [place_of(ben), place_of(ben, "/remove"), f"{PAGE}/{uuid4()}", f"{PAGE}/1", f"{PAGE}/{uuid4()}/remove"]
    assert {ana.get(place).status_code for place in places} == {404}
    answer = ana.send(places[0], {**A_TOKEN, "expires": "keep"}, page=PAGE)
    assert answer.status_code == 404
    ana.send(places[1], page=PAGE)
    assert "nightly export" in ben.get(PAGE).text


def test_a_description_is_words_and_never_markup(ana: Visitor) -> None:
    make(ana, description="<script>alert(1)</script>")
    assert "<script>alert" not in ana.get(PAGE).text


def test_coming_through_a_git_account_is_no_fresh_proof_and_the_password_is_asked(sign_in: SignIn) -> None:
    visitor = sign_in(ANAS, factor=Factor.GIT)
    assert 'name="password"' in visitor.get(PAGE).text
    status, page = send(visitor)
    assert (status, wrong_fields(page)) == (422, {"password"})
    assert make(visitor, password=PASSWORD)


def test_events_of_a_token_are_told_in_words_and_a_refused_use_among_them(ana: Visitor) -> None:
    value = make(ana)
    assert ana.send(place_of(ana, "/remove"), {"password": ""}).status_code == 303
    headers = {"Authorization": f"Bearer {value}", "User-Agent": "curl/8.5.0"}
    assert ana.get("/api/v1/me", headers=headers).status_code == 401
    page = ana.get("/account/security").text
    refused = page.partition("Access token “nightly export” was used and refused: it had been removed")[2]
    assert "An unknown program, 127.0.0.1" in refused.partition("</tr>")[0]
    assert "Access token “nightly export” made" in page
    assert "Access token “nightly export” removed" in page
