"""Whose repository it is, is told by ids that never change; names and logins prove nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support_portal.domain.evidence import Answer, CannotCheck, Found, Missing, Moved, Outcome, Unknown
from support_portal.domain.identities import read_link
from support_portal.domain.judgement import judge
from support_portal.use_cases.steps.look import look
from tests.adapters.providers.asking import Scene
from tests.builders import REQUIRED_NAME


def passes(scene: Scene, answer: Answer) -> bool:
    assert isinstance(answer, Found), answer
    return all(result.verdict != "failed" for result in judge(scene.question(), answer.facts))


def calls(scene: Scene) -> list[str]:
    return [entry["path"] for entry in scene.stand_in.log()]


def test_a_repository_is_found_at_the_connected_account_in_one_call(scene: Scene) -> None:
    scene.repository()

    assert passes(scene, scene.provider.by_account(scene.ana, REQUIRED_NAME))
    assert len(calls(scene)) == 1


def test_nothing_at_the_connected_account_is_nothing_found(scene: Scene) -> None:
    scene.repository("bitrise_verification_2")

    assert isinstance(scene.provider.by_account(scene.ana, REQUIRED_NAME), Missing)


def test_git_1_a_renamed_account_is_found_by_its_id(scene: Scene) -> None:
    scene.repository()
    scene.stand_in.rename_account(scene.number, "ana-b")

    answer = scene.provider.by_account(scene.ana, REQUIRED_NAME)

    assert passes(scene, answer)
    assert isinstance(answer, Found)
    assert answer.facts.owner_name == "ana-b"
    assert len(calls(scene)) <= 3


def test_git_1_a_freed_login_taken_by_another_is_not_the_account(scene: Scene) -> None:
    scene.stand_in.rename_account(scene.number, "ana-b")
    scene.stand_in.account("ana")
    scene.repository(owner="ana")

    assert isinstance(scene.provider.by_account(scene.ana, REQUIRED_NAME), Missing)
    assert scene.failing() == {"owner_is_connected", "connected_before_request"}


def test_git_1_the_account_is_found_beside_the_one_that_took_its_login(scene: Scene) -> None:
    scene.stand_in.rename_account(scene.number, "ana-b")
    scene.stand_in.account("ana")
    scene.repository(owner="ana")
    scene.repository(owner="ana-b")

    answer = scene.provider.by_account(scene.ana, REQUIRED_NAME)

    assert passes(scene, answer)
    assert isinstance(answer, Found)
    assert answer.facts.owner_name == "ana-b"


def test_git_1_a_deleted_account_has_nothing(scene: Scene) -> None:
    scene.repository()
    scene.stand_in.remove_account(scene.number)

    assert isinstance(scene.provider.by_account(scene.ana, REQUIRED_NAME), Missing)


@pytest.mark.parametrize("change", [{"name": "memos"}, {"owner": "mallory"}], ids=["renamed", "transferred"])
def test_git_1_a_repository_that_moved_away_is_not_found_at_the_account(scene: Scene, change: dict[str, str]) -> None:
    number = scene.repository()["id"]
    scene.stand_in.change(number, **change)

    assert isinstance(scene.ask(), Moved)
    assert isinstance(scene.provider.by_account(scene.ana, REQUIRED_NAME), Missing | Moved)


def test_git_1_a_name_in_other_letters_is_not_the_name(scene: Scene) -> None:
    scene.repository("Bitrise_Verification")
    expected = set() if scene.key == "bitbucket" else {"name_matches"}  # Bitbucket's addresses are lower-case

    assert scene.failing() == expected
    answer = scene.provider.by_account(scene.ana, REQUIRED_NAME)
    assert isinstance(answer, Found)
    assert passes(scene, answer) is (scene.key == "bitbucket")


def test_git_1_private_made_public_is_found(scene: Scene) -> None:
    number = scene.repository(private=True)["id"]
    assert isinstance(scene.provider.by_account(scene.ana, REQUIRED_NAME), Missing)

    scene.stand_in.change(number, private=False)
    assert passes(scene, scene.provider.by_account(scene.ana, REQUIRED_NAME))


def test_git_1_an_organizations_repository_is_not_its_members(scene: Scene) -> None:
    scene.stand_in.account("anas-group", kind="organization")
    scene.repository(owner="anas-group", creator=scene.number)

    link = f"{scene.stand_in.url}/anas-group/{REQUIRED_NAME}"
    assert "owner_is_connected" in scene.failing(link=link)


def test_only_workspaces_known_when_the_account_was_connected_count(bitbucket: Scene) -> None:
    spaces = [{"slug": "ben-home"}, {"slug": "ben-work"}, {"slug": "ben-new"}]
    ben = bitbucket.stand_in.account("ben", workspaces=spaces)
    uuids = [space["uuid"] for space in ben["workspaces"]]
    connected = replace(bitbucket.ana, external_id=ben["uuid"], username="ben", workspace_ids=tuple(uuids[:2]))
    bitbucket.repository(owner="ben-new")
    assert isinstance(bitbucket.provider.by_account(connected, REQUIRED_NAME), Missing)
    link = f"{bitbucket.stand_in.url}/ben-new/{REQUIRED_NAME}"
    assert "owner_is_connected" in bitbucket.failing(link=link, accounts=(connected,))

    bitbucket.repository(owner="ben-work")
    answer = bitbucket.provider.by_account(connected, REQUIRED_NAME)
    assert isinstance(answer, Found)
    assert answer.facts.owner_id == uuids[1]


def test_answers_about_the_owner_that_do_not_agree_are_no_verdict(github: Scene) -> None:
    github.repository()
    github.stand_in.fail("mistyped", field="owner.id", value=7, path="/repos/")

    answer = github.provider.by_account(github.ana, REQUIRED_NAME)

    assert answer == Unknown(CannotCheck.UNAVAILABLE, "the answers about the owner do not agree")


def test_a_fault_while_asking_for_the_account_is_no_verdict(github: Scene) -> None:
    github.stand_in.fail("error", path="/user/")

    assert isinstance(github.provider.by_account(github.ana, REQUIRED_NAME), Unknown)


def test_a_right_link_is_asked_for_at_the_api_and_nowhere_else(scene: Scene) -> None:
    scene.repository()
    for tail in ("", "/", ".git", "/blob/main/README.md?x=1#y"):
        assert scene.failing(link=f"{scene.stand_in.url}/ana/{REQUIRED_NAME}{tail}") == set()

    expected = {
        "github": "/api/v3/repos/ana/bitrise_verification",
        "gitlab": "/api/v4/projects/ana%2Fbitrise_verification",
        "bitbucket": "/2.0/repositories/ana/bitrise_verification",
    }[scene.key]
    assert set(calls(scene)) == {expected}
    assert {entry["host"] for entry in scene.stand_in.log()} == {scene.stand_in.url.removeprefix("http://")}


@pytest.mark.parametrize("owner", ["..", ".", "", "a/../../user", "x?y=1", "x#f", "%2e%2e"])
def test_no_name_leads_to_another_path(scene: Scene, owner: str) -> None:
    assert isinstance(scene.provider.by_path(owner, "x"), Missing | Unknown)

    prefix = {"github": "/api/v3/repos/", "gitlab": "/api/v4/projects/", "bitbucket": "/2.0/repositories/"}[scene.key]
    assert all(path.startswith(prefix) and "?" not in path and "/../" not in path for path in calls(scene))


def test_git_1_a_link_that_a_renamed_account_left_behind_costs_three_calls_at_most(github: Scene) -> None:
    github.repository()
    left_behind = read_link(github.link_to("ana"), [github.provider.instance])
    github.stand_in.rename_account(github.number, "ana-b")

    question = github.question(left_behind)
    seen = look(question, {github.key: github.provider}).weighed(question)

    assert seen.outcome is Outcome.PASSED
    assert len(calls(github)) == 3
