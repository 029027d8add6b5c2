"""Who came back from a provider, by real HTTP against the stand-ins; whatever is odd is no answer."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from support_portal.adapters.git_sign_in.oauth import Application
from support_portal.adapters.providers.credentials import Secret
from support_portal.domain.git_sign_in import Identity
from support_portal.ports.git_sign_in import NotIdentified
from tests.adapters.git_sign_in.conftest import PATIENCE, Asked

SCOPES = {"github": None, "gitlab": ["read_user"], "bitbucket": ["account"]}
API = {"github": "/api/v3/user", "gitlab": "/api/v4/user", "bitbucket": "/2.0/user"}
# What each part can answer that says nothing of who it is.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    (part, fault)
    for part in ("token", "user")
    for fault in (
        {"kind": "error"},
        {"kind": "unauthorized"},
        {"kind": "forbidden"},
        {"kind": "not_found"},
        {"kind": "redirect"},
        {"kind": "html"},
        {"kind": "empty"},
        {"kind": "truncated"},
        {"kind": "dropped"},
        {"kind": "huge", "size": 3_000_000},
    )
]


def why(asked: Asked, code: str = "", **more: Any) -> str:
    """What is written down where nobody was identified."""
    with pytest.raises(NotIdentified) as problem:
        asked.identify(code, **more)
    assert problem.value.__cause__ is None, "what stands behind it may hold the code"
    return str(problem.value)


def own_id(asked: Asked) -> str:
    return str(asked.ana["uuid"] if asked.key == "bitbucket" else asked.ana["id"])


def test_whoever_agreed_is_known_by_the_immutable_id(asked: Asked) -> None:
    assert asked.identify() == Identity(own_id(asked), "ana")


def test_the_least_scope_is_asked_for_with_state_and_s256(asked: Asked) -> None:
    query = parse_qs(urlsplit(asked.address()).query)
    assert query.get("scope") == SCOPES[asked.key]
    assert (query["state"], query["code_challenge_method"]) == (["the-state"], ["S256"])
    assert asked.verifier not in asked.address()


def test_of_the_provider_only_the_identity_is_asked(asked: Asked) -> None:
    asked.identify()
    api = [one for one in asked.stand_in.log() if one["part"] == "api"]
    assert [(one["method"], one["path"]) for one in api] == [("GET", API[asked.key])]


def test_of_bitbucket_only_workspaces_that_are_administered_count(bitbucket: Asked) -> None:
    own = bitbucket.ana["workspaces"][0]["uuid"]
    assert bitbucket.identify(with_workspaces=True).workspace_ids == (own,)


def test_all_pages_of_workspaces_are_read(bitbucket: Asked) -> None:
    bitbucket.stand_in.reset()
    slugs = [{"slug": f"space-{number}"} for number in range(130)]
    bitbucket.ana = bitbucket.stand_in.account("ana", workspaces=slugs)
    assert len(set(bitbucket.identify(with_workspaces=True).workspace_ids)) == 130


def test_workspaces_that_can_not_be_read_are_no_empty_list(bitbucket: Asked) -> None:
    for fault in ({"kind": "error"}, {"kind": "missing", "field": "administrator"}):
        code = bitbucket.code()
        bitbucket.stand_in.fail(**fault, part="user", path="/workspaces")
        why(bitbucket, code, with_workspaces=True)
        bitbucket.stand_in.fail("normal", part="user")


def test_oau_1_a_code_is_good_once(asked: Asked) -> None:
    code = asked.code()
    asked.identify(code)
    assert "told the error" in why(asked, code)


def test_oau_1_a_code_is_good_with_its_verifier(asked: Asked) -> None:
    assert "told the error" in why(asked, verifier=asked.verifier[::-1])


def test_a_wrong_secret_is_refused(asked: Asked) -> None:
    with pytest.raises(NotIdentified, match="told the error"):
        asked.adapter("another secret").identify(asked.code(), asked.verifier, with_workspaces=False)


def test_an_error_in_a_200_is_an_error(asked: Asked) -> None:
    code = asked.code()
    asked.stand_in.fail("oauth_error", part="token", body="bad_verification_code")
    assert why(asked, code) == "told the error bad_verification_code"


@pytest.mark.parametrize(("part", "fault"), FAULTS, ids=lambda value: value["kind"] if isinstance(value, dict) else "")
def test_a_fault_is_no_identity_and_no_secret_is_told(asked: Asked, part: str, fault: dict[str, Any]) -> None:
    code = asked.code()
    asked.stand_in.fail(**fault, part=part)
    told = why(asked, code)
    assert told
    assert code not in told
    assert asked.verifier not in told


def test_an_id_that_is_empty_or_of_another_kind_is_none(asked: Asked) -> None:
    field = "uuid" if asked.key == "bitbucket" else "id"
    faults: list[dict[str, Any]] = [{"kind": "empty_id"}, {"kind": "missing", "field": field}]
    faults += [{"kind": "mistyped", "field": field, "value": value} for value in ("x", True, -1, None, [1])]
    for fault in faults:
        code = asked.code()
        asked.stand_in.fail(**fault, part="user")
        assert field in why(asked, code), fault
        asked.stand_in.fail("normal", part="user")


def test_oau_2_an_address_plays_no_part_verified_or_not(asked: Asked) -> None:
    code = asked.code()
    asked.stand_in.fail("verified_email", part="user", value="victim@example.org")
    assert "victim" not in repr(asked.identify(code))


@pytest.mark.parametrize("kind", ["hang", "drip"])
@pytest.mark.parametrize("part", ["token", "user"])
def test_a_provider_that_is_slow_holds_nobody(asked: Asked, part: str, kind: str) -> None:
    code = asked.code()
    asked.stand_in.fail(kind, part=part)
    begun = time.monotonic()
    why(asked, code)
    assert time.monotonic() - begun < PATIENCE * 2.5
    asked.stand_in.reset()


def test_the_secret_does_not_show_itself() -> None:
    assert "hush" not in repr(Application("id", Secret("hush"), "http://localhost:1/"))
