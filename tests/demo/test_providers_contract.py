"""The bodies of the stand-in providers are valid under the providers' own API descriptions; Data Center has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from demo.providers.__main__ import PUBLIC
from tests.demo.conftest import DESCRIPTIONS
from tests.stand_ins import StandIn, stand_in_providers

# What the real APIs send although their descriptions refuse it: (stand-in, field); null where nothing is, and what an
# older server does not know yet.
KNOWN_DEVIATIONS = {
    ("bitbucket", "parent"),
    ("bitbucket", "mainbranch"),
    ("github_enterprise", "has_discussions"),
}
DESCRIBED_AS = {"github_enterprise": "github", "gitlab_self_managed": "gitlab"}

BODIES = [
    ("github", "/api/v3/repos/ana/notes", "full-repository"),
    ("github", "/api/v3/repos/octo-org/shared", "full-repository"),
    ("github", "/api/v3/repos/ben/notes", "full-repository"),
    ("github", "/api/v3/repositories/{plain}", "full-repository"),
    ("github", "/api/v3/user/{ana}", "public-user"),
    ("github", "/api/v3/users/ana", "public-user"),
    ("github", "/api/v3/users/ana/repos", "minimal-repository"),
    ("github", "/api/v3/user", "public-user"),
    ("github", "/api/v3/rate_limit", "rate-limit-overview"),
    ("github", "/api/v3/repos/ana/nothing", "basic-error"),
    ("gitlab", "/api/v4/projects/{plain}", "APIEntitiesProject"),
    ("gitlab", "/api/v4/projects/ana%2Fnotes", "APIEntitiesProject"),
    ("gitlab", "/api/v4/projects/octo-org%2Fshared", "APIEntitiesProject"),
    ("gitlab", "/api/v4/projects/ben%2Fnotes", "APIEntitiesProject"),
    ("gitlab", "/api/v4/user", "APIEntitiesUserBasic"),
    ("gitlab", "/api/v4/users/{ana}", "APIEntitiesUserBasic"),
    ("gitlab", "/api/v4/users/{ana}/projects", "APIEntitiesProject"),
    ("bitbucket", "/2.0/repositories/ana/notes", "repository"),
    ("bitbucket", "/2.0/repositories/octo-org/shared", "repository"),
    ("bitbucket", "/2.0/repositories/ben/notes", "repository"),
    ("bitbucket", "/2.0/repositories/ana", "paginated_repositories"),
    ("bitbucket", "/2.0/user", "user"),
    ("bitbucket", "/2.0/repositories/ana/nothing", "error"),
]
EVERYWHERE = [
    *BODIES,
    *(
        (hosted, path, "basic-error" if (hosted, path) == ("github_enterprise", "/api/v3/rate_limit") else schema)
        for hosted, public in DESCRIBED_AS.items()
        for provider, path, schema in BODIES
        if provider == public
    ),
]
REPOSITORIES = {
    "github": ("/api/v3/repos/ana/notes", "basic-error"),
    "github_enterprise": ("/api/v3/repos/ana/notes", "basic-error"),
    "bitbucket": ("/2.0/repositories/ana/notes", "error"),
}
ERRORS: tuple[dict[str, Any], ...] = (
    {"kind": "unauthorized"},
    *({"kind": "forbidden", "meaning": meaning} for meaning in ("plain", "scope", "sso", "blocked")),
    {"kind": "limited"},
    {"kind": "throttled"},
    *({"kind": kind} for kind in ("not_found", "gone", "blocked")),
    *({"kind": "error", "status": status} for status in (400, 408, 500, 502, 503)),
)


@cache
def validator(provider: str, schema: str) -> OAS30Validator:
    description = json.loads((DESCRIPTIONS / f"{provider}-slice.json").read_text())
    registry: Registry[Any] = Registry().with_resource("urn:spec", DRAFT4.create_resource(description))
    return OAS30Validator({"$ref": f"urn:spec#/components/schemas/{schema}"}, registry=registry)


def broken_rules(provider: str, schema: str, body: object) -> list[str]:
    errors = validator(DESCRIBED_AS.get(provider, provider), schema).iter_errors(body)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in errors
        if (provider, field_of(error)) not in KNOWN_DEVIATIONS
    ]


def field_of(error: Any) -> object:
    """The field that breaks a rule: where it stands, or the one that is not there."""
    if error.validator == "required":
        return error.message.split("'")[1]
    return error.absolute_path[-1] if error.absolute_path else None


@pytest.fixture(scope="module")
def described() -> Iterator[dict[str, StandIn]]:
    """Every provider that has a description."""
    with stand_in_providers(keys=(*PUBLIC, *DESCRIBED_AS)) as running:
        yield running


@pytest.fixture
def numbers(described: dict[str, StandIn]) -> dict[str, dict[str, int]]:
    """A user with a plain repository, a group's one, a fork: at each provider, their ids."""
    ids = {}
    for key, stand_in in described.items():
        stand_in.reset()
        ana, _, _ = stand_in.account("ana"), stand_in.account("ben"), stand_in.account("octo-org", kind="organization")
        plain = stand_in.repository("ana", "notes", description="Nothing yet")
        stand_in.repository("octo-org", "shared", template_of=plain["id"], empty=True)
        stand_in.repository("ben", "notes", fork_of=plain["id"])
        ids[key] = {"ana": ana["id"], "plain": plain["id"]}
    return ids


@pytest.mark.parametrize("token", [None, "token-of-ana"], ids=["stranger", "token"])
@pytest.mark.parametrize(("provider", "path", "schema"), EVERYWHERE, ids=lambda value: quote(str(value), safe="/{}"))
def test_every_body_is_what_the_provider_describes(
    described: dict[str, StandIn],
    numbers: dict[str, dict[str, int]],
    provider: str,
    path: str,
    schema: str,
    token: str | None,
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = described[provider].get(path.format(**numbers[provider]), headers=headers).json()

    if path.endswith("/user") and token is None:
        schema = {"github": "basic-error", "bitbucket": "error"}.get(DESCRIBED_AS.get(provider, provider), schema)
    for entry in body if isinstance(body, list) else [body]:
        assert broken_rules(provider, schema, entry) == []


@pytest.mark.parametrize("fault", ERRORS, ids=lambda fault: " ".join(map(str, fault.values())))
@pytest.mark.parametrize("provider", REPOSITORIES)
def test_every_error_is_what_the_provider_describes(
    described: dict[str, StandIn], provider: str, fault: dict[str, Any]
) -> None:
    path, schema = REPOSITORIES[provider]
    described[provider].fail(**fault)
    body = described[provider].get(path).json()
    described[provider].fail("normal")

    assert broken_rules(provider, schema, body) == []


def test_the_descriptions_notice_a_body_that_drifts(github: StandIn) -> None:
    github.account("ana")
    github.repository("ana", "notes")
    body = github.get("/api/v3/repos/ana/notes").json()
    del body["private"]
    body["id"] = "1"

    assert len(broken_rules("github", "full-repository", body)) == 2
