"""What an answer must hold to be evidence: written down a second time, and from the providers' documents alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from support_portal.domain.identities import ProviderKind

MISSING = object()
Rule = Callable[[object], bool]


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_none_or(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


# Dots lead inwards. What is not named here may be left out.
NEEDED: Mapping[ProviderKind, Mapping[str, Rule]] = {
    ProviderKind.GITHUB: {
        "id": _is_id,
        "name": _is_text,
        "owner.id": _is_id,
        "owner.login": _is_text,
        "owner.type": _is_text,
        "private": _is_flag,
        "fork": _is_flag,
        "created_at": _is_time,
        "mirror_url": _is_none_or(_is_text),
    },
    ProviderKind.GITLAB: {
        "id": _is_id,
        "path": _is_text,
        "namespace.kind": _is_text,
        "namespace.full_path": _is_text,
        "owner.id": _is_id,
        "creator_id": _is_id,
        "visibility": _is_text,
        "import_status": _is_text,
        "created_at": _is_time,
    },
    ProviderKind.BITBUCKET: {
        "type": _is_text,
        "uuid": _is_text,
        "slug": _is_text,
        "workspace.uuid": _is_text,
        "workspace.slug": _is_text,
        "is_private": _is_flag,
        "created_on": _is_time,
        "parent": _is_none_or(lambda value: isinstance(value, dict)),
    },
    ProviderKind.DATA_CENTER: {
        "id": _is_id,
        "slug": _is_text,
        "scmId": _is_text,
        "public": _is_flag,
        "project.type": _is_text,
        "project.owner.id": _is_id,
        "project.owner.slug": _is_text,
        "description": _is_text,  # the code that stands in for the date stands there
    },
}


def is_whole(kind: ProviderKind, body: bytes) -> bool:
    """Whether this is JSON that can be read in one way alone, with a repository that lacks nothing."""
    try:
        read = json.loads(body.decode(), object_pairs_hook=_each_name_once)
    except (ValueError, RecursionError):
        return False
    return any(_lacks_nothing(kind, one) for one in (read if isinstance(read, list) else [read]))


def _lacks_nothing(kind: ProviderKind, body: object) -> bool:
    return all(rule(_at(body, path)) for path, rule in NEEDED[kind].items())


def _at(body: Any, path: str) -> object:
    for step in path.split("."):
        if not isinstance(body, dict):
            return MISSING
        body = body.get(step, MISSING)
    return body


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)
