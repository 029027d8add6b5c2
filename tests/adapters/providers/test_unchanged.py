"""What is known of a repository is asked for with its ETag where a 304 is free, and a 304 says no more than it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support_portal.domain.evidence import Answer, CannotCheck, Found, RepositoryFacts, Unknown
from support_portal.ports.outside import GitProvider
from tests.adapters.providers.asking import Scene, a_scene
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn


@pytest.fixture
def github(running_providers: dict[str, StandIn]) -> Scene:
    """GitHub, where Ana has an account."""
    return a_scene(running_providers["github"])


def statuses(scene: Scene) -> list[int]:
    return [entry["status"] for entry in scene.stand_in.log()]


def seen(scene: Scene, provider: GitProvider | None = None, known: RepositoryFacts | None = None) -> Found:
    answer: Answer = (provider or scene.provider).by_account(scene.ana, REQUIRED_NAME, known)
    assert isinstance(answer, Found), answer
    return answer


def test_what_did_not_change_is_answered_by_what_was_known(github: Scene) -> None:
    github.repository()
    first = seen(github)
    again = seen(github, known=first.facts)
    assert (first.is_unchanged, again.is_unchanged) == (False, True)
    assert again.facts == replace(first.facts, api_request_id=again.facts.api_request_id)
    assert again.facts.api_request_id != first.facts.api_request_id
    assert statuses(github) == [200, 304]


def test_what_changed_is_read_anew(github: Scene) -> None:
    repository = github.repository()
    known = seen(github).facts
    github.stand_in.change(repository["id"], description="another one")
    again = seen(github, known=known)
    assert not again.is_unchanged
    assert again.facts.description == "another one"


def test_one_that_is_private_now_is_not_found_however_well_it_was_known(github: Scene) -> None:
    repository = github.repository()
    known = seen(github).facts
    github.stand_in.change(repository["id"], private=True)
    assert not isinstance(github.provider.by_account(github.ana, REQUIRED_NAME, known), Found)


def test_a_stranger_does_not_ask_with_a_mark_since_a_304_would_count(github: Scene) -> None:
    github.repository()
    stranger = github.with_token(None)
    assert not seen(github, stranger, known=seen(github, stranger).facts).is_unchanged
    assert statuses(github) == [200, 200]


def test_another_repository_is_not_taken_for_the_known_one(github: Scene) -> None:
    github.repository()
    known = seen(github).facts
    assert not seen(github, known=replace(known, owner_name="somebody-else")).is_unchanged


def test_a_304_that_nobody_asked_for_is_no_verdict(github: Scene) -> None:
    github.stand_in.fail("error", status=304)
    answer = github.provider.by_account(github.ana, REQUIRED_NAME)
    assert isinstance(answer, Unknown)
    assert answer.reason is CannotCheck.UNAVAILABLE


@pytest.mark.parametrize("key", ["gitlab", "bitbucket"])
def test_providers_that_promise_nothing_of_a_304_are_asked_whole(
    running_providers: dict[str, StandIn], key: str
) -> None:
    scene = a_scene(running_providers[key])
    scene.repository()
    assert not seen(scene, known=seen(scene).facts).is_unchanged
    assert set(statuses(scene)) == {200}
