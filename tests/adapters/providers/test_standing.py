"""How the portal stands with a provider: whose token it has, what that opens, until when, and how often it may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from support_portal.adapters.providers.credentials import STRANGER, Access, App, Login, Secret
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.standing import Way
from tests.adapters.providers.asking import Scene
from tests.adapters.providers.test_credentials import INSTALLATION, in_pem, install, key
from tests.stand_ins import StandIn

__all__ = ["key"]  # a fixture
OWN = Access(Secret("own-token"))
ENDS = datetime(2027, 1, 31, tzinfo=UTC)
EVERY = ("github", "gitlab", "bitbucket", "enterprise", "self_managed", "data_center")


@pytest.fixture(params=EVERY)
def anywhere(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.getfixturevalue(request.param)
    return found


def give_token(stand_in: StandIn, *scopes: str, **more: object) -> None:
    """A token of the portal's, of an account of its own."""
    stand_in.account("portal-bot")
    stand_in.token("own-token", login="portal-bot", scopes=list(scopes), **more)


def test_each_tells_whose_the_token_is(anywhere: Scene) -> None:
    give_token(anywhere.stand_in, "account" if anywhere.kind == "bitbucket" else "read_api")
    standing = anywhere.with_access(OWN).standing()

    assert standing.fault is None
    assert (standing.way, standing.identity) == (Way.TOKEN, "portal-bot")
    assert standing.api_url == anywhere.stand_in.api_url


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "error", "html", "not_found", "redirect", "dropped"])
def test_what_keeps_us_out_is_told_with_its_reason_and_never_raised(anywhere: Scene, fault: str) -> None:
    give_token(anywhere.stand_in)
    anywhere.stand_in.fail(fault)
    standing = anywhere.with_access(OWN).standing()

    assert standing.fault is not None
    kept_out = fault in ("unauthorized", "forbidden")
    assert standing.fault.reason is (CannotCheck.CREDENTIALS if kept_out else CannotCheck.UNAVAILABLE)


@pytest.mark.parametrize("more", [{"revoked": True}, {"expires_at": "2020-01-01T00:00:00+00:00"}], ids=str)
def test_git_3_a_token_that_is_revoked_or_expired_is_told(anywhere: Scene, more: dict[str, object]) -> None:
    give_token(anywhere.stand_in, **more)
    standing = anywhere.with_access(OWN).standing()

    assert standing.fault is not None
    assert standing.fault.reason is CannotCheck.CREDENTIALS


@pytest.mark.parametrize("key_", ["github", "enterprise"])
def test_github_tells_the_scopes_of_a_classic_token_and_any_is_too_many(
    request: pytest.FixtureRequest, key_: str
) -> None:
    scene: Scene = request.getfixturevalue(key_)
    give_token(scene.stand_in, "repo", "read:org", expires_at="2027-01-31T00:00:00+00:00")
    standing = scene.with_access(OWN).standing()

    assert standing.scopes == standing.too_wide == ("repo", "read:org")
    assert standing.expires_at == ENDS
    assert standing.advice.startswith("It may do more than it has to (repo, read:org)")


def test_a_token_without_scopes_is_what_is_wanted_and_untold_ones_are_said_to_be_untold(github: Scene) -> None:
    give_token(github.stand_in)
    standing = github.with_access(OWN).standing()
    assert (standing.scopes, standing.advice, standing.rights) == ((), "", "only what is public")

    github.stand_in.token("own-token", login="portal-bot", scopes=None)
    assert github.with_access(OWN).standing().rights == "not told"


@pytest.mark.parametrize(("scopes", "wide"), [(("read_api",), ()), (("read_api", "api"), ("api",))])
def test_gitlab_tells_what_its_token_may_and_more_than_read_api_is_too_much(
    gitlab: Scene, scopes: tuple[str, ...], wide: tuple[str, ...]
) -> None:
    give_token(gitlab.stand_in, *scopes, expires_at="2027-01-31T00:00:00+00:00")
    standing = gitlab.with_access(OWN).standing()

    assert (standing.scopes, standing.too_wide) == (scopes, wide)
    assert standing.expires_at == ENDS
    assert standing.limits == "1999 of 2000 left"


@pytest.mark.parametrize(
    ("scopes", "wide", "identity"),
    [
        (("account", "repository"), (), "portal-bot"),
        (("repository",), (), ""),
        (("account", "repository:write"), ("repository:write",), "portal-bot"),
    ],
)
def test_bitbucket_tells_its_scopes_and_whose_the_token_is_where_that_is_allowed(
    bitbucket: Scene, scopes: tuple[str, ...], wide: tuple[str, ...], identity: str
) -> None:
    give_token(bitbucket.stand_in, *scopes)
    standing = bitbucket.with_access(OWN).standing()

    assert standing.fault is None
    assert (standing.scopes, standing.too_wide, standing.identity) == (scopes, wide, identity)


def test_a_data_center_tells_its_version_and_no_scope(data_center: Scene) -> None:
    give_token(data_center.stand_in)
    standing = data_center.with_access(OWN).standing()

    assert (standing.version, standing.scopes) == ("9.4.2", None)


def test_an_enterprise_server_without_limits_is_as_good_as_any(enterprise: Scene) -> None:
    standing = enterprise.with_access(STRANGER).standing()

    assert standing.fault is None
    assert (standing.limit, standing.limits) == (None, "none told")


def test_a_stranger_learns_the_limits_and_at_gitlab_that_a_token_is_needed(
    github: Scene, gitlab: Scene, bitbucket: Scene, data_center: Scene
) -> None:
    told = {scene.key: scene.with_access(STRANGER).standing() for scene in (github, gitlab, bitbucket, data_center)}

    why = "without a token GitLab tells neither owner nor origin"
    assert told["gitlab"].fault == Unknown(CannotCheck.CREDENTIALS, why)
    assert {key: standing.fault for key, standing in told.items() if key != "gitlab"} == dict.fromkeys(
        ("github", "bitbucket", "data_center")
    )
    assert told["github"].limits == "4999 of 5000 left"
    assert {standing.way for standing in told.values()} == {Way.STRANGER}


def test_an_app_tells_its_rights_and_writing_is_too_much(github: Scene, key: object) -> None:
    install(github, key)  # type: ignore[arg-type]
    public = key.public_key()  # type: ignore[attr-defined]
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    github.stand_in.install_app(INSTALLATION, "42", pem, metadata="read", contents="write")
    app = App("42", INSTALLATION, Secret(in_pem(key)))  # type: ignore[arg-type]
    standing = github.with_access(Access(app=app)).standing()

    assert standing.fault is None
    assert (standing.way, standing.identity) == (Way.APP, "App 42, installation 7")
    assert standing.too_wide == ("contents: write",)
    assert standing.limits == "4999 of 5000 left"
    gone = github.with_access(Access(app=replace(app, installation_id=8))).standing()
    assert gone.fault is not None


def test_an_oauth_app_is_told_as_one(github: Scene) -> None:
    standing = github.with_access(Access(login=Login("an-id", Secret("s")))).standing()

    assert (standing.way, standing.fault) == (Way.OAUTH_APP, None)
