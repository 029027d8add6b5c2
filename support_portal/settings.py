"""What the portal reads from the environment: once, here, and nowhere else."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PORTAL_"
LEFT_FOR_COMMANDS = "settings.json"  # in the data folder of `run`, readable by its owner alone
# `support+TOKEN@…` has to fit into the 64 characters that RFC 5321 gives the name before the @; a token has 48.
LONGEST_SUPPORT_NAME = 15
LOOPBACK_NAMES = ("localhost", "localhost.localdomain")

# What the production commands refuse to start without (the names without the prefix).
NEEDED_IN_PRODUCTION = ("DATABASE_URL", "REDIS_URL", "SECRET_KEYS", "PUBLIC_URL", "SMTP_URL", "SUPPORT_ADDRESS")


class SettingsError(Exception):
    """Settings are missing or wrong; the text has a line for each, which names it."""

    @property
    def lines(self) -> list[str]:
        """A line for each."""
        return str(self).splitlines()


def environment() -> dict[str, str]:
    """A copy of the whole environment, for the programs that `run` starts."""
    return dict(os.environ)


def config_folder() -> Path:
    """Where this person's commands keep what they need (the XDG base directories)."""
    kept = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(kept) if Path(kept).is_absolute() else Path.home() / ".config") / "support-portal"


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine and nowhere else."""
    host = urlsplit(url).hostname or ""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def web_url(value: str) -> str:
    """An address of the web without a closing slash; raises ValueError with what it must be."""
    parts = urlsplit(value.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address like https://name.example")
    if parts.scheme == "http" and not is_loopback(value):
        raise ValueError("must begin with https:// (plain http is accepted on this machine alone)")
    return value.rstrip("/")


def portal_address(named: str | None) -> str:
    """The portal that a command was told, or else the one of the settings; raises SettingsError."""
    if named is None:
        return Settings.for_command().address
    try:
        return web_url(named)
    except ValueError as error:
        raise SettingsError(f"the address of the portal is wrong: it {error}") from None


def _smtp_url(value: str) -> str:
    parts = urlsplit(value)
    known = parts.scheme in {"smtp", "smtps", "smtp+starttls"}
    if not known or not parts.hostname or parts.path.strip("/") or parts.query or parts.port == 0:
        raise ValueError("must be an address like smtp://host:25 or smtp+starttls://user:password@host:587")
    return value


def _support_address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+", value):
        raise ValueError("must be an address like support@name.example")
    if len(value.partition("@")[0]) > LONGEST_SUPPORT_NAME:
        raise ValueError(f"has at most {LONGEST_SUPPORT_NAME} characters before the @, so that answers find their case")
    return value


WebUrl = Annotated[str, BeforeValidator(web_url)]


class Settings(BaseSettings):
    """Every setting has the prefix `PORTAL_`; `docs/settings.md` explains each."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    port: int = Field(8000, ge=1, le=65530)
    data_dir: Path = Path("var")
    database_url: str | None = None
    redis_url: str | None = None
    public_url: WebUrl | None = None
    secret_keys: str | None = None
    product_name: str = "Bitrise"
    repository_name: str = Field("bitrise_verification", pattern=r"^[A-Za-z0-9._-]{1,100}$")
    notice: str | None = Field(None, max_length=300)
    smtp_url: Annotated[str, BeforeValidator(_smtp_url)] | None = None
    support_address: Annotated[str, BeforeValidator(_support_address)] | None = None
    authserv_id: str | None = None
    providers: Path | None = None
    github_api_url: WebUrl = "https://api.github.com"
    github_web_url: WebUrl = "https://github.com"
    github_token: str | None = None
    github_oauth_id: str | None = None
    github_oauth_secret: str | None = None
    gitlab_api_url: WebUrl = "https://gitlab.com"
    gitlab_web_url: WebUrl = "https://gitlab.com"
    gitlab_token: str | None = None
    gitlab_oauth_id: str | None = None
    gitlab_oauth_secret: str | None = None
    bitbucket_api_url: WebUrl = "https://api.bitbucket.org"
    bitbucket_web_url: WebUrl = "https://bitbucket.org"
    bitbucket_token: str | None = None
    bitbucket_oauth_id: str | None = None
    bitbucket_oauth_secret: str | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment; raises SettingsError with one line for the first setting that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            raise SettingsError(f"{PREFIX}{name} is wrong: {first['msg'].removeprefix('Value error, ')}") from None

    @classmethod
    def for_command(cls) -> Self:
        """The environment, and beneath it what the portal that runs in the same data folder left for commands."""
        left = cls.from_environment().data_dir / LEFT_FOR_COMMANDS
        if not left.is_file():
            return cls.from_environment()
        return cls(**{**json.loads(left.read_text()), **cls.from_environment().model_dump(exclude_unset=True)})

    def need(self, *names: str) -> None:
        """Raise SettingsError naming the first of these settings that is not there."""
        for name in names:
            if not getattr(self, name.lower()):
                raise SettingsError(f"{PREFIX}{name} is not set, and this command does not start without it")

    @cached_property
    def address(self) -> str:
        """Where people reach the portal, without a closing slash; every link in pages and mails begins with it."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the portal is reached on this machine alone; only then are waits below the floors accepted."""
        return is_loopback(self.address)

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The secret keys, newest first; raises SettingsError when there is none or one is short."""
        self.need("SECRET_KEYS")
        found = tuple(part.strip().encode() for part in (self.secret_keys or "").split(",") if part.strip())
        if not found or any(len(key) < 32 for key in found):
            raise SettingsError(f"{PREFIX}SECRET_KEYS is wrong: each key needs at least 32 characters")
        return found
