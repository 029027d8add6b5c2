"""`support-portal doctor`: a line for every provider, asked as the portal would ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import command
from tests.stand_ins import StandIn, stand_in_providers

TOKEN = "the-portals-own-token"


@pytest.fixture
def there() -> Iterator[dict[str, StandIn]]:
    with stand_in_providers(keys=("github_enterprise", "gitlab_self_managed")) as running:
        for stand_in in running.values():
            stand_in.account("portal-bot")
        yield running


@pytest.fixture
def settings(there: dict[str, StandIn], tmp_path: Path) -> dict[str, str]:
    github, gitlab = there["github_enterprise"], there["gitlab_self_managed"]
    (tmp_path / "token").write_text(TOKEN)
    file = tmp_path / "providers.toml"
    file.write_text(
        f"""
[work-github]
kind = "github"
name = "Work"
web_url = "{github.url}"
api_url = "{github.api_url}"
token_file = "token"
[work-gitlab]
kind = "gitlab"
name = "Lab"
web_url = "{gitlab.url}"
api_url = "{gitlab.api_url}"
token_file = "token"
"""
    )
    return {"PORTAL_PROVIDERS": str(file), "PORTAL_DATA_DIR": str(tmp_path / "data")}


def lines(settings: dict[str, str]) -> dict[str, str]:
    """What is said of each provider; the production settings are missing, so the status is 1."""
    said = command(settings, "doctor", status=1)
    assert TOKEN not in said
    found = dict(line.split(": ", 1) for line in said.splitlines())
    return {name.split(" ")[0]: told for name, told in found.items() if name.startswith("work-")}


def test_each_instance_is_told_with_whose_the_token_is_and_what_it_may(
    settings: dict[str, str], there: dict[str, StandIn]
) -> None:
    there["github_enterprise"].token(TOKEN, login="portal-bot")
    more = {"scopes": ["read_api", "api"], "expires_at": "2999-01-31T00:00:00+00:00"}
    there["gitlab_self_managed"].token(TOKEN, login="portal-bot", **more)
    assert lines(settings) == {
        "work-github": "fine: asked as a token; that is portal-bot; it may: only what is public",
        "work-gitlab": "too many rights: It may do more than it has to (api): replace it by one that may not; "
        "asked as a token; that is portal-bot; it may: read_api, api; it ends on 2999-01-31 00:00 UTC; "
        "questions: 1999 of 2000 left",
    }


def test_git_3_what_keeps_us_out_is_said_of_that_instance_alone(
    settings: dict[str, str], there: dict[str, StandIn]
) -> None:
    there["github_enterprise"].token(TOKEN, login="portal-bot")
    there["gitlab_self_managed"].token(TOKEN, login="portal-bot", revoked=True)
    said = lines(settings)
    assert said["work-github"].startswith("fine: ")
    assert said["work-gitlab"].startswith("keeps us out: answered 401: our credentials are not accepted")


def test_what_can_not_work_is_said_in_a_line_each(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "token").unlink()
    said = [line for line in command(settings, "doctor", status=1).splitlines() if line.startswith("providers: ")]
    assert [line.split(" is wrong")[0] for line in said] == [
        "providers: wrong: PORTAL_PROVIDERS [work-github] token_file",
        "providers: wrong: PORTAL_PROVIDERS [work-gitlab] token_file",
    ]
