"""A new colleague sets the password by a link that works once."""

from __future__ import annotations

import pytest

from support_portal.domain.correspondence import Purpose
from support_portal.domain.passwords import ABOUT_THE_PRODUCT, COMMON_ONE, CONTROL, LONGEST, REPEATS, SHORTEST
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import BEN
from tests.web.conftest import PASSWORD
from tests.web.linking import a_link
from tests.web.visiting import Visitor

FOXES = "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆"


@pytest.fixture
def path(web_parts: Parts, stage: Stage) -> str:
    """Ben's link."""
    return f"/staff/password/{a_link(web_parts.tools, Purpose.STAFF_PASSWORD, None)}"


def test_the_link_sets_the_password_once(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert BEN.address in page
    token = visitor.token(path)
    assert visitor.send_with(token, path, {"password": PASSWORD}).headers["Location"] == "/sign-in"
    assert visitor.send_with(token, path, {"password": "another password that is long"}).status_code == 410
    assert visitor.get(path).status_code == 410
    answer = visitor.send("/sign-in", {"email": BEN.address, "password": PASSWORD, "next": ""})
    assert answer.headers["Location"] == "/account/security/two-factor/begin"


@pytest.mark.parametrize("password", ["", "short", "x" * 5000, "a good one, but\0with NUL"])
def test_a_password_that_does_not_do_is_named_and_not_shown(visitor: Visitor, path: str, password: str) -> None:
    answer = visitor.send(path, {"password": password})
    assert answer.status_code == 422
    assert '<a href="#password">' in answer.text
    assert not password or password not in answer.text
    assert visitor.get(path).status_code == 200, "the link still works"


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "Enter a password"),
        ("short", "Use 15 characters or more. You used 5"),
        ("x" * 5000, "Use 128 characters at most. You used 5,000"),
        ("a good one, but\0with NUL", CONTROL),
        ("Bitrise Bitrise 2026", ABOUT_THE_PRODUCT),
        ("abababababababab", REPEATS),
        ("password123456789", COMMON_ONE),
    ],
)
def test_the_page_says_which_rule_it_is(visitor: Visitor, path: str, password: str, told: str) -> None:
    assert visitor.send(path, {"password": password}).text.count(told) == 2  # above, and at the field


def test_the_rules_stand_at_the_field(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert 'aria-describedby="password-h"' in page
    assert f"{SHORTEST} to {LONGEST} characters of any kind" in page


@pytest.mark.parametrize("password", ["\U0001f468\u200d\U0001f469\u200d\U0001f467 lives by the sea", FOXES])
def test_emoji_work_whole(visitor: Visitor, path: str, password: str) -> None:
    assert visitor.send(path, {"password": password}).status_code == 303
    cut = visitor.send("/sign-in", {"email": BEN.address, "password": password[1:], "next": ""})
    whole = visitor.send("/sign-in", {"email": BEN.address, "password": password, "next": ""})
    assert (cut.status_code, whole.status_code) == (422, 303)


def test_a_passphrase_keeps_its_spaces(visitor: Visitor, path: str) -> None:
    password = "  spaces count in a password  "
    visitor.send(path, {"password": password})
    wrong = visitor.send("/sign-in", {"email": BEN.address, "password": password.strip(), "next": ""})
    right = visitor.send("/sign-in", {"email": BEN.address, "password": password, "next": ""})
    assert (wrong.status_code, right.status_code) == (422, 303)
