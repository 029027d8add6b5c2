"""The form: what fits is written down the same way for everybody, what does not is named and writes nothing."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from tests.adapters.db.stage import Stage
from tests.cast import ANA
from tests.parts import Database
from tests.web.visiting import Visitor

GOOD = {
    "email": ANA.address,
    "reason": "My phone went into the harbor.\nI still have my laptop.",
    "has_recovery_code": "no",
    "set_up_by_me": "yes",
}


@pytest.fixture
def rows(database: Database) -> Any:
    """Counts what is written."""

    def count(table: str) -> int:
        with database.connect() as connection:
            found = connection.execute(psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(table)))
            return int(found.fetchall()[0][0])

    return count


def test_a_request_is_written_down_with_its_matching_put_off(
    visitor: Visitor, stage: Stage, database: Database
) -> None:
    answer = visitor.send("/request", GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/requests/sent")
    with database.connect() as connection:
        kept = connection.execute(
            "select address, reason, has_recovery_code, set_up_by_me, channel, network_address, user_agent"
            " from requests"
        ).fetchall()
        due = connection.execute("select job from due").fetchall()
    assert [row[:6] for row in kept] == [(ANA.address, GOOD["reason"], False, True, "form", "127.0.0.1")]
    assert "Firefox" in kept[0][6]
    assert due == [("match_request",)]


def test_the_answer_is_the_same_whatever_the_account(visitor: Visitor, stage: Stage) -> None:
    token = visitor.token("/request")
    known, unknown = (
        visitor.send_with(token, "/request", {**GOOD, "email": address}) for address in (ANA.address, "x@y.example")
    )
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert dict(known.headers) == dict(unknown.headers)
    pages = [visitor.get("/requests/sent") for _ in range(2)]
    assert pages[0].text == pages[1].text
    assert ANA.address not in pages[0].text


def test_a_recovery_code_at_hand_sends_nothing(visitor: Visitor, rows: Any) -> None:
    answer = visitor.send("/request", {**GOOD, "has_recovery_code": "yes"})
    assert answer.status_code == 200
    assert "Use your recovery code" in answer.text
    assert rows("requests") == 0


def test_somebody_elses_two_factor_authentication_is_noted(visitor: Visitor, database: Database) -> None:
    visitor.send("/request", {**GOOD, "set_up_by_me": "no"})
    with database.connect() as connection:
        assert connection.execute("select set_up_by_me from requests").fetchall() == [(False,)]


LONG = "a" * 1_000_000
BAD: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "no address": ([("email", "")], "email", "Enter your email address"),
    "no address at all": ([("email", "nobody")], "email", "in the correct format"),
    "two addresses": ([("email", "a@b.example, c@d.example")], "email", "in the correct format"),
    "two lines in the address": ([("email", "a@b.example\r\nBcc: c@d.example")], "email", "Use one line"),
    "NUL in the address": ([("email", "a\0@b.example")], "email", "characters that nobody can see"),
    "a zero-width space in the address": ([("email", "a\u200b@b.example")], "email", "characters that nobody can see"),
    "text turned around": ([("reason", "\u202egnp.exe")], "reason", "characters that nobody can see"),
    "a control character": ([("reason", "bell \x07")], "reason", "characters that nobody can see"),
    "no reason": ([("reason", " \n ")], "reason", "Tell us what happened"),
    "a million letters": ([("reason", LONG)], "reason", "Use 4,000 characters at most"),
    "a million letters of an address": ([("email", LONG)], "email", "Use 254 characters at most"),
    "no answer about codes": ([("has_recovery_code", "")], "has_recovery_code", "Choose whether you still have"),
    "another answer": ([("set_up_by_me", "maybe")], "set_up_by_me", "Choose whether you set this up"),
    "an address twice": ([("email", "a@b.example"), ("email", "c@d.example")], "email", "Answer this once"),
    "an array for a text": ([("email", "a@b.example"), ("email[]", "c@d.example")], "email[]", "has no field"),
    "a field of somebody else's": ([("role", "admin")], "role", "has no field"),
}


def is_kept(field: str, value: str, page: str) -> bool:
    chosen = rf'name="{field}" value="{value}"( id="{field}")? checked'
    return bool(re.search(chosen, page)) if value in {"yes", "no"} else value in page


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_and_writes_nothing(visitor: Visitor, rows: Any, name: str) -> None:
    sent, field, told = BAD[name]
    changed = {key for key, _ in sent}
    answer = visitor.send("/request", [*((key, value) for key, value in GOOD.items() if key not in changed), *sent])
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert told in answer.text
    assert "<title>Error: " in answer.text
    for key, value in GOOD.items():
        if key not in changed:
            assert is_kept(key, value, answer.text), f"what was typed as {key} is gone"
    assert rows("requests") == rows("due") == 0


def test_fields_that_are_left_out_are_all_named(visitor: Visitor) -> None:
    answer = visitor.send("/request", {})
    for field in GOOD:
        assert f'<a href="#{field}">' in answer.text


def test_a_wrong_address_is_named_beside_what_is_missing(visitor: Visitor) -> None:
    answer = visitor.send("/request", {"email": "ana@example"})
    assert "Enter an email address in the correct format" in answer.text
    assert answer.text.count('class="err"') == 4


def test_an_unseen_character_is_gone_from_what_is_shown_again(visitor: Visitor) -> None:
    answer = visitor.send("/request", {**GOOD, "reason": "my\u200b \u202ephone\0"})
    assert "my phone</textarea>" in answer.text


def test_what_was_typed_is_shown_as_text(visitor: Visitor) -> None:
    evil = '"><script>alert(1)</script>{{7*7}}'
    answer = visitor.send("/request", {**GOOD, "email": evil, "reason": evil})
    assert "<script>alert" not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}") == 2


@pytest.mark.parametrize("body", ['{"email": "a@b.example"}', "[]", "<x/>"])
def test_something_else_than_a_form_is_not_read(visitor: Visitor, rows: Any, body: str) -> None:
    answer = visitor.open("/request", method="POST", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert rows("requests") == 0
