"""Which providers there are, by the settings of one each or by a file; and what is refused at the start, at once."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from support_portal.domain.identities import ProviderKind
from support_portal.local import programs
from support_portal.local.run import chosen
from support_portal.provider_settings import read_providers
from support_portal.settings import Settings, SettingsError
from support_portal.wiring_providers import git_sign_ins_from, providers_from
from tests.authority import make_certificate
from tests.house.sources import ROOT
from tests.parts import SECRET_KEYS, environment, free_row

CONFIG = 78  # sysexits.h
GITHUB = """
[work-github]
kind = "github"
name = "Work"
web_url = "https://github.example.com"
api_url = "https://github.example.com/api/v3"
"""
GITLAB = """
[lab]
kind = "gitlab"
name = "Lab"
web_url = "https://example.com/gitlab"
api_url = "https://example.com/gitlab"
"""
BITBUCKET = """
[cloud]
kind = "bitbucket"
name = "Cloud"
web_url = "https://bitbucket.org"
api_url = "https://api.bitbucket.org"
"""
DATA_CENTER = """
[bb]
kind = "bitbucket_data_center"
name = "BB"
web_url = "https://bb.example.com"
api_url = "https://bb.example.com"
"""
Write = Callable[[str], Settings]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Settings that name a file with this text."""

    def settings(text: str) -> Settings:
        (tmp_path / "providers.toml").write_text(text)
        return Settings(providers=tmp_path / "providers.toml")

    return settings


def refused(settings: Settings) -> list[str]:
    """The lines with which these settings are refused."""
    with pytest.raises(SettingsError) as told:
        read_providers(settings)
    return told.value.lines


def test_without_a_file_there_is_one_of_each_public_provider_under_its_kind() -> None:
    found = read_providers(Settings(gitlab_token="glpat"))
    assert [(one.key, one.kind.value, one.name) for one in found] == [
        ("github", "github", "GitHub"),
        ("gitlab", "gitlab", "GitLab"),
        ("bitbucket", "bitbucket", "Bitbucket"),
    ]
    assert [one.token for one in found] == [None, "glpat", None]


def test_a_file_names_every_instance_by_a_key_of_its_own(write: Write) -> None:
    settings = write(GITHUB + GITHUB.replace("work-github", "other").replace("github.example.com", "git.example.org"))
    found = providers_from(read_providers(settings), settings)
    assert list(found) == ["work-github", "other"]
    assert {one.instance.kind for one in found.values()} == {ProviderKind.GITHUB}
    new = "https://git.example.org/new?name=bitrise_verification&visibility=public"
    assert found["other"].instance.new_repository_url == new


def test_people_sign_in_at_an_instance_by_its_key(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    settings = write(GITHUB + 'oauth_id = "an-id"\noauth_secret_file = "secret"\n' + GITLAB)
    found = git_sign_ins_from(read_providers(settings), settings)
    assert list(found) == ["work-github"]
    address = found["work-github"].address("s", "v")
    assert address.startswith("https://github.example.com/login/oauth/authorize?")
    assert "sign-in%2Fgit%2Fwork-github%2Fcallback" in address


def test_the_sample_is_taken_when_its_files_are_there(tmp_path: Path) -> None:
    sample = tmp_path / "providers.toml"
    sample.write_text((ROOT / "docs/providers.toml").read_text())
    for name in ("work-github-token", "work-gitlab-token", "work-bitbucket-token", "github-oauth-secret"):
        (tmp_path / name).write_text("made up")
    (tmp_path / "github-app.pem").write_text("-----BEGIN RSA PRIVATE KEY-----\n")
    (tmp_path / "example-ca.pem").write_bytes(make_certificate(tmp_path).authority.read_bytes())
    settings = Settings(providers=sample)
    found = read_providers(settings)
    assert {one.kind for one in found} == set(ProviderKind)
    assert len(providers_from(found, settings)) == 5


def test_no_secret_shows_itself(write: Write) -> None:
    found = read_providers(write(GITHUB + 'token = "ghp_hidden"\n'))
    assert "ghp_hidden" not in repr(found)
    assert "ghp_hidden" not in repr(providers_from(found, Settings()))


LINES = {
    "http outside loopback": (
        GITHUB.replace("https://github.example.com/api", "http://github.example.com/api"),
        "[work-github] api_url is wrong: must begin with https://",
    ),
    "a place used twice": (
        GITHUB + GITLAB.replace("https://example.com/gitlab", "https://github.example.com"),
        "[lab] web_url is wrong: https://github.example.com is used by work-github already",
    ),
    "a place below another's": (
        GITHUB.replace("github.example.com", "example.com") + GITLAB,
        "[lab] web_url is wrong",
    ),
    "an Enterprise Server without its path": (
        GITHUB.replace("/api/v3", ""),
        "[work-github] api_url is wrong: must end with /api/v3",
    ),
    "github.com with the path of an Enterprise Server": (
        GITHUB.replace("github.example.com/api/v3", "api.github.com/api/v3"),
        "[work-github] api_url is wrong: must be https://api.github.com, without a path",
    ),
    "GitLab with the path that the client adds": (
        GITLAB.replace('api_url = "https://example.com/gitlab', 'api_url = "https://example.com/gitlab/api/v4'),
        "[lab] api_url is wrong: must be given without /api/v4",
    ),
    "Bitbucket with the path that the client adds": (
        BITBUCKET.replace("api.bitbucket.org", "api.bitbucket.org/2.0"),
        "[cloud] api_url is wrong: must be given without /2.0",
    ),
    "a Data Center with the path that the client adds": (
        DATA_CENTER.replace('api_url = "https://bb.example.com', 'api_url = "https://bb.example.com/rest/api/1.0'),
        "[bb] api_url is wrong: must be given without /rest",
    ),
    "the API of another kind": (
        GITLAB.replace('api_url = "https://example.com/gitlab', 'api_url = "https://api.github.com'),
        "[lab] api_url is wrong: api.github.com is GitHub's, and this is a GitLab",
    ),
    "a token that can't be read": (
        GITHUB + 'token_file = "nowhere"\n',
        "[work-github] token_file is wrong: ",
    ),
    "authorities that can't be read": (
        GITHUB + 'ca_file = "nowhere.pem"\n',
        "[work-github] ca_file is wrong: ",
    ),
    "authorities that are none": (GITHUB + 'ca_file = "empty"\n', "[work-github] ca_file is wrong: "),
    "an empty token": (GITHUB + 'token_file = "empty"\n', "[work-github] token_file is wrong: "),
    "an app's key that is none": (
        GITHUB + 'app_id = 1\ninstallation_id = 2\napp_key_file = "words"\n',
        "[work-github] app_key_file is wrong: ",
    ),
    "an unknown key": (GITHUB + 'tokn = "x"\n', "[work-github] tokn is no key of a provider"),
    "an unknown kind": (GITHUB.replace('"github"', '"gitea"'), "[work-github] kind is wrong: must be one of github"),
    "a missing key": (GITHUB.replace('name = "Work"', ""), "[work-github] name is not set"),
    "a token beside a token": (
        GITHUB + 'token = "x"\ntoken_file = "words"\n',
        "[work-github] token_file is set beside token: keep one of them",
    ),
    "a token beside an app": (
        GITHUB + 'token = "x"\napp_id = 1\ninstallation_id = 2\napp_key_file = "key"\n',
        "[work-github] app_id is set beside token: keep one of them",
    ),
    "two thirds of an app": (
        GITHUB + 'app_id = 1\napp_key_file = "key"\n',
        "[work-github] installation_id is not set, and app_id is",
    ),
    "an app at another kind": (
        GITLAB + 'app_id = 1\ninstallation_id = 2\napp_key_file = "key"\n',
        "[lab] app_id is wrong: only GitHub has such apps",
    ),
    "half of a registration": (GITHUB + 'oauth_id = "x"\n', "[work-github] oauth_secret is not set, and oauth_id is"),
    "the other half": (GITHUB + 'oauth_secret_file = "words"\n', "[work-github] oauth_id is not set"),
    "a sign-in where there is none": (
        DATA_CENTER + 'oauth_id = "x"\noauth_secret = "y"\n',
        "[bb] oauth_id is wrong: people can't sign in",
    ),
    "a number for a text": (GITHUB.replace('"Work"', "7"), "[work-github] name is wrong: must be a text"),
    "a name that can't be a key": (GITHUB.replace("work-github", "Work_1"), "[Work_1] is no table named by"),
    "a key outside a table": ('kind = "github"\n' + GITLAB, "[kind] is no table named by"),
}


@pytest.mark.parametrize("row", LINES)
def test_what_can_not_work_is_refused_with_the_instance_the_key_and_why(write: Write, tmp_path: Path, row: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "words").write_text("words")
    (tmp_path / "key").write_text("-----BEGIN PRIVATE KEY-----\n")
    text, said = LINES[row]
    [line] = refused(write(text))
    assert line.startswith(f"PORTAL_PROVIDERS {said}")


def test_everything_that_is_wrong_is_told_at_once(write: Write) -> None:
    text = GITHUB.replace("/api/v3", "") + 'ca_file = "nowhere"\n' + GITLAB.replace('"gitlab"', '"gitea"')
    assert [line.split(" is ")[0] for line in refused(write(text))] == [
        "PORTAL_PROVIDERS [work-github] ca_file",
        "PORTAL_PROVIDERS [work-github] api_url",
        "PORTAL_PROVIDERS [lab] kind",
    ]


@pytest.mark.parametrize(("text", "why"), [("", "names no provider"), ("[", "is no TOML"), (None, "can't be read")])
def test_a_file_that_names_nothing_is_refused(write: Write, tmp_path: Path, text: str | None, why: str) -> None:
    settings = Settings(providers=tmp_path / "nowhere.toml") if text is None else write(text)
    [line] = refused(settings)
    assert line.startswith("PORTAL_PROVIDERS is wrong: ")
    assert why in line


def test_a_setting_of_one_provider_beside_the_file_is_refused(write: Write) -> None:
    settings = Settings(providers=write(GITHUB).providers, gitlab_token="x", github_web_url="https://github.com")
    assert [line.split(" is ")[0] for line in refused(settings)] == ["PORTAL_GITHUB_WEB_URL", "PORTAL_GITLAB_TOKEN"]


def test_the_settings_of_one_provider_each_are_looked_at_the_same_way() -> None:
    settings = Settings(
        gitlab_api_url="https://gitlab.com/api/v4",
        bitbucket_web_url="https://github.com",
        github_oauth_secret="x",
    )
    assert refused(settings) == [
        "PORTAL_GITHUB_OAUTH_ID is not set, and oauth_secret is",
        "PORTAL_GITLAB_API_URL is wrong: must be given without /api/v4",
        "PORTAL_BITBUCKET_WEB_URL is wrong: https://github.com is used by github already",
    ]


def test_a_file_is_named_so_that_commands_find_it_from_any_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(GITHUB)
    monkeypatch.chdir(tmp_path)
    settings = Settings(providers=Path("providers.toml"))
    given = {"PORTAL_PROVIDERS": "providers.toml", "PORTAL_NOTICE": "", "HOME": ""}
    assert chosen(given, settings) == {"PORTAL_PROVIDERS": str(tmp_path / "providers.toml"), "HOME": ""}


@pytest.mark.parametrize("word", ["web", "worker", "beat", "relay", "run"])
def test_nothing_starts_and_every_line_is_said(tmp_path: Path, word: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(GITHUB.replace("/api/v3", "") + GITLAB.replace('"gitlab"', '"gitea"'))
    folder = tmp_path / "data"
    settings = {
        "PORTAL_PROVIDERS": str(file),
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_PORT": str(free_row(1)[0]),
        "PORTAL_DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
        "PORTAL_REDIS_URL": "redis://127.0.0.1:1/0",
        "PORTAL_SECRET_KEYS": SECRET_KEYS,
        "PORTAL_PUBLIC_URL": "https://portal.example",
        "PORTAL_SMTP_URL": "smtp://127.0.0.1:1",
        "PORTAL_SUPPORT_ADDRESS": "support@portal.example",
    }
    done = subprocess.run(
        programs.command(word), env=environment(**settings), capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (CONFIG, "")
    assert [line.split(" is ")[0] for line in done.stderr.splitlines()] == [
        "support-portal: PORTAL_PROVIDERS [work-github] api_url",
        "support-portal: PORTAL_PROVIDERS [lab] kind",
    ]
    assert not folder.exists()
