"""The stand-in providers keep ids, names and addresses apart as the real ones do."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.stand_ins import StandIn

KEYS = ["github", "gitlab", "bitbucket"]


def address(key: str, owner: str, name: str) -> str:
    return {
        "github": f"/api/v3/repos/{owner}/{name}",
        "gitlab": f"/api/v4/projects/{owner}%2F{name}",
        "bitbucket": f"/2.0/repositories/{owner}/{name}",
    }[key]


def owner_id(key: str, body: dict[str, Any]) -> object:
    return body["workspace"]["uuid"] if key == "bitbucket" else body["owner"]["id"]


def as_owner(login: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer token-of-{login}"}}


@pytest.fixture(params=KEYS)
def provider(request: pytest.FixtureRequest, providers: dict[str, StandIn]) -> StandIn:
    return providers[request.param]


def test_an_account_keeps_its_id_over_a_new_login_and_the_old_address_redirects(provider: StandIn) -> None:
    ana = provider.account("ana")
    provider.repository("ana", "notes")
    before = provider.get(address(provider.key, "ana", "notes"), **as_owner("ana")).json()
    provider.rename_account(ana["id"], "ana-b")

    old = provider.get(address(provider.key, "ana", "notes"))
    new = provider.get(address(provider.key, "ana-b", "notes"), **as_owner("ana-b")).json()

    assert old.status_code == 301
    assert old.headers["Location"].startswith(provider.url)
    assert owner_id(provider.key, new) == owner_id(provider.key, before)


def test_a_freed_login_is_taken_by_another_account_with_another_id(provider: StandIn) -> None:
    first = provider.account("ana")
    provider.repository("ana", "notes")
    provider.rename_account(first["id"], "ana-b")
    provider.account("ana")
    provider.repository("ana", "notes")

    theirs = provider.get(address(provider.key, "ana", "notes"), **as_owner("ana")).json()
    ours = provider.get(address(provider.key, "ana-b", "notes"), **as_owner("ana-b")).json()

    assert owner_id(provider.key, theirs) != owner_id(provider.key, ours)


@pytest.mark.parametrize("change", [{"name": "memos"}, {"owner": "ben"}], ids=["renamed", "transferred"])
def test_a_repository_that_moved_redirects_until_it_is_deleted(provider: StandIn, change: dict[str, str]) -> None:
    provider.account("ana")
    provider.account("ben")
    repository = provider.repository("ana", "notes")
    provider.change(repository["id"], **change)
    moved = provider.get(address(provider.key, "ana", "notes"))
    provider.remove(repository["id"])

    assert moved.status_code == 301
    assert provider.get(address(provider.key, "ana", "notes")).status_code == 404


def test_strangers_are_told_404_of_a_private_repository_and_its_owner_sees_it(provider: StandIn) -> None:
    provider.account("ana")
    provider.repository("ana", "notes", private=True)

    assert provider.get(address(provider.key, "ana", "notes")).status_code == 404
    assert provider.get(address(provider.key, "ana", "notes"), **as_owner("ben")).status_code == 404
    assert provider.get(address(provider.key, "ana", "notes"), **as_owner("ana")).status_code == 200


def test_names_are_found_in_any_case_and_answered_in_their_own(provider: StandIn) -> None:
    provider.account("Ana")
    provider.repository("Ana", "notes")

    answer = provider.get(address(provider.key, "ANA", "NOTES"))

    assert answer.status_code == 200
    assert answer.json()["full_name" if provider.key != "gitlab" else "path_with_namespace"] == "Ana/notes"


def test_a_bitbucket_account_holds_several_workspaces(bitbucket: StandIn) -> None:
    own = [{"slug": "ana-home", "uuid": "{11111111-1111-4111-8111-111111111111}"}, {"slug": "ana-work"}]
    bitbucket.account("ana", workspaces=own)
    bitbucket.repository("ana-work", "notes")

    body = bitbucket.get("/2.0/repositories/ana-work/notes").json()
    by_uuid = bitbucket.get(f"/2.0/repositories/{body['workspace']['uuid']}/notes")

    assert body["workspace"]["slug"] == "ana-work"
    assert body["owner"]["nickname"] == "ana"
    assert body["workspace"]["uuid"] != own[0]["uuid"]
    assert by_uuid.json()["uuid"] == body["uuid"]
    assert bitbucket.get("/2.0/repositories/ana-home").json()["values"] == []


@pytest.mark.parametrize("path", ["/2.0/workspaces", "/2.0/user/permissions/workspaces"])
def test_bitbucket_has_withdrawn_the_older_lists_of_workspaces(bitbucket: StandIn, path: str) -> None:
    bitbucket.account("ana")

    assert bitbucket.get(path, **as_owner("ana")).status_code == 410


def test_bitbucket_tells_which_workspaces_a_person_is_in_and_which_are_administered(bitbucket: StandIn) -> None:
    team = bitbucket.account("team", kind="organization")
    ana = bitbucket.account("ana", workspaces=[{"slug": "ana-home"}, {"slug": "ana-work"}], member_of=["team"])

    def workspaces(query: str = "") -> dict[str, bool]:
        body = bitbucket.get(f"/2.0/user/workspaces{query}", **as_owner("ana")).json()
        return {one["workspace"]["uuid"]: one["administrator"] for one in body["values"]}

    own = {one["uuid"]: True for one in ana["workspaces"]}
    assert workspaces() == {**own, team["workspaces"][0]["uuid"]: False}
    assert workspaces("?administrator=true") == own
    assert len(workspaces("?pagelen=1")) == 1
    bitbucket.remove_account(team["id"])
    assert workspaces() == own
    assert bitbucket.get("/2.0/user/workspaces").status_code == 401


def test_gitlab_tells_strangers_less_and_has_internal_projects(gitlab: StandIn) -> None:
    ana = gitlab.account("ana")
    gitlab.repository("ana", "notes")
    gitlab.repository("ana", "inside", visibility="internal")

    for_strangers = gitlab.get("/api/v4/projects/ana%2Fnotes").json()
    for_anybody = gitlab.get("/api/v4/projects/ana%2Fnotes", **as_owner("ben")).json()

    assert "owner" not in for_strangers
    assert for_anybody["owner"]["id"] == for_anybody["creator_id"] == ana["id"]
    assert for_anybody["namespace"]["id"] != ana["id"]
    assert gitlab.get("/api/v4/projects/ana%2Finside").status_code == 404
    assert gitlab.get("/api/v4/projects/ana%2Finside", **as_owner("ben")).json()["visibility"] == "internal"


def test_forks_mirrors_and_copies_say_so_where_the_provider_tells(providers: dict[str, StandIn]) -> None:
    for stand_in in providers.values():
        stand_in.account("ana")
        first = stand_in.repository("ana", "first")["id"]
        stand_in.account("ben")
        stand_in.repository("ben", "fork", fork_of=first)
        stand_in.repository("ben", "mirror", mirror_url="https://git.example.org/x.git")
        stand_in.repository("ben", "copy", template_of=first)

    def told(key: str, name: str) -> dict[str, Any]:
        return dict(providers[key].get(address(key, "ben", name), **as_owner("ben")).json())

    assert told("github", "fork")["fork"] is True
    assert told("github", "mirror")["mirror_url"]
    assert told("github", "copy")["template_repository"]["full_name"] == "ana/first"
    assert told("gitlab", "fork")["forked_from_project"]["path_with_namespace"] == "ana/first"
    assert told("gitlab", "mirror")["mirror"] is True
    assert told("gitlab", "copy")["import_status"] == "finished"
    assert told("bitbucket", "fork")["parent"]["full_name"] == "ana/first"
    assert told("bitbucket", "copy")["parent"] is None


def test_an_answer_seen_before_costs_no_body(provider: StandIn) -> None:
    provider.account("ana")
    provider.repository("ana", "notes")
    first = provider.get(address(provider.key, "ana", "notes"))
    again = provider.get(address(provider.key, "ana", "notes"), headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_revoked_token_is_refused(provider: StandIn) -> None:
    provider.account("ana")
    provider.repository("ana", "notes")

    answer = provider.get(address(provider.key, "ana", "notes"), headers={"Authorization": "Bearer revoked-1"})

    assert answer.status_code == 401


def test_the_log_names_every_request_and_no_secret(provider: StandIn) -> None:
    provider.get(address(provider.key, "ana", "a%20b") + "?x=1", **as_owner("ana"))
    provider.get("/ana/notes")

    first, second = provider.log()

    assert first["path"] == address(provider.key, "ana", "a%20b") + "?x=1"
    assert (first["method"], first["part"], first["status"]) == ("GET", "api", 404)
    assert first["host"] == provider.url.removeprefix("http://")
    assert first["authorization"] == "bearer"
    assert second["part"] == "pages"
    assert "token-of" not in str([first, second])


def test_the_log_tells_when_each_answer_was_given_and_what_it_told_of_coming_back(provider: StandIn) -> None:
    path = address(provider.key, "ana", "notes")
    provider.get(path)
    provider.fail("throttled", seconds=90)
    provider.get(path)
    provider.fail("throttled", seconds=90, form="reset")
    provider.get(path)

    plain, in_seconds, as_reset = provider.log()

    assert plain["time"] <= plain["answered_at"] <= in_seconds["time"]
    assert (plain["retry_after"], plain["reset"]) == (None, None)
    assert (in_seconds["retry_after"], in_seconds["reset"]) == ("90", None)
    assert as_reset["retry_after"] is None
    assert int(as_reset["reset"]) > time.time()


def test_what_is_asked_wrongly_is_refused_and_changes_nothing(provider: StandIn) -> None:
    provider.account("ana")
    control = f"{provider.url}/_control"

    def refused(path: str, body: object) -> tuple[int, str]:
        answer = provider.session.post(f"{control}/{path}", json=body, timeout=10)
        return answer.status_code, answer.json()["error"]

    assert refused("accounts", {"login": "ANA"}) == (409, "“ANA” is taken.")
    assert refused("accounts", {"login": "ben", "colour": 1})[0] == 400
    assert refused("accounts", ["ben"])[0] == 400
    assert refused("repositories", {"owner": "nobody", "name": "notes"})[0] == 404
    assert refused("repositories", {"owner": "ana", "name": "n", "created_at": "2026-01-01T00:00:00"})[0] == 400
    assert refused("fault", {"kind": "sulk"})[0] == 400
    state = provider.get("/_control/state").json()
    assert ([one["login"] for one in state["accounts"]], state["repositories"]) == (["ana"], [])
