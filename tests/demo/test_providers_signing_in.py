"""At the stand-ins people sign in for an application, which is given a token for a code that works once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from demo.providers.applications import CLIENTS
from demo.providers.grants import BadGrant, Grant, Grants, challenge_of
from tests.demo import signing_in
from tests.demo.applying import AUTHORIZE, EXCHANGE, TEMPLATE, VERIFIER, Application, refusal, told
from tests.stand_ins import StandIn

BAD_CODE = {
    "github": (200, "bad_verification_code"),
    "gitlab": (400, "invalid_grant"),
    "bitbucket": (400, "invalid_grant"),
}
BAD_REDIRECT = {**BAD_CODE, "github": (200, "redirect_uri_mismatch")}
BAD_CLIENT = {
    "github": (200, "incorrect_client_credentials"),
    "gitlab": (401, "invalid_client"),
    "bitbucket": (400, "unauthorized_client"),
}
MISTAKES: dict[str, tuple[dict[str, str | None], str]] = {
    "no challenge": ({"code_challenge": None}, "invalid_request"),
    "a challenge that is no hash": ({"code_challenge": "short"}, "invalid_request"),
    "a plain challenge": ({"code_challenge_method": "plain"}, "invalid_request"),
    "more than the least scope": ({"scope": "api repo"}, "invalid_scope"),
}


@pytest.fixture(params=list(AUTHORIZE))
def application(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> Application:
    provider = providers[request.param]
    provider.register_callback(TEMPLATE)
    provider.account("ana")
    provider.account("ben")
    provider.account("a-group", kind="organization")
    return Application(provider)


def test_a_person_signs_in_and_the_application_learns_which_account_it_was(application: Application) -> None:
    ben = application.provider.account("ben-too")
    back = told(signing_in.agree(application.address(), "ben-too"))
    answer = application.exchange(back["code"])
    body = application.ask(answer.json()["access_token"]).json()

    assert back["state"] == "of this & that"
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json()["token_type"].lower() == "bearer"
    assert (body.get("uuid") or body["id"]) in (ben["uuid"], ben["id"])


def test_the_page_offers_people_alone_and_labels_each_of_them(application: Application) -> None:
    page = requests.get(application.address(), timeout=10).text

    assert set(signing_in.offered(application.address())) == {"ana", "ben"}
    assert len(set(re.findall(r"<label for=\"([^\"]+)\"", page))) == len(re.findall("<input ", page)) == 2
    assert application.redirect_uri in page


def test_no_state_is_made_up(application: Application) -> None:
    assert set(told(signing_in.agree(application.address(state=None), "ana"))) == {"code"}


def test_who_refuses_is_led_back_without_a_code(application: Application) -> None:
    back = told(signing_in.refuse(application.address()))

    assert (back["error"], back["state"], "code" in back) == ("access_denied", "of this & that", False)


def test_a_code_works_once(application: Application) -> None:
    code = application.a_code()
    application.exchange(code)

    assert refusal(application.exchange(code)) == BAD_CODE[application.provider.key]


def test_of_many_that_send_a_code_at_once_one_is_given_a_token(application: Application) -> None:
    code = application.a_code()
    with ThreadPoolExecutor(8) as pool:
        bodies = [answer.json() for answer in pool.map(application.exchange, [code] * 8)]

    assert sum("access_token" in body for body in bodies) == 1


def test_a_code_wants_its_verifier(application: Application) -> None:
    assert (
        refusal(application.exchange(application.a_code(), code_verifier=VERIFIER[:-1] + "1"))
        == BAD_CODE[application.provider.key]
    )
    assert refusal(application.exchange(application.a_code(), code_verifier="")) == BAD_CODE[application.provider.key]


def test_a_code_wants_its_redirect_address(application: Application) -> None:
    answer = application.exchange(application.a_code(), redirect_uri=application.redirect_uri + "&more=1")

    assert refusal(answer) == BAD_REDIRECT[application.provider.key]


def test_a_stranger_is_given_no_token_and_does_not_use_up_the_code(application: Application) -> None:
    code, known = application.a_code(), CLIENTS[application.provider.key]

    for stranger in [("somebody", known.secret), (known.id, "a-guess")]:
        assert refusal(application.exchange(code, client=stranger)) == BAD_CLIENT[application.provider.key]
    assert application.exchange(code).json()["access_token"]


def test_a_code_of_one_provider_is_worth_nothing_at_another(providers: dict[str, StandIn]) -> None:
    applications = {key: Application(one) for key, one in providers.items()}
    for one in providers.values():
        one.register_callback(TEMPLATE)
        one.account("ana")

    assert refusal(applications["gitlab"].exchange(applications["github"].a_code())) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "somebody"}, {"redirect_uri": "http://localhost:1/elsewhere"}, {"redirect_uri": None}],
    ids=["another application", "an address not registered", "no address"],
)
def test_nobody_is_led_to_an_address_that_is_not_registered(
    application: Application, changed: dict[str, str | None]
) -> None:
    for ask in (requests.get, requests.post):
        answer = ask(application.address(**changed), allow_redirects=False, timeout=10)

        assert (answer.status_code, "Location" in answer.headers) == (400, False)
        assert "registered" in answer.text


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_request_with_a_mistake_leads_back_at_once_and_says_so(application: Application, mistake: str) -> None:
    changed, error = MISTAKES[mistake]
    answer = requests.get(application.address(**changed), allow_redirects=False, timeout=10)

    assert told(answer.headers["Location"])["error"] == error


def test_only_codes_are_given_for_a_choice_on_the_page(application: Application) -> None:
    group = next(
        one["id"] for one in application.provider.get("/_control/state").json()["accounts"] if one["login"] == "a-group"
    )
    for choice in [{"decision": "allow"}, {"decision": "allow", "account": str(group)}, {"account": "1"}]:
        answer = requests.post(application.address(), data=choice, allow_redirects=False, timeout=10)
        assert answer.status_code == 400


def test_another_site_cannot_allow_in_a_persons_place(application: Application) -> None:
    account = signing_in.offered(application.address())["ana"]
    answer = requests.post(
        application.address(),
        data={"account": account, "decision": "allow"},
        headers={"Origin": "http://localhost:1"},
        allow_redirects=False,
        timeout=10,
    )

    assert answer.status_code == 403


def test_a_token_names_its_account_until_it_is_gone_and_shows_nothing_private(application: Application) -> None:
    provider, token = application.provider, application.a_token()
    provider.repository("ana", "hidden", private=True)
    ana = next(one for one in provider.get("/_control/state").json()["accounts"] if one["login"] == "ana")
    hidden = {"github": "/api/v3/repos/ana/hidden", "gitlab": "/api/v4/projects/ana%2Fhidden"}

    assert application.ask(token, hidden.get(provider.key, "/2.0/repositories/ana/hidden")).status_code == 404
    provider.rename_account(ana["id"], "ana-b")
    assert application.ask(token).status_code == 200
    provider.remove_account(ana["id"])
    assert application.ask(token).status_code == 401
    assert application.ask("a-guess").status_code == application.ask("").status_code == 401


def test_the_log_holds_neither_code_nor_token_nor_secret(application: Application) -> None:
    code = application.a_code()
    token = application.exchange(code).json()["access_token"]
    application.ask(token)
    log = str(application.provider.log())

    assert not [one for one in (code, token, CLIENTS[application.provider.key].secret, VERIFIER) if one in log]


def test_github_answers_with_a_form_where_no_json_is_asked_for(providers: dict[str, StandIn]) -> None:
    github, client = providers["github"], CLIENTS["github"]
    fields = {"client_id": client.id, "client_secret": client.secret, "code": "a-guess"}
    answer = github.session.post(github.url + EXCHANGE["github"], data=fields, timeout=10)

    assert answer.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(answer.text)["error"] == ["bad_verification_code"]


def test_github_and_gitlab_take_id_and_secret_as_fields_and_bitbucket_does_not(application: Application) -> None:
    client = CLIENTS[application.provider.key]
    fields = {
        "client_id": client.id,
        "client_secret": client.secret,
        "grant_type": "authorization_code",
        "code": application.a_code(),
        "redirect_uri": application.redirect_uri,
        "code_verifier": VERIFIER,
    }
    answer = application.provider.session.post(
        application.provider.url + EXCHANGE[application.provider.key], data=fields, timeout=10
    )

    assert ("access_token" in answer.text) is (application.provider.key != "bitbucket")


@pytest.mark.parametrize("key", ["gitlab", "bitbucket"])
def test_gitlab_and_bitbucket_want_the_types_named(providers: dict[str, StandIn], key: str) -> None:
    application = Application(providers[key])
    providers[key].register_callback(TEMPLATE)
    asked = requests.get(application.address(response_type="token"), allow_redirects=False, timeout=10)

    assert told(asked.headers["Location"])["error"] == "unsupported_response_type"
    assert refusal(application.exchange("any", grant_type="password")) == (400, "unsupported_grant_type")


def test_each_provider_names_the_least_scope(application: Application) -> None:
    least = {"github": "", "gitlab": "read_user", "bitbucket": "account"}[application.provider.key]
    body = application.exchange(application.a_code()).json()

    assert body.get("scope", body.get("scopes")) == least


def test_a_code_ends_after_a_minute_and_is_for_its_application_alone() -> None:
    moment = [datetime(2026, 1, 1, tzinfo=UTC)]
    grants = Grants(lambda: moment[0])
    grant = Grant(1, "ours", "http://back", challenge_of(VERIFIER), "")

    def redeem(client: str, after: int) -> Any:
        code = grants.code_for(grant)
        moment[0] += timedelta(seconds=after)
        return grants.redeem(code, client, "http://back", VERIFIER)

    assert redeem("ours", 59) == grant
    for client, after in [("ours", 60), ("theirs", 0)]:
        with pytest.raises(BadGrant, match="code"):
            redeem(client, after)
