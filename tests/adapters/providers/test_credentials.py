"""With what a provider is asked: tokens, files that are replaced while the portal runs, apps; nothing shows them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support_portal.adapters.providers.credentials import Access, App, Held, KeptFile, Login, Secret
from support_portal.adapters.providers.strict_http import OwnClient
from support_portal.domain.evidence import CannotCheck, Found, Missing, Unknown
from support_portal.ports.outside import GitProvider
from tests.adapters.providers.asking import TOKEN, Scene, in_words
from tests.authority import make_certificate
from tests.builders import REQUIRED_NAME
from tests.stand_ins import stand_in_providers

INSTALLATION = 7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


def by_file(scene: Scene, file: Path) -> GitProvider:
    return scene.with_access(Access(KeptFile(file, "token_file")))


def asked(provider: GitProvider, scene: Scene) -> str:
    return in_words(provider.by_path(scene.own_place, REQUIRED_NAME))


def test_a_token_that_is_replaced_in_its_file_is_used_from_then_on(scene: Scene, file: Path) -> None:
    scene.repository()
    provider = by_file(scene, file)
    assert asked(provider, scene) == "evaluated"
    file.write_text("revoked-one")
    assert asked(provider, scene) == "credentials"
    file.write_text(TOKEN)
    assert asked(provider, scene) == "evaluated"


def test_a_file_that_can_not_be_read_any_more_is_no_verdict_and_nothing_is_asked(scene: Scene, file: Path) -> None:
    scene.repository()
    provider = by_file(scene, file)
    file.unlink()
    answer = provider.by_path("ana", REQUIRED_NAME)

    why = "the token_file can't be read: No such file or directory"
    assert answer == Unknown(CannotCheck.CREDENTIALS, why)
    assert scene.stand_in.log() == []
    file.write_text("")
    assert provider.by_account(scene.ana, REQUIRED_NAME) == Unknown(CannotCheck.CREDENTIALS, "the token_file is empty")
    file.write_text(TOKEN)
    assert asked(provider, scene) == "evaluated"


def test_a_client_is_made_anew_only_when_its_secret_changed(file: Path) -> None:
    made: list[Held] = []
    client = OwnClient(Access(KeptFile(file, "token_file")), made.append)
    for _ in range(3):
        client()
    file.touch()  # the same secret in a newer file
    client()
    assert len(made) == 1
    file.write_text("another")
    client()
    client()
    assert [one.token for one in made] == [TOKEN, "another"]


def test_authorities_are_read_anew_when_their_file_changes(github: Scene, tmp_path: Path) -> None:
    theirs, other = tmp_path / "theirs", tmp_path / "other"
    theirs.mkdir()
    other.mkdir()
    certificate, stranger = make_certificate(theirs), make_certificate(other)
    file = tmp_path / "ca.pem"
    file.write_bytes(stranger.authority.read_bytes())
    with stand_in_providers(keys=("github",), certificate=certificate) as running:
        scene = Scene(running["github"], github.provider, github.ana, github.number)
        provider = scene.with_access(Access(ca_file=KeptFile(file, "ca_file")))
        assert provider.by_path("ana", "x") == Unknown(CannotCheck.UNAVAILABLE, "no secure connection (TLS)")
        file.write_bytes(certificate.authority.read_bytes())
        assert isinstance(provider.by_path("ana", "x"), Missing)


def test_github_is_asked_as_an_oauth_app_where_there_is_nothing_better(github: Scene) -> None:
    github.repository()
    provider = github.with_access(Access(login=Login("an-id", Secret("an-oauth-secret"))))

    assert isinstance(provider.by_path("ana", REQUIRED_NAME), Found)
    assert [one["authorization"] for one in github.stand_in.log()] == ["basic"]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def in_pem(key: rsa.RSAPrivateKey) -> str:
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()


def install(scene: Scene, key: rsa.RSAPrivateKey, app_id: str = "42") -> GitProvider:
    pem, spki = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(pem, spki).decode()
    scene.stand_in.install_app(INSTALLATION, app_id, public, metadata="read")
    return scene.with_access(Access(app=App("42", INSTALLATION, Secret(in_pem(key)))))


@pytest.mark.parametrize("where", ["github", "enterprise"])
def test_an_app_asks_with_the_token_of_its_installation_and_gets_one_for_many_questions(
    request: pytest.FixtureRequest, key: rsa.RSAPrivateKey, where: str
) -> None:
    scene: Scene = request.getfixturevalue(where)
    scene.repository()
    provider = install(scene, key)
    for _ in range(3):
        assert isinstance(provider.by_path("ana", REQUIRED_NAME), Found)

    asked = [(one["method"], one["path"].removeprefix("/api/v3")) for one in scene.stand_in.log()]
    exchange = ("POST", f"/app/installations/{INSTALLATION}/access_tokens")
    assert asked == [exchange, *[("GET", f"/repos/ana/{REQUIRED_NAME}")] * 3]


def test_an_app_that_is_not_installed_any_more_is_a_matter_of_credentials_and_no_missing_repository(
    github: Scene, key: rsa.RSAPrivateKey
) -> None:
    github.repository()
    provider = install(github, key, app_id="another")
    answer = provider.by_path("ana", REQUIRED_NAME)

    assert answer == Unknown(CannotCheck.CREDENTIALS, "the installation of the GitHub App answered 404")


def test_a_key_that_the_app_does_not_have_is_a_matter_of_credentials(github: Scene, key: rsa.RSAPrivateKey) -> None:
    github.repository()
    install(github, key)
    other = rsa.generate_private_key(65537, 2048)
    for pem in (in_pem(other), "-----BEGIN PRIVATE KEY-----\nno key"):
        provider = github.with_access(Access(app=App("42", INSTALLATION, Secret(pem))))
        assert in_words(provider.by_path("ana", REQUIRED_NAME)) == "credentials"


@pytest.mark.parametrize(
    ("kind", "told"), [("error", "unavailable"), ("redirect", "unavailable"), ("throttled", "rate_limited until told")]
)
def test_an_exchange_that_fails_says_nothing_about_the_repository(
    github: Scene, key: rsa.RSAPrivateKey, kind: str, told: str
) -> None:
    github.repository()
    provider = install(github, key)
    github.stand_in.fail(kind, path="/access_tokens")

    assert in_words(provider.by_path("ana", REQUIRED_NAME)) == told


def test_no_secret_is_shown_or_logged(scene: Scene, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scene.repository()
    access = Access(KeptFile(file, "token_file"))
    scene.stand_in.fail("html")
    answer = scene.with_access(access).by_path("ana", REQUIRED_NAME)

    shown = repr((access, access.now(), Secret(TOKEN), App("1", 2, Secret(TOKEN)), Login("i", Secret(TOKEN)), answer))
    assert TOKEN not in shown
    assert TOKEN not in caplog.text
