"""What people, tests and seed files ask for, read and checked before anything changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.providers.state import Account, Refused, Repository, State
from demo.providers.tokens import Installation, Token

ACCOUNT_FIELDS = {"login", "id", "name", "kind", "created_at", "uuid", "account_id", "workspaces", "member_of"}
REPOSITORY_FIELDS = {
    *("owner", "name", "id", "uuid", "path", "private", "visibility", "description", "created_at", "creator"),
    *("fork_of", "template_of", "mirror_url", "imported_from", "archived", "empty"),
}


def make_account(state: State, asked: Any) -> Account:
    """Make the account that a body of ``POST /_control/accounts`` describes."""
    facts = _known(asked, ACCOUNT_FIELDS)
    if facts.get("kind", "user") not in ("user", "organization"):
        raise Refused("A kind is user or organization.")
    return state.add_account(_text(facts.pop("login", "")), **facts)


def make_repository(state: State, asked: Any) -> Repository:
    """Make the repository that a body of ``POST /_control/repositories`` describes."""
    facts = _repository_facts(asked)
    parent = state.repository(facts["fork_of"]) if facts.get("fork_of") else None
    name = facts.pop("name", parent.name if parent else "")
    return state.add_repository(_text(facts.pop("owner", "")), _text(name), **facts)


def change_repository(state: State, number: int, asked: Any) -> Repository:
    """Change a repository as a body of ``PATCH /_control/repositories/ID`` says."""
    return state.change_repository(number, **_repository_facts(asked))


def read_token(asked: Any) -> tuple[str, Token]:
    """The token that a body of ``POST /_control/tokens`` tells of."""
    facts = _known(asked, {"token", "login", "scopes", "expires_at", "revoked"})
    scopes, ends_at = facts.get("scopes", ()), facts.get("expires_at")
    told = None if scopes is None else tuple(scopes)
    return _text(facts.get("token")), Token(
        facts.get("login"), told, _moment(ends_at) if ends_at else None, bool(facts.get("revoked"))
    )


def read_installation(asked: Any) -> tuple[int, Installation]:
    """The app that a body of ``POST /_control/installations`` installs."""
    facts = _known(asked, {"id", "app_id", "public_key", "permissions"})
    installation = Installation(str(facts["app_id"]), _text(facts.get("public_key")), facts.get("permissions") or {})
    return int(facts["id"]), installation


def load(state: State, asked: Any) -> None:
    """Fill a provider from its part of a seed file."""
    document = _known(asked, {"accounts", "repositories"})
    for account in document.get("accounts", []):
        make_account(state, account)
    for repository in document.get("repositories", []):
        make_repository(state, repository)


def _repository_facts(asked: Any) -> dict[str, Any]:
    facts = _known(asked, REPOSITORY_FIELDS)
    if "private" in facts:
        facts["visibility"] = "private" if facts.pop("private") else "public"
    if facts.get("visibility", "public") not in ("public", "internal", "private"):
        raise Refused("A visibility is public, internal or private.")
    if "creator" in facts:
        facts["creator_id"] = facts.pop("creator")
    return facts


def _known(asked: Any, fields: set[str]) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise Refused("A JSON object is needed.")
    unknown = sorted(set(asked) - fields)
    if unknown:
        raise Refused(f"There is no field {', '.join(unknown)}; there are {', '.join(sorted(fields))}.")
    facts = dict(asked)
    if facts.get("created_at") is not None:
        facts["created_at"] = _moment(facts["created_at"])
    return facts


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as problem:
        raise Refused("A time is ISO 8601 with an offset.") from problem
    if moment.tzinfo is None:
        raise Refused("A time needs its offset.")
    return moment.astimezone(UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise Refused("A login, an owner and a name are texts.")
    return value
