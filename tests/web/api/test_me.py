"""Only a token opens the API, only as far as its scopes and its owner go, and every refusal is said in one form."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from support_portal.domain.browsers import Browser
from support_portal.domain.principals import Factor, Step
from support_portal.domain.tokens import new_token
from support_portal.ports.tools import Tools
from support_portal.use_cases.tokens import make_on_server
from support_portal.web.parts import Parts
from tests.cast import ANA, BEN, OTTO
from tests.web.api.conftest import Call
from tests.web.visiting import ADDRESS


def test_me_is_the_owner_of_the_token_and_what_it_may(call: Call, token: str) -> None:
    me = call("/me", token).get_json()
    assert (me["kind"], me["name"], me["address"], me["role"]) == ("staff", BEN.name, BEN.address, "agent")
    assert me["scopes"] == ["read_account", "read_cases", "write_cases"]
    assert me["token"]["begins_with"] == token[:8]
    assert not me["token"]["should_renew"]


def test_me_of_an_owner_has_no_role(call: Call, tools: Tools) -> None:
    me = call("/me", make_on_server(ANA.address, "export", "never", tools=tools).value).get_json()
    assert (me["kind"], me["address"], me["role"], me["scopes"]) == ("account", ANA.address, None, ["read_account"])
    assert me["token"]["expires_at"] is None


def test_the_tokens_of_the_owner_are_listed_without_values_and_nobody_elses(
    call: Call, token: str, tools: Tools
) -> None:
    other = make_on_server(OTTO.address, "another", "1d", tools=tools)
    answer = call("/me/tokens", token)
    assert [one["description"] for one in answer.get_json()["items"]] == ["export"]
    assert answer.get_json()["next"] is None
    assert token not in answer.text
    assert other.value[:8] not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic {token}"},
        {"Authorization": "{token}"},
        {"X-Api-Key": "{token}"},
        {"Cookie": "token={token}; session={token}"},
    ],
)
def test_a_token_is_taken_from_one_place_alone(call: Call, token: str, said: dict[str, str]) -> None:
    headers = {name: value.format(token=token) for name, value in said.items()}
    answer = call(f"/me?access_token={token}", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="support-portal"')


def test_every_token_that_does_not_work_gets_the_same_answer(call: Call, token: str, engine: Engine) -> None:
    wrong = [token[:-1], token[:-1] + ("a" if token[-1] != "a" else "b"), new_token(), "x" * 5000, "é"]
    answers = [call("/me", one) for one in wrong]
    with engine.begin() as connection:
        connection.execute(text("update access_tokens set expires_at = now()"))
    answers.append(call("/me", token))
    told = {(answer.status_code, answer.text, answer.headers["WWW-Authenticate"]) for answer in answers}
    [(status, _, challenge)] = told
    assert (status, challenge) == (401, 'Bearer realm="support-portal", error="invalid_token"')


def test_a_session_opens_nothing_here(app: Flask, web_parts: Parts, tools: Tools) -> None:
    data = {"_user_id": str(BEN.principal)}
    secret, _ = web_parts.sessions.begin(BEN.principal, Step.SIGNED_IN, Factor.TOTP, data, Browser("", ""))
    client = app.test_client()
    client.set_cookie("session", secret, domain="localhost")
    assert client.get("/account/tokens", base_url=ADDRESS).status_code == 200
    answer = client.get("/api/v1/me", base_url=ADDRESS)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_missing_scope_is_named_and_told_to_the_owner(call: Call, token: str, engine: Engine, tools: Tools) -> None:
    with engine.begin() as connection:
        connection.execute(text("update access_tokens set scopes = '{read_cases}'"))
    answer = call("/me", token)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert 'error="insufficient_scope", scope="read_account"' in answer.headers["WWW-Authenticate"]
    (told, *_) = tools.screens.own.events(BEN.principal).events
    assert (told.action, told.details["reason"]) == ("token_refused", "out_of_scope")
    assert told.browser is not None
    assert told.browser.network_address == "127.0.0.1"


@pytest.mark.parametrize(
    "change",
    [
        "update staff set is_active = false",
        "update access_tokens set ended_at = now()",
        "update access_tokens set expires_at = now()",
    ],
)
def test_whoever_may_not_come_in_any_more_is_refused_at_once(
    call: Call, token: str, engine: Engine, change: str
) -> None:
    assert call("/me", token).status_code == 200
    with engine.begin() as connection:
        connection.execute(text(change))
    assert call("/me", token).status_code == 401


@pytest.mark.parametrize("status", ["locked", "suspended", "deleted"])
def test_the_owner_of_an_account_out_of_use_is_refused(call: Call, tools: Tools, engine: Engine, status: str) -> None:
    anas = make_on_server(ANA.address, "export", "never", tools=tools).value
    assert call("/me", anas).status_code == 200
    with engine.begin() as connection:
        connection.execute(text("update accounts set status = :status"), {"status": status})
    assert call("/me", anas).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/nothing", 404, None),
        ("POST", "/me", 405, "GET"),
        ("TRACE", "/me", 405, "GET"),
        ("DELETE", "/me/tokens", 405, "GET"),
        ("GET", "/device/codes", 405, "POST"),
        ("PUT", "/device/tokens", 405, "POST"),
    ],
)
def test_what_is_not_there_is_said_in_the_same_form(
    call: Call, token: str, method: str, path: str, status: int, allowed: str | None
) -> None:
    answer = call(path, token, method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status
    assert allowed is None or allowed in answer.headers["Allow"]
