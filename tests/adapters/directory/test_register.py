"""Taking accounts in: with all that is known, and no address and no git account twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.errors import BadInput
from support_portal.domain.identities import ConnectedAccount
from support_portal.ports.records import NewAccount
from tests.adapters.db.at_once import at_once
from tests.adapters.db.stage import Stage
from tests.cast import ANA, ANAS_GITHUB, LONG_AGO, NOW

FINNS_GITHUB = ConnectedAccount("github", "3003", "finn", LONG_AGO, (), NOW)
FINNS_BITBUCKET = ConnectedAccount("bitbucket", "{f}", "Finn", LONG_AGO, ("{w1}", "{w2}"))
FINN = NewAccount(
    address="Finn@example.org",
    name="Finn Moe",
    password_hash="hash",
    other_addresses=("finn@home.example", "finn@work.example"),
    two_factor_enrolled_at=LONG_AGO,
    created_at=LONG_AGO,
    address_changed_at=LONG_AGO + timedelta(days=1),
    password_changed_at=LONG_AGO + timedelta(days=2),
    last_sign_in_at=LONG_AGO + timedelta(days=3),
    privileged=True,
    connected=(FINNS_GITHUB, FINNS_BITBUCKET),
)


def test_an_account_that_was_taken_in_is_read_whole(stage: Stage) -> None:
    with stage.uow.begin() as work:
        finn = work.directory.read(work.register.register(FINN))
    assert finn is not None
    assert (finn.address, finn.name, finn.status, finn.privileged) == (
        "Finn@example.org",
        "Finn Moe",
        AccountStatus.ACTIVE,
        True,
    )
    assert finn.two_factor is not None
    assert finn.two_factor.enrolled_at == LONG_AGO
    assert finn.other_addresses == FINN.other_addresses
    assert set(finn.connected) == set(FINN.connected)
    assert (finn.created_at, finn.address_changed_at) == (FINN.created_at, FINN.address_changed_at)
    assert (finn.password_changed_at, finn.last_sign_in_at) == (FINN.password_changed_at, FINN.last_sign_in_at)


def test_an_account_of_which_only_the_address_is_known_has_no_second_factor_and_begins_now(stage: Stage) -> None:
    with stage.uow.begin() as work:
        account = work.directory.read(work.register.register(NewAccount("bo@example.org")))
    assert account is not None
    assert account.two_factor is None
    assert account.connected == ()
    assert account.created_at == NOW


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "ANA@example.org"}, "email"),
        ({"address": "ana.ruiz@example.net"}, "email"),
        ({"other_addresses": ("ana@example.org",)}, "other_emails"),
        ({"other_addresses": ("ana.ruiz@example.net",)}, "other_emails"),
        ({"other_addresses": ("finn@EXAMPLE.org",)}, "other_emails"),
        ({"other_addresses": ("a@b.example", "A@b.example")}, "other_emails"),
        ({"connected": (replace(ANAS_GITHUB, username="stolen"),)}, "connected_accounts"),
        ({"connected": (FINNS_GITHUB, FINNS_GITHUB)}, "connected_accounts"),
    ],
)
def test_an_address_or_git_account_that_is_known_is_refused_and_its_field_named(
    stage: Stage, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput, match="known already") as refused, stage.uow.begin() as work:
        work.register.register(replace(FINN, **changes))  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]
    with stage.uow.begin() as work:
        assert not work.register.known_address("finn@home.example")


def test_the_same_git_id_at_another_provider_is_another_account(stage: Stage) -> None:
    same_number = replace(FINNS_GITHUB, instance="gitlab", external_id=ANAS_GITHUB.external_id)
    with stage.uow.begin() as work:
        assert work.register.known_git_account("github", ANAS_GITHUB.external_id)
        assert work.register.register(replace(FINN, connected=(same_number,)))


def test_of_two_that_take_in_the_same_account_at_once_one_is_refused(stage: Stage) -> None:
    def register() -> None:
        with stage.uow.begin() as work:
            work.register.register(FINN)

    got = at_once(4, register)
    assert sorted(type(one).__name__ for one in got) == ["BadInput", "BadInput", "BadInput", "NoneType"]


def test_known_addresses_are_the_registered_and_the_other_confirmed_ones(stage: Stage) -> None:
    with stage.uow.begin() as work:
        assert work.register.known_address(ANA.address.upper())
        assert work.register.known_address(ANA.other_addresses[0])
        assert not work.register.known_address("nobody@example.org")
