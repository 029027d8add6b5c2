"""Where people sign in through a provider: as the settings say, and in the demo at every stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.providers.applications import CLIENTS
from support_portal.local.demo import Demo
from support_portal.ports.git_sign_in import GitSignIn
from support_portal.provider_settings import read_providers
from support_portal.settings import Settings, SettingsError
from support_portal.wiring_providers import git_sign_ins_from


def sign_ins(settings: Settings) -> dict[str, GitSignIn]:
    return git_sign_ins_from(read_providers(settings), settings)


def test_without_settings_nobody_signs_in_through_a_provider() -> None:
    assert sign_ins(Settings()) == {}


def test_a_provider_is_there_where_the_portal_is_registered() -> None:
    settings = Settings(gitlab_oauth_id="an-id", gitlab_oauth_secret="a-secret", public_url="https://portal.example")
    found = sign_ins(settings)
    assert list(found) == ["gitlab"]
    address = found["gitlab"].address("s", "v")
    assert address.startswith("https://gitlab.com/oauth/authorize?")
    assert "redirect_uri=https%3A%2F%2Fportal.example%2Fsign-in%2Fgit%2Fgitlab%2Fcallback" in address
    assert "a-secret" not in address


@pytest.mark.parametrize(("given", "missing"), [("id", "SECRET"), ("secret", "ID")])
def test_half_a_registration_stops_the_start_in_one_line(given: str, missing: str) -> None:
    settings = Settings.model_validate({f"github_oauth_{given}": "something"})
    with pytest.raises(SettingsError, match=f"^PORTAL_GITHUB_OAUTH_{missing} is not set"):
        sign_ins(settings)


def test_the_demo_is_registered_with_every_stand_in(tmp_path: Path) -> None:
    demo = Demo(8000, 2525, tmp_path)
    settings = demo.settings()
    for key in ("github", "gitlab", "bitbucket"):
        client = CLIENTS[key]
        assert settings[f"PORTAL_{key.upper()}_OAUTH_ID"] == client.id
        assert settings[f"PORTAL_{key.upper()}_OAUTH_SECRET"] == client.secret
    command = demo.processes({})[0].argv
    assert command[command.index("--callback") + 1] == "http://localhost:8000/sign-in/git/{provider}/callback"
