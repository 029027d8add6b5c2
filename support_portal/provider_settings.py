"""The git providers that the portal asks, as settings or a file name them: one list, and all that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support_portal.domain.identities import PROVIDER_NAMES, ProviderKind
from support_portal.provider_rules import FILES, Problem, problems_between, problems_of
from support_portal.settings import PREFIX, Settings, SettingsError

FILE = f"{PREFIX}PROVIDERS"
BY_ENVIRONMENT = (ProviderKind.GITHUB, ProviderKind.GITLAB, ProviderKind.BITBUCKET)
SETTINGS = ("api_url", "web_url", "token", "oauth_id", "oauth_secret")
KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class ProviderSettings:
    """One instance; `key` names it in rows and addresses, the files hold secrets that are never shown."""

    key: str
    kind: ProviderKind
    name: str
    web_url: str
    api_url: str
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    ca_file: Path | None = None
    app_id: str | None = None
    installation_id: int | None = None
    app_key_file: Path | None = None
    oauth_id: str | None = None
    oauth_secret: str | None = field(default=None, repr=False)
    oauth_secret_file: Path | None = None


def read_providers(settings: Settings) -> tuple[ProviderSettings, ...]:
    """Every instance, in the order they are shown. Raises SettingsError with a line for everything that can't work."""
    return _from_file(settings, settings.providers) if settings.providers else _from_environment(settings)


def _from_environment(settings: Settings) -> tuple[ProviderSettings, ...]:
    """One for each public provider, with its kind as its key."""
    tables: dict[str, dict[str, Any]] = {}
    for kind in BY_ENVIRONMENT:
        given = {name: getattr(settings, f"{kind}_{name}") for name in SETTINGS}
        chosen = {name: value for name, value in given.items() if value}
        tables[kind.value] = {"kind": kind.value, "name": PROVIDER_NAMES[kind], **chosen}
    return _made(tables, lambda one: f"{PREFIX}{one.key}_{one.field}".upper())


def _from_file(settings: Settings, path: Path) -> tuple[ProviderSettings, ...]:
    """One for each table of the file; the files that it names are looked for beside it."""
    beside = [f"{kind}_{name}" for kind in BY_ENVIRONMENT for name in SETTINGS]
    if also := [name for name in beside if name in settings.model_fields_set and getattr(settings, name)]:
        _refuse([f"{PREFIX}{name.upper()} is set beside {FILE}, which names every provider: unset it" for name in also])
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsError(f"{FILE} is wrong: {path} can't be read: {problem.strerror}") from None
    except ValueError as problem:
        raise SettingsError(f"{FILE} is wrong: {path} is no TOML: {str(problem).splitlines()[0]}") from None
    if not tables:
        raise SettingsError(f"{FILE} is wrong: {path} names no provider")
    odd = [key for key, table in tables.items() if not isinstance(table, dict) or not KEY.fullmatch(key)]
    if odd:
        _refuse([f"{FILE} [{key}] is no table named by small letters, digits and dashes" for key in odd])
    for table in tables.values():
        table.update({name: path.parent / table[name] for name in FILES if isinstance(table.get(name), str)})
    return _made(tables, lambda one: f"{FILE} [{one.key}] {one.field}")


def _made(tables: Mapping[str, Mapping[str, Any]], name: Callable[[Problem], str]) -> tuple[ProviderSettings, ...]:
    problems = [one for key, table in tables.items() for one in problems_of(key, table)]
    problems += problems_between(tables)
    if problems:
        _refuse([f"{name(one)} {one.why}" for one in problems])
    return tuple(_one(key, table) for key, table in tables.items())


def _one(key: str, table: Mapping[str, Any]) -> ProviderSettings:
    plain = {name: value for name, value in table.items() if name not in ("kind", "web_url", "api_url", "app_id")}
    return ProviderSettings(
        key=key,
        kind=ProviderKind(table["kind"]),
        web_url=table["web_url"].rstrip("/"),
        api_url=table["api_url"].rstrip("/"),
        app_id=str(table["app_id"]) if "app_id" in table else None,
        **plain,
    )


def _refuse(lines: list[str]) -> None:
    raise SettingsError("\n".join(lines))
