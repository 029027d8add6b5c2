"""People sign in at what a company hosts itself: below its path, with its authority, by a secret out of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.providers.applications import CLIENTS
from support_portal.adapters.providers.credentials import KeptFile, Secret
from support_portal.domain.git_sign_in import Identity
from support_portal.ports.git_sign_in import NotIdentified
from tests.adapters.git_sign_in.conftest import CALLBACK, SELF_HOSTED, Asked, an_asked
from tests.authority import make_certificate
from tests.stand_ins import StandIn, stand_in_providers


@pytest.fixture(params=SELF_HOSTED)
def hosted(request: pytest.FixtureRequest, running: dict[str, StandIn]) -> Asked:
    return an_asked(running[request.param])


def why(asked: Asked, secret: KeptFile | Secret, authorities: str | None = None) -> str:
    with pytest.raises(NotIdentified) as problem:
        asked.adapter_with(secret, authorities).identify("no-code", asked.verifier, with_workspaces=False)
    return str(problem.value)


def test_whoever_agreed_is_known_by_the_immutable_id(hosted: Asked) -> None:
    assert hosted.address().startswith(f"{hosted.stand_in.url}/")
    assert hosted.identify() == Identity(str(hosted.ana["id"]), "ana")


def test_a_secret_out_of_a_file_is_read_anew_and_one_that_is_gone_identifies_nobody(
    hosted: Asked, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    secret = KeptFile(file, "oauth_secret_file")
    assert why(hosted, secret) == "the oauth_secret_file can't be read: No such file or directory"
    file.write_text(CLIENTS[hosted.key].secret + "\n")
    adapter = hosted.adapter_with(secret)
    assert adapter.identify(hosted.code(), hosted.verifier, with_workspaces=False).external_id == str(hosted.ana["id"])


@pytest.mark.parametrize("key", SELF_HOSTED)
def test_a_private_authority_is_believed_where_its_file_is_named(key: str, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with stand_in_providers(keys=(key,), certificate=certificate, callbacks=(CALLBACK,)) as running:
        asked, secret = an_asked(running[key]), Secret(CLIENTS[key].secret)

        assert why(asked, secret) == "no secure connection (TLS)"
        assert why(asked, secret, str(certificate.authority)).startswith("told the error ")
