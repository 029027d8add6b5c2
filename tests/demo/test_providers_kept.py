"""With `--keep` the stand-in providers go on where they were stopped, whatever stopped them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.providers.__main__ import serve
from tests.stand_ins import StandIn


@contextmanager
def a_life(file: Path) -> Iterator[dict[str, StandIn]]:
    """One life of the three stand-ins over this file."""
    servers = serve(dict.fromkeys(("github", "gitlab", "bitbucket"), 0), {}, file)
    try:
        yield {key: StandIn(key, f"http://127.0.0.1:{server.port}") for key, server in servers.items()}
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "providers.json"


def told(provider: StandIn) -> Any:
    """Everything the provider knows, whatever port it is on."""
    state = requests.get(f"{provider.url}/_control/state", timeout=5).json()
    for repository in state["repositories"]:
        repository.pop("url")
    return state


def test_accounts_and_repositories_outlive_a_restart(file: Path) -> None:
    with a_life(file) as before:
        before["github"].account("ana-dev", created_at="2021-03-03T09:30:00+00:00")
        first = before["github"].repository("ana-dev", "bitrise_verification", private=True)
        before["github"].account("somebody")
        before["github"].repository("somebody", "copy", fork_of=first["id"])
        before["gitlab"].account("ana.dev")
        before["bitbucket"].account("ana", workspaces=[{"slug": "ana-home"}, {"slug": "ana-work"}])
        before["bitbucket"].account("ben", member_of=["ana-work"])
        before["bitbucket"].repository("ana-work", "Bitrise Verification", description="for my case")
        known = {key: told(provider) for key, provider in before.items()}
    with a_life(file) as after:
        assert {key: told(provider) for key, provider in after.items()} == known


def test_a_workspace_that_is_gone_does_not_keep_its_members_from_a_restart(file: Path) -> None:
    with a_life(file) as before:
        team = before["bitbucket"].account("team", kind="organization")
        before["bitbucket"].account("ana", member_of=["team"])
        before["bitbucket"].remove_account(team["id"])
    with a_life(file) as after:
        assert [one["member_of"] for one in told(after["bitbucket"])["accounts"]] == [[]]


def test_an_address_left_behind_still_redirects_after_a_restart(file: Path) -> None:
    with a_life(file) as before:
        account = before["github"].account("ana-dev")
        before["github"].repository("ana-dev", "bitrise_verification")
        before["github"].rename_account(account["id"], "ana-codes")
    with a_life(file) as after:
        answer = requests.get(
            f"{after['github'].api_url}/repos/ana-dev/bitrise_verification", allow_redirects=False, timeout=5
        )
        assert answer.status_code == 301


def test_an_id_that_was_given_once_is_never_given_again(file: Path) -> None:
    with a_life(file) as before:
        before["github"].account("ana-dev")
        deleted = before["github"].repository("ana-dev", "bitrise_verification")
        before["github"].remove(deleted["id"])
    with a_life(file) as after:
        assert after["github"].repository("ana-dev", "bitrise_verification")["id"] > deleted["id"]


def test_a_fault_ends_with_the_process(file: Path) -> None:
    with a_life(file) as before:
        before["github"].account("ana-dev")
        before["github"].fail("error")
    with a_life(file) as after:
        assert requests.get(f"{after['github'].api_url}/users/ana-dev", timeout=5).status_code == 200


def test_a_change_is_in_the_file_when_it_is_answered(file: Path) -> None:
    with a_life(file) as providers:
        providers["gitlab"].account("ana.dev")
        assert "ana.dev" in file.read_text()
