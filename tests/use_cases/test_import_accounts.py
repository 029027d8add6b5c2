"""Accounts come from a file: every wrong line is named with its number, and then none is imported."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from support_portal.adapters.db.tables import accounts
from support_portal.domain.errors import BadInput
from support_portal.use_cases.import_accounts import import_accounts
from tests.use_cases.stage import ANAS, Stage

SINCE = "2024-05-04T09:30:00+02:00"
GIT = {"provider": "github", "external_id": 1001, "username": "ana-dev", "connected_at": SINCE}


def a_line(**changes: Any) -> str:
    """Ana, as a line of the file; a change to ... leaves a field out."""
    ana = {
        "email": ANAS,
        "name": "Ana Ruiz",
        "password": "a lantern in the harbor",
        "other_emails": ["ana.ruiz@example.net"],
        "two_factor_enabled": True,
        "two_factor_enrolled_at": SINCE,
        "password_changed_at": SINCE,
        "last_sign_in_at": SINCE,
        "privileged": False,
        "connected_accounts": [GIT],
    }
    return json.dumps({name: value for name, value in {**ana, **changes}.items() if value is not ...})


def known(stage: Stage) -> list[str]:
    """The registered addresses of all accounts."""
    with stage.engine.connect() as connection:
        return list(connection.execute(select(accounts.c.address).order_by(accounts.c.address)).scalars())


def test_a_right_file_is_imported_whole(stage: Stage) -> None:
    workspace = "{a0a0a0a0-1111-4222-8333-444455556666}"
    bitbucket = {**GIT, "provider": "bitbucket", "external_id": "{b0}", "workspace_ids": [workspace]}
    bea = {"email": "bea@example.org", "other_emails": ..., "password": ..., "connected_accounts": [bitbucket]}
    lines = [a_line(), "", a_line(**bea), a_line(email="c@example.org", other_emails=[], connected_accounts=[])]
    assert import_accounts(lines, tools=stage.tools) == 3
    assert known(stage) == [ANAS, "bea@example.org", "c@example.org"]
    with stage.tools.uow.begin() as work:
        [ana], [bea_] = work.directory.find(ANAS), work.directory.find("bea@example.org")
    assert ana.two_factor is not None
    assert ana.two_factor.enrolled_at == datetime(2024, 5, 4, 7, 30, tzinfo=UTC)
    assert (ana.connected[0].external_id, ana.other_addresses) == ("1001", ("ana.ruiz@example.net",))
    assert bea_.connected[0].workspace_ids == (workspace,)
    stage.ask()
    assert stage.subjects() == ["Confirm your request"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"email": "a@example.org", "email": "b@example.org"}', "a field stands there twice"),
        (a_line(role="admin"), "unknown field role"),
        (a_line(email=...), "email is not an email address"),
        (a_line(email="ana"), "email is not an email address"),
        (a_line(email=[ANAS]), "email is not an email address"),
        (a_line(name=...), "name is missing"),
        (a_line(name="A\0na"), "name is not a text"),
        (a_line(name="Ana \ud800"), "name is not a text"),
        (a_line(other_emails="ana@example.net"), "other_emails is a list"),
        (a_line(other_emails=["ANA@example.org"]), "names an address twice"),
        (a_line(two_factor_enabled="yes"), "two_factor_enabled is true or false"),
        (a_line(two_factor_enrolled_at=...), "two_factor_enrolled_at is missing"),
        (a_line(two_factor_enrolled_at="2024-05-04T09:30:00"), "with its offset"),
        (a_line(last_sign_in_at="yesterday"), "last_sign_in_at is a time"),
        (a_line(last_sign_in_at="0001-01-01T00:00:00+14:00"), "last_sign_in_at is a time"),
        (a_line(connected_accounts=["github"]), "something that is no object"),
        (a_line(connected_accounts=[{**GIT, "provider": "sourceforge"}]), "provider is one of: github, gitlab"),
        (a_line(connected_accounts=[{**GIT, "external_id": True}]), "external_id is missing"),
        (a_line(connected_accounts=[{**GIT, "external_id": "1\0"}]), "external_id is no id"),
        (a_line(connected_accounts=[{**GIT, "connected_at": None}]), "connected_at is missing"),
        (a_line(connected_accounts=[{**GIT, "workspace_ids": ["{1}"]}]), "workspace_ids are for Bitbucket"),
        (a_line(connected_accounts=[{**GIT, "scope": "repo"}]), "unknown field scope"),
        (a_line(connected_accounts=[GIT, GIT]), "known already"),
    ],
)
def test_a_broken_line_is_named_with_its_number_and_nothing_is_imported(stage: Stage, line: str, words: str) -> None:
    with pytest.raises(BadInput) as refusal:
        import_accounts(
            [a_line(email="zoe@example.org", other_emails=[], connected_accounts=[]), line], tools=stage.tools
        )
    assert list(refusal.value.fields) == ["2"]
    assert refusal.value.fields["2"].startswith("line 2: ")
    assert words in refusal.value.fields["2"]
    assert known(stage) == []


def test_all_broken_lines_are_named_at_once(stage: Stage) -> None:
    with pytest.raises(BadInput) as refusal:
        import_accounts(["{", a_line(), "[]"], tools=stage.tools)
    assert list(refusal.value.fields) == ["1", "3"]
    assert known(stage) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"other_emails": [], "connected_accounts": []},
        {"email": "ANA@Example.org", "other_emails": [], "connected_accounts": []},
        {"email": "bea@example.org", "other_emails": [ANAS], "connected_accounts": []},
        {"email": "ana.ruiz@example.net", "other_emails": [], "connected_accounts": []},
        {"email": "bea@example.org", "other_emails": [], "connected_accounts": [GIT]},
    ],
)
@pytest.mark.parametrize("is_in_one_file", [True, False])
def test_an_address_or_git_account_that_is_known_is_an_error(
    stage: Stage, changes: dict[str, Any], is_in_one_file: bool
) -> None:
    if not is_in_one_file:
        import_accounts([a_line()], tools=stage.tools)
    lines = [a_line(), a_line(**changes)] if is_in_one_file else ["", a_line(**changes)]
    with pytest.raises(BadInput) as refusal:
        import_accounts(lines, tools=stage.tools)
    assert list(refusal.value.fields) == ["2"]
    assert "known already" in refusal.value.fields["2"]
    assert known(stage) == ([] if is_in_one_file else [ANAS])


def test_an_account_is_as_old_as_the_oldest_thing_known_of_it(stage: Stage) -> None:
    older = {**GIT, "connected_at": "2021-03-03T09:30:00+00:00"}
    import_accounts([a_line(connected_accounts=[older])], tools=stage.tools)
    with stage.tools.uow.begin() as work:
        [ana] = work.directory.find(ANAS)
    assert ana.created_at == datetime(2021, 3, 3, 9, 30, tzinfo=UTC)
