"""`support-portal doctor`: a line for every part and setting, and what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from support_portal.domain.evidence import CannotCheck
from support_portal.domain.identities import PROVIDER_NAMES
from support_portal.domain.standing import Standing
from support_portal.provider_settings import read_providers
from support_portal.settings import NEEDED_IN_PRODUCTION, PREFIX, Settings, SettingsError

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
        for line in error.lines:
            print(f"settings: wrong: {line}")
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
    """How each provider stands; the portal starts without, and checks wait."""
    from support_portal.use_cases.look_at_providers import stand_of
    from support_portal.wiring_providers import providers_from

    try:
        found = providers_from(read_providers(settings), settings)
    except SettingsError as error:
        yield from (Finding("providers", "wrong", line, True) for line in error.lines)
        return
    for instance, standing in stand_of(found.values()):
        title = f"{instance.key} ({PROVIDER_NAMES[instance.kind]}) at {standing.api_url}"
        if standing.fault is not None:
            is_kept_out = standing.fault.reason is CannotCheck.CREDENTIALS
            state = "keeps us out" if is_kept_out else "unreachable"
            yield Finding(title, state, f"{standing.fault.detail}; checks wait until it lets us in", False)
        else:
            yield Finding(title, "too many rights" if standing.advice else "fine", _told(standing), False)


def _told(standing: Standing) -> str:
    """What was told, in a line; the advice first."""
    ends = f"{standing.expires_at:%Y-%m-%d %H:%M} UTC" if standing.expires_at else ""
    parts = {
        "": standing.advice,
        "asked as ": standing.way,
        "that is ": standing.identity,
        "it may: ": "" if standing.scopes is None else standing.rights,
        "it ends on ": ends,
        "questions: ": "" if standing.limit is None else standing.limits,
        "version ": standing.version,
    }
    return "; ".join(f"{words}{told}" for words, told in parts.items() if told)
