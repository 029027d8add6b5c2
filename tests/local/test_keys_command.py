"""The command that seals everything with the newest key."""

from __future__ import annotations

from pathlib import Path

import pytest

from support_portal.domain.staff import Role
from support_portal.settings import Settings
from support_portal.use_cases.add_staff import add_staff
from support_portal.wiring import tools_from
from tests.parts import Database, command
from tests.phones import given_a_phone

WRONG = 1
OLD, NEW = "an-old-key-of-more-than-32-characters", "a-new-key-of-more-than-32-characters"


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, str]:
    """A portal in which one person has a phone, sealed with the old key."""
    tools = tools_from(Settings.model_validate({"database_url": database.url, "secret_keys": OLD}))
    add_staff("ben@support.example", Role.AGENT, "Ben", tools=tools)
    with tools.uow.begin() as work:
        found = work.logins.by_address("ben@support.example")
    assert found is not None
    given_a_phone(tools, found.principal)
    return {"PORTAL_DATABASE_URL": database.url, "PORTAL_DATA_DIR": str(tmp_path)}


def test_it_says_how_many_of_each_were_sealed_anew_and_a_second_run_finds_nothing(settings: dict[str, str]) -> None:
    settings["PORTAL_SECRET_KEYS"] = f"{NEW},{OLD}"
    said = command(settings, "keys", "rotate").splitlines()
    assert said == [
        "set_ups.seed: 0 re-encrypted, 0 left",
        "set_ups.codes: 0 re-encrypted, 0 left",
        "authenticators.seed: 1 re-encrypted, 0 left",
    ]
    settings["PORTAL_SECRET_KEYS"] = NEW
    assert command(settings, "keys", "rotate").splitlines()[-1] == "authenticators.seed: 0 re-encrypted, 0 left"


def test_a_key_that_was_removed_too_early_is_told_by_status_1(settings: dict[str, str]) -> None:
    settings["PORTAL_SECRET_KEYS"] = NEW
    said = command(settings, "keys", "rotate", status=WRONG)
    assert said.splitlines()[-1] == "authenticators.seed: 0 re-encrypted, 1 left"
