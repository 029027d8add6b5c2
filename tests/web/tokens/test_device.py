"""The page where a sign-in at the command line is confirmed: the code is typed, never brought by a link."""

from __future__ import annotations

import re

import pytest

from support_portal.domain.tokens import Scope
from support_portal.ports.tools import Tools
from support_portal.use_cases import device
from support_portal.use_cases.device import Begun, Pending
from support_portal.use_cases.steps.tokens import Made
from support_portal.web.parts import Parts
from tests.cast import BEN
from tests.web.conftest import PASSWORD
from tests.web.tokens.conftest import ANAS, SignIn
from tests.web.visiting import Visitor

PAGE, ANSWER = "/account/device", "/account/device/answer"


@pytest.fixture
def tools(web_parts: Parts) -> Tools:
    return web_parts.tools


@pytest.fixture
def command(tools: Tools, ben: Visitor) -> Begun:
    """A command that waits."""
    return device.begin("support-portal on <laptop>", frozenset(Scope), "198.51.100.9", tools=tools)


def answer(visitor: Visitor, code: str, said: str, **fields: str) -> tuple[int, str]:
    done = visitor.send(ANSWER, {"code": code, "answer": said, **fields}, page=PAGE)
    return done.status_code, done.text


def test_the_page_says_who_asks_for_what_before_it_is_confirmed(ben: Visitor, command: Begun) -> None:
    page = ben.send(PAGE, {"code": command.user_code.lower()}).text
    assert "support-portal on &lt;laptop&gt;" in page
    assert "198.51.100.9" in page
    assert "Read who you are, read cases, write in cases (reply, assign)" in page
    assert "never decide a case, make a token or change your sign-in" in page


def test_a_confirmed_command_gets_its_token(ben: Visitor, command: Begun, tools: Tools) -> None:
    status, page = answer(ben, command.user_code, "confirmed")
    assert (status, "Confirmed" in page) == (200, True)
    made = device.collect(command.device_code, tools=tools)
    assert isinstance(made, Made)
    assert made.value not in page
    assert made.token.owner == BEN.principal
    assert "Made by signing in" in ben.get("/account/tokens").text


def test_a_refused_command_gets_nothing(ben: Visitor, command: Begun, tools: Tools) -> None:
    assert "Refused" in answer(ben, command.user_code, "refused")[1]
    assert device.collect(command.device_code, tools=tools) is Pending.REFUSED


@pytest.mark.parametrize("code", ["", "BBBB-BBBB", "x" * 5000, "1234-5678"])
def test_a_wrong_code_is_named_in_the_same_words(ben: Visitor, code: str) -> None:
    for done in (ben.send(PAGE, {"code": code}), ben.send(ANSWER, {"code": code, "answer": "confirmed"}, page=PAGE)):
        assert done.status_code == 422
        assert re.findall(r'<li><a href="#(\w+)">That code is not right', done.text) == ["code"]


def test_a_link_brings_no_code_and_a_reload_asks_for_it_again(ben: Visitor, command: Begun) -> None:
    page = ben.get(f"{PAGE}?code={command.user_code}&user_code={command.user_code}").text
    assert command.user_code not in page
    assert ben.get(ANSWER).headers["Location"] == PAGE


def test_confirming_asks_for_the_password_after_five_minutes(sign_in: SignIn, command: Begun, tools: Tools) -> None:
    old = sign_in(ANAS, minutes_ago=6)
    assert 'name="password"' in old.send(PAGE, {"code": command.user_code}).text
    for password in ("", "wrong"):
        status, page = answer(old, command.user_code, "confirmed", password=password)
        assert (status, re.findall(r'<li><a href="#(\w+)">', page)) == (422, ["password"])
        assert "Let this command act as you?" in page
    assert "Confirmed" in answer(old, command.user_code, "confirmed", password=PASSWORD)[1]
    made = device.collect(command.device_code, tools=tools)
    assert isinstance(made, Made)
    assert made.token.scopes == {Scope.READ_ACCOUNT}


def test_an_owner_who_may_nothing_of_it_can_not_confirm(ana: Visitor, tools: Tools) -> None:
    asked = device.begin("desk tool", frozenset({Scope.WRITE_CASES}), "198.51.100.9", tools=tools)
    status, page = answer(ana, asked.user_code, "confirmed")
    assert (status, "can’t be confirmed" in page) == (403, True)
