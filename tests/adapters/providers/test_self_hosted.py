"""What companies host themselves is asked and judged like the public providers, and answers in its own ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from support_portal.adapters.providers.credentials import Access, KeptFile, Secret
from support_portal.domain.evidence import CannotCheck, Found, Missing, Unknown
from support_portal.domain.identities import read_link
from tests.adapters.providers.asking import CODE, SELF_HOSTED, TOKEN, Scene, a_scene, in_words
from tests.adapters.providers.test_checks import ROWS
from tests.authority import make_certificate
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn, stand_in_providers

UNDATED = {"created_for_this_case: older"}
NOT_TOLD = {
    "data_center": UNDATED | {f"is_original: {one}" for one in ("mirror", "template copy", "import")},
    "github_enterprise": {"is_original: import"},
    "gitlab_self_managed": set[str](),
}
NOBODY_TELLS_MAKER = {"data_center", "github_enterprise"}


@pytest.fixture(params=SELF_HOSTED)
def hosted(request: pytest.FixtureRequest, running_providers: dict[str, StandIn]) -> Scene:
    return a_scene(running_providers[request.param])


@pytest.mark.parametrize("row", ROWS)
def test_each_check_fails_alone(hosted: Scene, row: str) -> None:
    fail, expected, _ = ROWS[row]
    if row in NOT_TOLD[hosted.key] or (row.endswith("made by somebody else") and hosted.key in NOBODY_TELLS_MAKER):
        expected = set()
    if row == "not_moved" and hosted.key == "data_center":
        expected = {"repository_found"}  # an address left behind is answered 404

    assert fail(hosted) == expected


def test_a_repository_is_found_at_the_account_in_one_call(hosted: Scene) -> None:
    hosted.repository()

    assert isinstance(hosted.provider.by_account(hosted.ana, REQUIRED_NAME), Found)
    assert len(hosted.stand_in.log()) == 1


def test_an_enterprise_server_is_asked_without_a_version_below_its_own_path(enterprise: Scene) -> None:
    enterprise.repository()  # the stand-in answers 400 to a version

    assert isinstance(enterprise.ask(), Found)
    assert {one["path"] for one in enterprise.stand_in.log()} == {f"/api/v3/repos/ana/{REQUIRED_NAME}"}


def test_a_gitlab_below_a_path_is_asked_below_it_and_its_links_are_read(self_managed: Scene) -> None:
    self_managed.repository()
    link = self_managed.link_to("ana")
    root = self_managed.stand_in.url.removesuffix("/gitlab")

    assert link.startswith(f"{root}/gitlab/")
    assert self_managed.failing(link=link) == set()
    assert {one["path"] for one in self_managed.stand_in.log()} == {f"/gitlab/api/v4/projects/ana%2F{REQUIRED_NAME}"}
    assert read_link(f"{root}/ana/{REQUIRED_NAME}", [self_managed.provider.instance]) is None


@pytest.mark.parametrize("tail", ["", "/", "/browse", "/browse/README.md?at=main", ".git"])
@pytest.mark.parametrize("place", ["users/ana", "projects/~ana", "projects/~ANA"])
def test_a_link_to_a_data_center_is_read_however_it_was_copied(data_center: Scene, place: str, tail: str) -> None:
    data_center.repository()
    link = f"{data_center.stand_in.url}/{place}/repos/{REQUIRED_NAME}{tail}"

    assert data_center.failing(link=link) == set()


@pytest.mark.parametrize(
    "path", ["ana/x", "users/ana", "users/ana/x", "users/ana/repos", "scm/~ana/x", "users/../repos/x"]
)
def test_what_names_no_repository_at_a_data_center_causes_no_request(data_center: Scene, path: str) -> None:
    assert data_center.failing(link=f"{data_center.stand_in.url}/{path}") == {"link_recognised"}
    assert data_center.stand_in.log() == []


def test_a_link_is_written_as_the_data_center_writes_it(data_center: Scene) -> None:
    data_center.repository()
    answer = data_center.ask()

    assert isinstance(answer, Found)
    assert answer.facts.url == f"{data_center.stand_in.url}/users/ana/repos/{REQUIRED_NAME}"


def test_the_code_stands_in_for_the_date_that_a_data_center_does_not_tell(data_center: Scene) -> None:
    data_center.repository(description=f"for {CODE}, please")

    assert data_center.results()["created_for_this_case"].verdict == "passed"
    assert data_center.failing(code=None) == {"created_for_this_case"}
    assert data_center.failing(code="another") == {"challenge_present"}


def test_without_the_code_nothing_at_a_data_center_passes(data_center: Scene) -> None:
    data_center.repository(description="")
    results = data_center.results()

    assert results["challenge_present"].verdict == "failed"
    assert results["created_for_this_case"].verdict == "not_run"


def test_what_a_data_center_keeps_from_strangers_is_absent_or_private_and_no_fault_of_ours(data_center: Scene) -> None:
    data_center.repository(visibility="private")

    assert isinstance(data_center.ask(), Missing)
    assert in_words(data_center.with_token("revoked").by_path("~ana", REQUIRED_NAME)) == "credentials"


def test_a_name_that_is_another_person_s_by_now_is_not_the_account_at_a_data_center(data_center: Scene) -> None:
    data_center.stand_in.rename_account(data_center.number, "ana-b")
    data_center.stand_in.account("ana")
    data_center.repository(owner="ana")

    assert isinstance(data_center.provider.by_account(data_center.ana, REQUIRED_NAME), Missing)
    assert data_center.failing() == {"owner_is_connected", "connected_before_request"}


@pytest.mark.parametrize("key", SELF_HOSTED)
def test_a_private_authority_is_believed_where_its_file_is_named_and_nowhere_else(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(certificate.authority))  # the environment is not trusted
    with stand_in_providers(keys=(key,), certificate=certificate) as running:
        scene = a_scene(running[key])
        scene.repository()
        believed = Access(Secret(TOKEN), ca_file=KeptFile(certificate.authority, "ca_file"))

        assert isinstance(scene.with_access(believed).by_path(scene.own_place, REQUIRED_NAME), Found)
        assert scene.ask() == Unknown(CannotCheck.UNAVAILABLE, "no secure connection (TLS)")
