"""`support-portal doctor`: a line for every part and setting, and what to do about what is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from support_portal.settings import NEEDED_IN_PRODUCTION, PREFIX, Settings, SettingsError

PATIENCE = 3  # seconds for a provider's address to take a connection
WHY = {
    "DATABASE_URL": "the PostgreSQL server, like postgresql://user:password@host/portal",
    "REDIS_URL": "the broker, like redis://host:6379/0",
    "SECRET_KEYS": "keys of at least 32 characters, newest first, separated by commas",
    "PUBLIC_URL": "where people reach the portal, like https://support.example.org",
    "SMTP_URL": "the mail server, like smtp+starttls://user:password@host:587",
    "SUPPORT_ADDRESS": "the address mails come from, like support@example.org",
}


@dataclass(frozen=True)
class Finding:
    """One part or setting: fine, missing, wrong or unreachable, and what to do."""

    name: str
    state: str
    told: str
    is_needed: bool


def doctor() -> int:
    """Print every finding; 0 when production could start, else 1."""
    try:
        settings = Settings.for_command()
    except SettingsError as error:
        print(f"settings: wrong: {error}")
        return 1
    findings = [*_settings(settings), *_parts(settings), *_providers(settings)]
    for finding in findings:
        print(f"{finding.name}: {finding.state}" + (f": {finding.told}" if finding.told else ""))
    return int(any(finding.is_needed and finding.state != "fine" for finding in findings))


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in NEEDED_IN_PRODUCTION:
        if not getattr(settings, name.lower()):
            yield Finding(f"{PREFIX}{name}", "missing", f"set it to {WHY[name]}", True)
        elif name == "SECRET_KEYS":
            yield _keys(settings)
        else:
            yield Finding(f"{PREFIX}{name}", "fine", "", True)


def _keys(settings: Settings) -> Finding:
    try:
        count = len(settings.keys)
    except SettingsError as error:
        return Finding(f"{PREFIX}SECRET_KEYS", "wrong", str(error), True)
    return Finding(f"{PREFIX}SECRET_KEYS", "fine", f"{count} in use", True)


def _parts(settings: Settings) -> Iterator[Finding]:
    if not settings.database_url:
        return
    from support_portal.wiring import health_from

    report = health_from(settings).look()
    for name, part in (("database", report.database), ("broker", report.broker), ("mail server", report.mail)):
        yield Finding(name, "fine" if part.is_fine else "unreachable", "" if part.is_fine else part.told, True)


def _providers(settings: Settings) -> Iterator[Finding]:
    """Each provider's address takes a connection; the portal starts without, and checks wait."""
    for name in ("github", "gitlab", "bitbucket"):
        url = urlsplit(getattr(settings, f"{name}_api_url"))
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        title = f"{name} at {url.hostname}:{port}"
        token = "with a token" if getattr(settings, f"{name}_token") else f"no {PREFIX}{name.upper()}_TOKEN: low limits"
        try:
            socket.create_connection((url.hostname or "", port), PATIENCE).close()
        except OSError as error:
            yield Finding(title, "unreachable", f"{error.strerror or error}; checks wait until it answers", False)
        else:
            yield Finding(title, "fine", token, False)
