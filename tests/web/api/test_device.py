"""The endpoints of a command that signs in answer as RFC 8628 says, and read what is sent strictly."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from support_portal.domain.device import Answer
from support_portal.ports.tools import Tools
from support_portal.use_cases import device
from tests.cast import BEN
from tests.web.api.conftest import Call

CODES, TOKENS, RENEWALS = "/device/codes", "/device/tokens", "/device/renewals"
ASKED = {"client": "support-portal on laptop", "scopes": ["read_account", "read_cases"]}


def test_a_command_signs_in_and_renews_its_token(call: Call, tools: Tools, engine: Engine) -> None:
    begun = call(CODES, method="POST", json=ASKED).get_json()
    assert begun["verification_uri"] == "http://localhost:8000/account/device"
    assert (begun["expires_in"], begun["interval"]) == (600, 5)
    asked = {"device_code": begun["device_code"]}
    waiting = call(TOKENS, method="POST", json=asked)
    assert (waiting.status_code, waiting.get_json()["error"]) == (400, "authorization_pending")
    assert call(TOKENS, method="POST", json=asked).get_json()["error"] == "slow_down"
    with tools.uow.begin() as work:
        now = work.now
    device.answer(BEN.principal, begun["user_code"], Answer.CONFIRMED, now, "192.0.2.1", tools=tools)
    with engine.begin() as connection:
        connection.execute(text("update device_codes set asked_at = now() - interval '5 s'"))
    got = call(TOKENS, method="POST", json=asked).get_json()
    assert (got["token_type"], got["scope"]) == ("Bearer", "read_account read_cases")
    assert call("/me", got["access_token"]).status_code == 200
    renewed = call(RENEWALS, got["access_token"], "POST").get_json()
    assert call("/me", got["access_token"]).status_code == 401
    assert call("/me", renewed["access_token"]).get_json()["token"]["kind"] == "auto"


def test_a_token_of_ones_own_making_renews_nothing(call: Call, token: str) -> None:
    assert call(RENEWALS, token, "POST").status_code == 403
    assert call("/me", token).status_code == 200


@pytest.mark.parametrize(
    ("sent", "member"),
    [
        ({}, "client"),
        ({**ASKED, "client": ""}, "client"),
        ({**ASKED, "client": "x" * 61}, "client"),
        ({**ASKED, "client": "two\nlines"}, "client"),
        ({**ASKED, "client": 7}, "client"),
        ({**ASKED, "client": None}, "client"),
        ({**ASKED, "scopes": "read_account"}, "scopes"),
        ({**ASKED, "scopes": []}, "scopes"),
        ({**ASKED, "scopes": ["decide"]}, "scopes.0"),
        ({**ASKED, "token": "spp_" + "0" * 49}, "token"),
        ([], "body"),
    ],
)
def test_pat_4_what_does_not_fit_is_named_and_a_value_of_ones_own_refused(
    call: Call, sent: object, member: str
) -> None:
    answer = call(CODES, method="POST", json=sent)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert member in answer.get_json()["fields"]


@pytest.mark.parametrize(
    "text_sent",
    ["", "{", '{"device_code": "a", "device_code": "b"}', "[" * 100_000, "\ud800", '{"device_code": NaN}'],
)
def test_what_is_no_json_is_refused(call: Call, text_sent: str) -> None:
    data = text_sent.encode("utf-8", "surrogatepass")
    answer = call(TOKENS, method="POST", data=data, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.mimetype == "application/problem+json"


def test_a_form_is_no_json(call: Call) -> None:
    assert call(TOKENS, method="POST", data={"device_code": "x"}).status_code == 415
    assert call(TOKENS, method="POST", json={"device_code": "x"}).get_json()["error"] == "invalid_grant"


def test_one_network_is_told_when_it_may_begin_again(call: Call) -> None:
    answers = [call(CODES, method="POST", json=ASKED) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].headers["Retry-After"]
