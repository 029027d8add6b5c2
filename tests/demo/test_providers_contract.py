"""The bodies of the stand-in providers are valid under the providers' own API descriptions."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.demo.conftest import DESCRIPTIONS
from tests.stand_ins import StandIn

# What the real APIs send although their descriptions refuse it: (provider, field).
KNOWN_DEVIATIONS = {("bitbucket", "parent"), ("bitbucket", "mainbranch")}

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


@cache
def validator(provider: str, schema: str) -> OAS30Validator:
    description = json.loads((DESCRIPTIONS / f"{provider}-slice.json").read_text())
    registry: Registry[Any] = Registry().with_resource("urn:spec", DRAFT4.create_resource(description))
    return OAS30Validator({"$ref": f"urn:spec#/components/schemas/{schema}"}, registry=registry)


def broken_rules(provider: str, schema: str, body: object) -> list[str]:
    errors = validator(provider, schema).iter_errors(body)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in errors
        if not (error.absolute_path and (provider, error.absolute_path[-1]) in KNOWN_DEVIATIONS)
    ]


@pytest.fixture
def numbers(providers: dict[str, StandIn]) -> dict[str, dict[str, int]]:
    """A user with a plain repository, a group's one, a fork: at each provider, their ids."""
    ids = {}
    for key, stand_in in providers.items():
        ana, _, _ = stand_in.account("ana"), stand_in.account("ben"), stand_in.account("octo-org", kind="organization")
        plain = stand_in.repository("ana", "notes", description="Nothing yet")
        stand_in.repository("octo-org", "shared", template_of=plain["id"], empty=True)
        stand_in.repository("ben", "notes", fork_of=plain["id"])
        ids[key] = {"ana": ana["id"], "plain": plain["id"]}
    return ids


@pytest.mark.parametrize("token", [None, "token-of-ana"], ids=["stranger", "token"])
@pytest.mark.parametrize(("provider", "path", "schema"), BODIES, ids=lambda value: quote(str(value), safe="/{}"))
def test_every_body_is_what_the_provider_describes(
    providers: dict[str, StandIn],
    numbers: dict[str, dict[str, int]],
    provider: str,
    path: str,
    schema: str,
    token: str | None,
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = providers[provider].get(path.format(**numbers[provider]), headers=headers).json()

    if path.endswith("/user") and token is None:
        schema = {"github": "basic-error", "bitbucket": "error"}.get(provider, schema)
    for entry in body if isinstance(body, list) else [body]:
        assert broken_rules(provider, schema, entry) == []


def test_the_descriptions_notice_a_body_that_drifts(github: StandIn) -> None:
    github.account("ana")
    github.repository("ana", "notes")
    body = github.get("/api/v3/repos/ana/notes").json()
    del body["private"]
    body["id"] = "1"

    assert len(broken_rules("github", "full-repository", body)) == 2
