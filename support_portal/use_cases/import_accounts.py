"""Accounts come from a file, one JSON object a line: all of them, or none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from support_portal.domain.addresses import compared, is_address
from support_portal.domain.errors import BadInput
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.moves import Actor, By, Event
from support_portal.ports.records import NewAccount
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools

LONGEST_NAME = 200
LONGEST_ID = 200
TIMES = ("two_factor_enrolled_at", "email_changed_at", "password_changed_at", "last_sign_in_at")
FIELDS = {
    "email",
    "name",
    "password",
    "other_emails",
    "two_factor_enabled",
    "privileged",
    "connected_accounts",
    *TIMES,
}
CONNECTED_FIELDS = {"provider", "external_id", "username", "connected_at", "workspace_ids"}


class WrongLine(Exception):
    """One line of the file does not fit; the text says why."""


def import_accounts(lines: Iterable[str], *, tools: Tools) -> int:
    """Import every account of a file, in one transaction; the number of accounts.

    Raises BadInput whose fields are line numbers; then nothing of the file was imported.
    """
    wrong: dict[str, str] = {}
    count = 0
    instances = {instance.key: instance.kind for instance in tools.instances}
    with tools.uow.begin() as work:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                account = read_line(line, instances, tools)
                _refuse_known(work, account)
                work.register.register(account)
            except (WrongLine, BadInput) as error:
                wrong[str(number)] = f"line {number}: {error}"
            count += 1
        if wrong:
            raise BadInput(wrong)
        work.records.tell(Event(None, work.now, "accounts_imported", Actor(By.PORTAL, "import"), why=str(count)))
    return count


def _refuse_known(work: Work, account: NewAccount) -> None:
    if work.register.known_address(account.address):
        raise WrongLine("this address is known already")
    for one in account.connected:
        if work.register.known_git_account(one.instance, one.external_id):
            raise WrongLine(f"the git account {one.external_id} at {one.instance} is known already")


def read_line(line: str, instances: Mapping[str, str], tools: Tools) -> NewAccount:
    """One account from one line; raises WrongLine in plain words."""
    try:
        found = json.loads(line, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        raise WrongLine(f"not JSON ({error.msg} at character {error.pos})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or a thousand brackets deep
        raise WrongLine("not JSON of an account") from error
    if not isinstance(found, dict):
        raise WrongLine("not a JSON object")
    if unknown := sorted(set(found) - FIELDS):
        raise WrongLine(f"unknown field {unknown[0]}")
    address = _address(found.get("email"), "email")
    others = tuple(_address(one, "other_emails") for one in _list(found, "other_emails"))
    if len({compared(one) for one in (address, *others)}) != len(others) + 1:
        raise WrongLine("other_emails names an address twice")
    times = {name: _time(found.get(name), name) for name in TIMES}
    password = _text(found, "password", required=False)
    enabled = _flag(found, "two_factor_enabled")
    if enabled and times["two_factor_enrolled_at"] is None:
        raise WrongLine("two_factor_enrolled_at is missing: 2FA is on, so it was set up at some time")
    connected = tuple(_connected(one, instances) for one in _list(found, "connected_accounts"))
    known = [moment for moment in (*times.values(), *(one.connected_at for one in connected)) if moment]
    return NewAccount(
        address=address,
        name=_text(found, "name", required=True)[:LONGEST_NAME],
        password_hash=tools.passwords.hashed(password) if password else None,
        other_addresses=others,
        two_factor_enrolled_at=times["two_factor_enrolled_at"] if enabled else None,
        created_at=min(known, default=None),  # it is at least as old as the oldest that is known of it
        address_changed_at=times["email_changed_at"],
        password_changed_at=times["password_changed_at"],
        last_sign_in_at=times["last_sign_in_at"],
        privileged=_flag(found, "privileged"),
        connected=connected,
    )


def _connected(found: Any, instances: Mapping[str, str]) -> ConnectedAccount:
    if not isinstance(found, dict):
        raise WrongLine("connected_accounts holds something that is no object")
    if unknown := sorted(set(found) - CONNECTED_FIELDS):
        raise WrongLine(f"unknown field {unknown[0]} in connected_accounts")
    provider = found.get("provider")
    if not isinstance(provider, str) or provider not in instances:
        raise WrongLine(f"provider is one of: {', '.join(instances)}")
    workspaces = tuple(_id(one, "workspace_ids") for one in _list(found, "workspace_ids"))
    if workspaces and instances[provider] != "bitbucket":
        raise WrongLine("workspace_ids are for Bitbucket alone")
    connected_at = _time(found.get("connected_at"), "connected_at")
    if connected_at is None:
        raise WrongLine("connected_at is missing")
    external_id = _id(found.get("external_id"), "external_id")
    name = _text(found, "username", required=True)
    return ConnectedAccount(provider, external_id, name, connected_at, workspaces)


def _id(value: Any, name: str) -> str:
    """An id as the provider gives it: a number or a text."""
    told = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not told:
        raise WrongLine(f"{name} is missing, or no id")
    if not told.isprintable() or len(told) > LONGEST_ID:
        raise WrongLine(f"{name} is no id")
    return told


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WrongLine("a field stands there twice")
    return found


def _address(value: Any, name: str) -> str:
    if not isinstance(value, str) or not is_address(value):
        raise WrongLine(f"{name} is not an email address")
    return value


def _text(found: dict[str, Any], name: str, *, required: bool) -> str:
    value = found.get(name, "")
    if not isinstance(value, str) or not _can_be_kept(value):
        raise WrongLine(f"{name} is not a text")
    if required and not value.strip():
        raise WrongLine(f"{name} is missing")
    return value.strip() if required else value


def _can_be_kept(text: str) -> bool:
    """Whether a database can hold it: JSON can write NUL and half a character, UTF-8 and PostgreSQL can't."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _flag(found: dict[str, Any], name: str) -> bool:
    value = found.get(name, False)
    if not isinstance(value, bool):
        raise WrongLine(f"{name} is true or false")
    return value


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise WrongLine(f"{name} is a list")
    return value


def _time(value: Any, name: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise WrongLine(f"{name} is a time like 2026-05-04T09:30:00+00:00, with its offset")
