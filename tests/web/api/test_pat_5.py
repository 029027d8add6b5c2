"""A token opens what it is for and nothing else: every address of the portal is tried with one."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.routing import Rule, UUIDConverter

from tests.cast import ANA
from tests.web.visiting import ADDRESS, Visitor

TAKE_A_TOKEN = {("GET", "/api/v1/me"), ("GET", "/api/v1/me/tokens"), ("POST", "/api/v1/device/renewals")}
NAMED = {
    "making a token": "/account/tokens",
    "confirming a command": "/account/device/answer",
    "disabling 2FA": "/account/security/turn-off",
    "setting up 2FA": "/account/security/two-factor/begin",
    "approve": "/desk/cases/SP-2417/approve",
    "approve as second": "/desk/cases/SP-2417/approve-second",
    "deny": "/desk/cases/SP-2417/deny",
    "reject": "/desk/cases/SP-2417/reject",
    "unlock": "/desk/cases/SP-2417/unlock-account",
    "lift a block": "/desk/cases/SP-2417/lift-block",
}


def path_of(rule: Rule) -> str:
    words: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        is_id = isinstance(converter, UUIDConverter)
        words[name] = UUID(int=1) if is_id else min(getattr(converter, "items", {"approve"}))
    built = rule.build(words)
    assert built is not None
    return built[1]


def test_pat_5_no_page_and_no_other_endpoint_takes_a_token_for_anything(app: Flask, token: str) -> None:
    taken = set()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answers = []
            for headers in ({}, {"Authorization": f"Bearer {token}"}):
                client = app.test_client()
                answer = client.open(path_of(rule), method=method, base_url=ADDRESS, headers=headers)
                answers.append((answer.status_code, answer.headers.get("Location")))
            if answers[0] != answers[1]:
                taken.add((method, rule.rule))
    assert taken == TAKE_A_TOKEN


@pytest.mark.parametrize("what", NAMED)
def test_pat_5_a_token_does_not_do_it(app: Flask, visitor: Visitor, token: str, engine: Engine, what: str) -> None:
    said = {"Authorization": f"Bearer {token}"}
    answer = visitor.send(NAMED[what], page="/sign-in", headers=said)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    with engine.connect() as connection:
        standing = text("select ended_at from enrolments where account_id = :id")
        assert connection.execute(standing, {"id": ANA.id}).scalars().all() == [None]
        assert connection.execute(text("select count(*) from access_tokens")).scalar_one() == 1
