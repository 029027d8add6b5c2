"""Every check fails alone, at every provider, through its real client library over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.evidence import Check
from tests.adapters.providers.asking import CHALLENGE_AT, CODE, OPENED_AT, Scene
from tests.builders import REQUIRED_NAME
from tests.printed_tables import fill

TABLE = "every check, failing alone, by provider"
ELSEWHERE = "https://git.example.org/elsewhere.git"
NOT_TOLD = "not told"  # what this provider does not tell, nobody can check


def nothing_wrong(scene: Scene) -> set[str]:
    scene.repository()
    return scene.failing()


def another_host(scene: Scene) -> set[str]:
    scene.repository()
    return scene.failing(link=f"https://github.com.evil.example/ana/{REQUIRED_NAME}")


def nothing_there(scene: Scene) -> set[str]:
    return scene.failing()


def private(scene: Scene) -> set[str]:
    scene.repository(visibility="private")
    return scene.failing()


def seen_but_not_public(scene: Scene) -> set[str]:
    # GitLab shows what is internal to every token; elsewhere only the owner's own token is told more than 404.
    scene.repository(visibility="internal" if scene.kind == "gitlab" else "private")
    return scene.failing(token="token-of-ana")


def misspelt(scene: Scene) -> set[str]:
    # GitLab and Bitbucket show another name than the address has; the address counts.
    scene.repository(REQUIRED_NAME, path="bitrise-verification")
    return scene.failing(link=scene.link_to("ana", "bitrise-verification"))


def renamed(scene: Scene) -> set[str]:
    number = scene.repository()["id"]
    scene.stand_in.change(number, name="something-else")
    return scene.failing()


def somebody_elses(scene: Scene) -> set[str]:
    scene.repository(owner="mallory")
    return scene.failing(link=scene.link_to("mallory"))


def a_groups(scene: Scene) -> set[str]:
    group = scene.stand_in.account("anas-group", kind="organization")
    owner = group["workspaces"][0]
    # Even where the group's number is the one that was connected.
    scene.repository(owner="anas-group")
    number = owner["uuid"] if scene.kind == "bitbucket" else str(owner["id"])
    known = replace(scene.ana, external_id=number) if scene.kind != "bitbucket" else scene.ana
    return scene.failing(link=scene.link_to("anas-group", is_group=True), accounts=(known,))


def connected_too_late(scene: Scene) -> set[str]:
    scene.repository()
    return scene.failing(accounts=(replace(scene.ana, connected_at=OPENED_AT + timedelta(minutes=1)),))


def made_before(scene: Scene) -> set[str]:
    scene.repository(created_at=(CHALLENGE_AT - timedelta(seconds=61)).isoformat())
    return scene.failing()


def passed_for_another_case(scene: Scene) -> set[str]:
    made = scene.repository()
    number = made["uuid"] if scene.kind == "bitbucket" else str(made["id"])
    return scene.failing(is_claimed=lambda *which: which == (scene.key, number))


def copied(**facts: Any) -> Callable[[Scene], set[str]]:
    def run(scene: Scene) -> set[str]:
        original = scene.repository("original", owner="mallory")["id"]
        named = {key: original if value is Ellipsis else value for key, value in facts.items()}
        scene.repository(**named)
        return scene.failing()

    return run


def made_by_somebody_else(scene: Scene) -> set[str]:
    scene.repository(creator=scene.number + 1)
    return scene.failing()


def code_missing(scene: Scene) -> set[str]:
    scene.repository(description="another code: K7QX")
    return scene.failing(code=CODE)


OWNER = {"owner_is_connected", "connected_before_request"}  # one text for both: neither says whose account it is
ROWS: dict[str, tuple[Callable[[Scene], set[str]], set[str], set[str]]] = {
    # row: what is done, the checks that fail, the providers that cannot tell
    "(nothing is wrong)": (nothing_wrong, set(), set()),
    "link_recognised": (another_host, {"link_recognised"}, set()),
    "repository_found: nothing there": (nothing_there, {"repository_found"}, set()),
    "repository_found: private": (private, {"repository_found"}, set()),
    "name_matches": (misspelt, {"name_matches"}, set()),
    "not_moved": (renamed, {"not_moved"}, set()),
    "is_public": (seen_but_not_public, {"is_public"}, set()),
    "owner_is_connected: a stranger's": (somebody_elses, OWNER, set()),
    "owner_is_connected: a group's": (a_groups, OWNER, set()),
    "connected_before_request": (connected_too_late, {"connected_before_request"}, set()),
    "created_for_this_case: older": (made_before, {"created_for_this_case"}, set()),
    "created_for_this_case: used before": (passed_for_another_case, {"created_for_this_case"}, set()),
    "is_original: fork": (copied(fork_of=...), {"is_original"}, set()),
    "is_original: mirror": (copied(mirror_url=ELSEWHERE), {"is_original"}, {"bitbucket"}),
    "is_original: template copy": (copied(template_of=...), {"is_original"}, {"bitbucket"}),
    "is_original: import": (copied(imported_from=ELSEWHERE), {"is_original"}, {"github", "bitbucket"}),
    "is_original: made by somebody else": (made_by_somebody_else, {"is_original"}, {"github", "bitbucket"}),
    "challenge_present": (code_missing, {"challenge_present"}, set()),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_check_fails_alone(scene: Scene, row: str, record_property: Callable[[str, object], None]) -> None:
    fail, expected, cannot_tell = ROWS[row]
    failing = fail(scene)

    if scene.key in cannot_tell:
        assert failing == set()
        fill(record_property, TABLE, row, scene.key, NOT_TOLD)
    else:
        assert failing == expected
        told = "both owner checks" if failing == OWNER else " + ".join(sorted(failing))
        fill(record_property, TABLE, row, scene.key, told or "all passed")


def test_the_rows_leave_out_no_check() -> None:
    assert {row.partition(":")[0] for row in ROWS} - {"(nothing is wrong)"} == {check.value for check in Check}


def test_what_a_provider_does_not_tell_is_said_to_the_agent(scene: Scene) -> None:
    scene.repository()
    observed = scene.results()["is_original"].observed

    untold = {"github": ["import"], "gitlab": ["template copy"], "bitbucket": ["mirror", "template copy", "import"]}
    assert observed == f"no fork; not told here: {', '.join(untold[scene.key])}"
