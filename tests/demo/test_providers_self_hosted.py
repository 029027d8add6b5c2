"""The stand-ins for what companies host themselves answer as those servers do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.authority import make_certificate
from tests.stand_ins import StandIn, stand_in_providers

KEYS = ("github_enterprise", "gitlab_self_managed", "data_center")


@pytest.fixture(scope="module")
def hosted() -> Iterator[dict[str, StandIn]]:
    with stand_in_providers(keys=KEYS) as running:
        yield running


@pytest.fixture
def enterprise(hosted: dict[str, StandIn]) -> StandIn:
    hosted["github_enterprise"].reset()
    return hosted["github_enterprise"]


@pytest.fixture
def below_a_path(hosted: dict[str, StandIn]) -> StandIn:
    hosted["gitlab_self_managed"].reset()
    return hosted["gitlab_self_managed"]


@pytest.fixture
def data_center(hosted: dict[str, StandIn]) -> StandIn:
    hosted["data_center"].reset()
    return hosted["data_center"]


def with_token(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_an_enterprise_server_tells_no_limits_and_knows_no_version(enterprise: StandIn) -> None:
    enterprise.account("ana")
    enterprise.repository("ana", "notes")
    path = "/api/v3/repos/ana/notes"

    answer = enterprise.get(path)

    assert answer.json()["owner"]["login"] == "ana"
    assert "has_discussions" not in answer.json()
    assert "X-GitHub-Enterprise-Version" in answer.headers
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]
    assert enterprise.get("/api/v3/rate_limit").status_code == 404
    assert enterprise.get(path, headers={"X-GitHub-Api-Version": "2022-11-28"}).status_code == 400


def test_a_gitlab_lives_below_a_path_with_its_pages_and_nothing_beside_it(below_a_path: StandIn) -> None:
    below_a_path.account("ana")
    made = below_a_path.repository("ana", "notes")
    root = below_a_path.url.removesuffix("/gitlab")

    body = below_a_path.get("/api/v4/projects/ana%2Fnotes", **with_token("t")).json()

    assert made["url"] == body["web_url"] == f"{below_a_path.url}/ana/notes"
    assert below_a_path.get("/ana/notes").status_code == 200
    assert 'action="/gitlab/-/accounts"' in below_a_path.get("/").text
    assert below_a_path.session.get(f"{root}/api/v4/projects/ana%2Fnotes", timeout=5).status_code == 404


def test_a_data_center_tells_a_person_s_repository_without_a_date(data_center: StandIn) -> None:
    ana = data_center.account("ana")
    first = data_center.repository("ana", "notes", description="SP-1")
    data_center.account("ben")
    data_center.repository("ben", "notes", fork_of=first["id"])

    body = data_center.get("/rest/api/1.0/projects/~ana/repos/notes").json()
    fork = data_center.get("/rest/api/1.0/projects/~BEN/repos/notes").json()

    assert (body["project"]["type"], body["project"]["owner"]["id"]) == ("PERSONAL", ana["id"])
    assert (body["public"], body["slug"], body["description"]) == (True, "notes", "SP-1")
    assert not [name for name in body if "creat" in name.lower() or "date" in name.lower()]
    assert "origin" not in body
    assert fork["origin"]["id"] == body["id"]
    assert body["links"]["self"][0]["href"] == f"{data_center.url}/users/ana/repos/notes/browse"
    assert data_center.get("/users/ana/repos/notes/browse").status_code == 200


def test_a_data_center_tells_strangers_of_a_private_repository_that_they_may_not_see_it(data_center: StandIn) -> None:
    data_center.account("ana")
    data_center.repository("ana", "notes", private=True)
    path = "/rest/api/1.0/projects/~ana/repos/notes"

    def exception(token: str) -> tuple[int, str]:
        answer = data_center.get(path, **with_token(token))
        return answer.status_code, answer.json()["errors"][0]["exceptionName"].rpartition(".")[2]

    assert exception("of-the-portal") == (401, "AuthorisationException")
    assert exception("revoked") == (401, "TokenAuthenticationException")
    assert data_center.get(path, **with_token("token-of-ana")).status_code == 200
    assert data_center.get(path.replace("notes", "nothing")).status_code == 404


def test_a_project_of_many_people_has_a_key_and_no_owner(data_center: StandIn) -> None:
    data_center.account("team", kind="organization")
    data_center.repository("team", "notes")

    project = data_center.get("/rest/api/1.0/projects/TEAM/repos/notes").json()["project"]

    assert (project["key"], project["type"]) == ("TEAM", "NORMAL")
    assert "owner" not in project
    assert data_center.get("/rest/api/1.0/projects/~team/repos/notes").status_code == 404


def test_a_token_of_the_portal_s_is_told_with_whose_it_is_and_its_scopes(enterprise: StandIn) -> None:
    enterprise.account("portal-bot")
    enterprise.token("own", login="portal-bot", scopes=["repo"], expires_at="2999-01-02T03:04:05+00:00")
    enterprise.token("past", login="portal-bot", expires_at="2020-01-01T00:00:00+00:00")

    answer = enterprise.get("/api/v3/user", **with_token("own"))

    assert answer.json()["login"] == "portal-bot"
    assert answer.headers["X-OAuth-Scopes"] == "repo"
    assert answer.headers["GitHub-Authentication-Token-Expiration"] == "2999-01-02 03:04:05 UTC"
    assert enterprise.get("/api/v3/user", **with_token("past")).status_code == 401


def test_an_installation_gets_a_token_for_what_its_app_signed_alone(enterprise: StandIn, app: tuple[str, Any]) -> None:
    public_key, sign = app
    enterprise.install_app(7, "42", public_key, metadata="read")
    now = int(time.time())

    def status(number: int, **claims: Any) -> int:
        assertion = sign({"iss": "42", "iat": now - 60, "exp": now + 300, **claims})
        path = f"{enterprise.url}/api/v3/app/installations/{number}/access_tokens"
        headers = {"Authorization": f"Bearer {assertion}"}
        return enterprise.session.post(path, headers=headers, timeout=5).status_code

    assert status(7) == 201
    assert status(8) == 404
    assert status(7, iss="43") == 404
    assert status(7, exp=now - 1) == 401
    assert status(7, iat="never") == 401


@pytest.fixture(scope="module")
def app() -> tuple[str, Any]:
    """A GitHub App: its key's public half, and what signs with the other."""
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    spki, pem = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
    return key.public_key().public_bytes(pem, spki).decode(), lambda claims: jwt.encode(claims, key, "RS256")


def test_they_speak_tls_with_a_certificate_of_a_private_authority(tmp_path: Path) -> None:
    with stand_in_providers(keys=("github_enterprise",), certificate=make_certificate(tmp_path)) as providers:
        enterprise = providers["github_enterprise"]
        enterprise.account("ana")

        assert enterprise.url.startswith("https://127.0.0.1:")
        assert enterprise.get("/api/v3/users/ana").status_code == 200
