"""What must be so for a provider to be asked: everything that can be known before anything starts."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support_portal.domain.identities import PROVIDER_NAMES, ProviderKind
from support_portal.settings import web_url

NEEDED = ("kind", "name", "web_url", "api_url")
APP = ("app_id", "installation_id", "app_key_file")
FILES = ("token_file", "ca_file", "app_key_file", "oauth_secret_file")
TEXTS = ("kind", "name", "web_url", "api_url", "token", "oauth_id", "oauth_secret")
KEYS = (*TEXTS, *FILES, "app_id", "installation_id")
PUBLIC_APIS = {
    "api.github.com": ProviderKind.GITHUB,
    "gitlab.com": ProviderKind.GITLAB,
    "api.bitbucket.org": ProviderKind.BITBUCKET,
}
WITHOUT_OWN_PATH = ".ghe.com"  # GitHub's Enterprise Cloud with data residency: https://api.NAME.ghe.com
NOT_SET = "is not set"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one key of one instance; `why` follows the key in a sentence."""

    key: str
    field: str
    why: str


def problems_of(key: str, table: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with one instance by itself."""
    wrong = dict(_fields(table))
    good = {name: value for name, value in table.items() if name not in wrong}
    kind = good.get("kind")
    if kind is not None:
        for rule in (_api, _credentials, _app, _sign_in):
            for name, why in rule(ProviderKind(kind), good):
                wrong.setdefault(name, why)
    return [Problem(key, name, why) for name, why in wrong.items()]


def problems_between(tables: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """The instances whose pages lie at the same place, or one's below another's: a link could mean either."""
    places = {key: str(table.get("web_url", "")).rstrip("/") for key, table in tables.items()}
    found = []
    for (first, one), (second, other) in combinations(places.items(), 2):
        if one and other and (_is_within(one, other) or _is_within(other, one)):
            found.append(Problem(second, "web_url", f"is wrong: {other} is used by {first} already"))
    return found


def _is_within(outer: str, inner: str) -> bool:
    one, other = urlsplit(outer), urlsplit(inner)
    same_host = (one.scheme, one.netloc.casefold()) == (other.scheme, other.netloc.casefold())
    return same_host and f"{other.path}/".startswith(f"{one.path}/")


def _fields(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the keys, each by itself."""
    for name in NEEDED:
        if not table.get(name):
            yield name, NOT_SET
    for name, value in table.items():
        if why := _why(name, value):
            yield name, why


def _why(name: str, value: Any) -> str:
    """Why this can't be the value of this key; empty where it can."""
    if name not in KEYS:
        return f"is no key of a provider; there are {', '.join(KEYS)}"
    if name in FILES:
        return _why_not_read(name, value)
    if name == "installation_id":
        return "" if _is_number(value) else "is wrong: must be a number"
    if name == "app_id" and _is_number(value):
        return ""
    if not isinstance(value, str) or not value.strip():
        return "is wrong: must be a text"
    if name == "kind" and value not in set(ProviderKind):
        return f"is wrong: must be one of {', '.join(ProviderKind)}"
    return _why_no_address(value) if name in ("web_url", "api_url") else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _why_no_address(value: str) -> str:
    try:
        web_url(value)
    except ValueError as problem:
        return f"is wrong: {problem}"
    return ""


def _why_not_read(name: str, value: Any) -> str:
    if not isinstance(value, Path):
        return "is wrong: must be the path of a file"
    try:
        held = value.read_bytes()
        if name == "ca_file":
            ssl.create_default_context(cafile=value)
    except ssl.SSLError:
        return f"is wrong: {value} holds no certificate in PEM"
    except OSError as problem:
        return f"is wrong: {value} can't be read: {problem.strerror}"
    if name == "app_key_file" and b"PRIVATE KEY-----" not in held:
        return f"is wrong: {value} holds no private key in PEM"
    return "" if held.strip() else f"is wrong: {value} is empty"


Given = Mapping[str, Any]
Found = Iterator[tuple[str, str]]
Rule = Callable[[str, str], str]


def _api(kind: ProviderKind, given: Given) -> Found:
    """The address of the API is one of this kind: each client adds another path to it by itself."""
    if "api_url" not in given:
        return
    parts = urlsplit(given["api_url"].rstrip("/"))
    host = (parts.hostname or "").casefold()
    whose = PUBLIC_APIS.get(host, kind)
    if whose is not kind:
        yield "api_url", f"is wrong: {host} is {PROVIDER_NAMES[whose]}'s, and this is a {PROVIDER_NAMES[kind]}"
    elif why := _API_RULES[kind](host, parts.path):
        yield "api_url", f"is wrong: {why}"


def _github(host: str, path: str) -> str:
    if host == "api.github.com" or host.endswith(WITHOUT_OWN_PATH):
        return f"must be https://{host}, without a path" if path else ""
    return "" if path.endswith("/api/v3") else "must end with /api/v3 for an Enterprise Server"


def _gitlab(_host: str, path: str) -> str:
    return "must be given without /api/v4" if "/api" in path else ""


def _bitbucket(_host: str, path: str) -> str:
    return "must be given without /2.0" if path else ""


def _data_center(_host: str, path: str) -> str:
    return "must be given without /rest" if "/rest" in path else ""


_API_RULES: dict[ProviderKind, Rule] = {
    ProviderKind.GITHUB: _github,
    ProviderKind.GITLAB: _gitlab,
    ProviderKind.BITBUCKET: _bitbucket,
    ProviderKind.DATA_CENTER: _data_center,
}


def _credentials(_kind: ProviderKind, given: Given) -> Found:
    ways = [name for name in ("token", "token_file") if name in given]
    if len(ways) > 1:
        yield "token_file", "is set beside token: keep one of them"
    if ways and any(name in given for name in APP):
        yield "app_id", f"is set beside {ways[0]}: keep one of them"


def _app(kind: ProviderKind, given: Given) -> Found:
    there = [name for name in APP if name in given]
    if there and kind is not ProviderKind.GITHUB:
        yield there[0], "is wrong: only GitHub has such apps"
    elif there:
        for name in APP:
            if name not in given:
                yield name, f"{NOT_SET}, and {there[0]} is: an app needs {', '.join(APP)}"


def _sign_in(kind: ProviderKind, given: Given) -> Found:
    secrets = [name for name in ("oauth_secret", "oauth_secret_file") if name in given]
    has_id = "oauth_id" in given
    if kind is ProviderKind.DATA_CENTER and (has_id or secrets):
        yield "oauth_id", "is wrong: people can't sign in through a Bitbucket Data Center"
    elif len(secrets) > 1:
        yield "oauth_secret_file", "is set beside oauth_secret: keep one of them"
    elif has_id and not secrets:
        yield "oauth_secret", f"{NOT_SET}, and oauth_id is"
    elif secrets and not has_id:
        yield "oauth_id", f"{NOT_SET}, and {secrets[0]} is"
