"""What goes wrong when people sign in can be had on demand, so that an application is tested against it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.demo import signing_in
from tests.demo.applying import AUTHORIZE, EXCHANGE, TEMPLATE, Application, told
from tests.stand_ins import StandIn

STATUSES = {"error": 500, "unauthorized": 401, "throttled": 429, "not_found": 404, "redirect": 302}
BROKEN: dict[str, dict[str, Any]] = {
    "html": {},
    "empty": {},
    "truncated": {},
    "text": {"body": "[1]"},
    "missing": {"field": "access_token"},
    "mistyped": {"field": "access_token", "value": 7},
}


@pytest.fixture(params=list(AUTHORIZE))
def application(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> Application:
    provider = providers[request.param]
    provider.register_callback(TEMPLATE)
    provider.account("ana")
    return Application(provider)


def token_of(answer: requests.Response) -> object:
    """The token in an answer, None where it is no JSON object that has one."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return None
    return body.get("access_token") if isinstance(body, dict) else None


@pytest.mark.parametrize("kind", STATUSES)
def test_each_part_fails_by_itself_and_is_mended(application: Application, kind: str) -> None:
    provider, code, token = application.provider, application.a_code(), application.a_token()

    def statuses() -> tuple[int, int, int]:
        page = requests.get(application.address(), allow_redirects=False, timeout=10)
        exchanged = requests.post(
            provider.url + EXCHANGE[provider.key], allow_redirects=False, headers={"Accept": "x"}, timeout=10
        )
        return page.status_code, exchanged.status_code, application.ask(token).status_code

    normal = statuses()
    for at, part in enumerate(("authorize", "token", "user")):
        provider.fail(kind, part=part)
        assert statuses() == (*normal[:at], STATUSES[kind], *normal[at + 1 :])
        provider.fail("normal", part=part)
    assert statuses() == normal
    assert token_of(application.exchange(code))


@pytest.mark.parametrize("part", ["authorize", "token", "user"])
@pytest.mark.parametrize("kind", ["dropped", "hang"])
def test_each_part_can_drop_the_connection_and_not_answer(application: Application, part: str, kind: str) -> None:
    application.provider.fail(kind, part=part, seconds=0.01)
    ways = {"authorize": lambda: requests.get(application.address(), timeout=10)}
    ways.update(token=lambda: application.exchange("any"), user=lambda: application.ask("any"))

    with pytest.raises(requests.ConnectionError):
        ways[part]()


@pytest.mark.parametrize("kind", BROKEN)
def test_a_token_can_come_in_a_broken_answer(application: Application, kind: str) -> None:
    application.provider.fail(kind, part="token", count=1, **BROKEN[kind])
    broken = application.exchange(application.a_code())

    assert broken.status_code == 200
    assert not isinstance(token_of(broken), str)
    assert token_of(application.exchange(application.a_code()))


def test_the_state_can_come_back_as_another(application: Application) -> None:
    application.provider.fail("wrong_state", part="authorize", count=1)
    made_up = told(signing_in.agree(application.address(), "ana"))
    application.provider.fail("wrong_state", part="authorize", count=1, value="of-another-session")
    chosen = told(signing_in.agree(application.address(), "ana"))

    assert made_up["state"] not in ("", "of this & that")
    assert chosen["state"] == "of-another-session"
    assert application.exchange(chosen["code"]).ok
    assert told(signing_in.agree(application.address(), "ana"))["state"] == "of this & that"


def test_the_browser_can_be_led_back_with_an_error(application: Application) -> None:
    application.provider.fail("oauth_error", part="authorize", body="temporarily_unavailable", count=1)
    back = told(signing_in.agree(application.address(), "ana"))

    assert (back["error"], back["state"], "code" in back) == ("temporarily_unavailable", "of this & that", False)


def test_an_error_can_come_in_a_200_in_place_of_a_token(application: Application) -> None:
    application.provider.fail("oauth_error", part="token", count=1)
    answer = application.exchange(application.a_code())

    assert (answer.status_code, token_of(answer)) == (200, None)
    assert answer.json()["error"] in ("bad_verification_code", "invalid_grant")


def test_the_account_can_come_without_an_id(application: Application) -> None:
    application.provider.fail("empty_id", part="user")
    body = application.ask(application.a_token()).json()
    application.provider.fail("empty_id", part="user", value=0)
    as_chosen = application.ask(application.a_token()).json()

    for name in ("uuid", "account_id") if application.provider.key == "bitbucket" else ("id",):
        assert (body[name], as_chosen[name]) == ("", 0)


def test_the_account_can_come_with_an_address_of_somebody(application: Application) -> None:
    application.provider.fail("verified_email", part="user", value="somebody@example.org")
    body = application.ask(application.a_token()).json()

    assert body["email"] == "somebody@example.org"
    assert body.get("id") or body["uuid"]


def test_bitbuckets_list_of_workspaces_fails_with_the_part_that_tells_who_signed_in(bitbucket: StandIn) -> None:
    bitbucket.account("ana")
    bitbucket.fail("mistyped", part="user", path="/workspaces", field="administrator", value="yes")
    as_ana = {"Authorization": "Bearer token-of-ana"}

    assert bitbucket.get("/2.0/user/workspaces", headers=as_ana).json()["values"][0]["administrator"] == "yes"
    assert "administrator" not in bitbucket.get("/2.0/user", headers=as_ana).json()


def test_what_fails_the_whole_api_fails_the_answer_about_who_signed_in_too(application: Application) -> None:
    token = application.a_token()
    application.provider.fail("error", status=503)

    assert application.ask(token).status_code == 503
    assert application.exchange(application.a_code()).ok


def test_a_reset_ends_every_fault_every_code_and_every_token(application: Application) -> None:
    ana = application.provider.get("/_control/state").json()["accounts"][0]
    token, code = application.a_token(), application.a_code()
    for part in ("authorize", "token", "user"):
        application.provider.fail("error", part=part)
    application.provider.reset()
    application.provider.account("ana", id=ana["id"])

    assert application.ask(token).status_code == 401
    assert token_of(application.exchange(code)) is None
    assert application.ask(application.a_token()).ok


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("wrong_state", "token"),
        ("oauth_error", "user"),
        ("empty_id", "api"),
        ("verified_email", "token"),
        ("error", "x"),
    ],
)
def test_a_fault_that_its_part_cannot_have_is_refused(github: StandIn, kind: str, part: str) -> None:
    answer = github.session.post(f"{github.url}/_control/fault", json={"kind": kind, "part": part}, timeout=10)

    assert (answer.status_code, json.loads(answer.text)["error"] != "") == (400, True)
