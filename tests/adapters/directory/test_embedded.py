"""Accounts that the portal keeps itself: found by address, read whole, locked, freed of one enrolment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text, update

from support_portal.adapters.db.tables import account_addresses, accounts, sign_ins
from support_portal.domain.accounts import Account, AccountStatus
from support_portal.ports.outside import DirectoryRefused, RemovalOrder
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID, EVIDENCE_RUN
from tests.cast import ANA, ANAS_ENROLMENT, NOW, an_id

ORDER = RemovalOrder(ANA.id, ANAS_ENROLMENT.id, CASE_ID, "key")


def read(stage: Stage) -> Account | None:
    with stage.uow.begin() as work:
        return work.directory.read(ANA.id)


def set_status(stage: Stage, status: AccountStatus) -> None:
    with stage.engine.begin() as connection:
        connection.execute(update(accounts).values(status=status))


def sign_in(stage: Stage, at: datetime, factor: str) -> None:
    with stage.engine.begin() as connection:
        connection.execute(insert(sign_ins).values(account_id=ANA.id, at=at, factor=factor))


def test_an_account_is_read_whole(stage: Stage) -> None:
    account = read(stage)
    assert account is not None
    assert set(account.connected) == set(ANA.connected)
    assert replace(account, connected=ANA.connected) == replace(ANA, last_second_factor_at=None)


@pytest.mark.parametrize("typed", ["ana@example.org", "ANA@EXAMPLE.ORG", "\uff41na@example.org"])
def test_an_account_is_found_by_its_registered_address_as_the_rule_compares(stage: Stage, typed: str) -> None:
    with stage.uow.begin() as work:
        assert [account.id for account in work.directory.find(typed)] == [ANA.id]


@pytest.mark.parametrize(
    "typed", ["ana.ruiz@example.net", "an.a@example.org", "ana+x@example.org", "mallory@x.example"]
)
def test_no_other_address_finds_it(stage: Stage, typed: str) -> None:
    with stage.uow.begin() as work:
        assert work.directory.find(typed) == []


def test_a_deleted_account_is_not_there(stage: Stage) -> None:
    set_status(stage, AccountStatus.DELETED)
    assert read(stage) is None
    with stage.uow.begin() as work:
        assert work.directory.find(ANA.address) == []


def test_a_replaced_address_is_told_apart_from_another_confirmed_one(stage: Stage) -> None:
    since = NOW - timedelta(days=3)
    row = {"account_id": ANA.id, "address": "old@example.org", "compared": "old@example.org", "replaced_at": since}
    with stage.engine.begin() as connection:
        connection.execute(insert(account_addresses).values(row))
    account = read(stage)
    assert account is not None
    assert account.other_addresses == ANA.other_addresses
    assert account.replaced_addresses == (("old@example.org", since),)


@pytest.mark.parametrize("factor", ["totp", "security_key", "recovery_code"])
def test_a_sign_in_with_a_second_factor_counts_as_one(stage: Stage, factor: str) -> None:
    sign_in(stage, NOW, factor)
    account = read(stage)
    assert account is not None
    assert (account.last_sign_in_at, account.last_second_factor_at) == (NOW, NOW)


@pytest.mark.parametrize("factor", ["git", "remembered", "password"])
def test_a_sign_in_without_a_second_factor_counts_as_none(stage: Stage, factor: str) -> None:
    sign_in(stage, NOW, factor)
    account = read(stage)
    assert account is not None
    assert (account.last_sign_in_at, account.last_second_factor_at) == (NOW, None)


def test_removing_again_what_was_removed_is_done_already(stage: Stage) -> None:
    case = stage.with_removal_begun()
    with stage.uow.begin() as work:
        work.records.record_removal(case, ANA.id, case.enrolment_id, EVIDENCE_RUN, work.now)
        work.directory.remove_second_factors(ORDER)
        work.directory.remove_second_factors(ORDER)
    stage.clock.at += timedelta(hours=1)
    with stage.uow.begin() as work:
        work.directory.remove_second_factors(ORDER)
    with stage.engine.connect() as connection:
        assert connection.execute(text("select ended_at from enrolments")).scalar() == NOW


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.SUSPENDED, AccountStatus.DELETED])
def test_nothing_is_removed_from_an_account_that_may_not_be_used(stage: Stage, status: AccountStatus) -> None:
    set_status(stage, status)
    with stage.uow.begin() as work, pytest.raises(DirectoryRefused, match=status):
        work.directory.remove_second_factors(ORDER)


def test_an_enrolment_that_is_not_this_accounts_is_not_removed(stage: Stage) -> None:
    with stage.uow.begin() as work, pytest.raises(DirectoryRefused, match="no such enrolment"):
        work.directory.remove_second_factors(replace(ORDER, enrolment_id=an_id(22)))
    with stage.uow.begin() as work, pytest.raises(DirectoryRefused, match="deleted"):
        work.directory.remove_second_factors(replace(ORDER, account_id=an_id(2)))


def test_an_account_is_locked_and_stays_so(stage: Stage) -> None:
    for _ in range(2):
        with stage.uow.begin() as work:
            work.directory.lock(ANA.id)
        account = read(stage)
        assert account is not None
        assert account.status is AccountStatus.LOCKED


def test_a_locked_account_is_unlocked_and_is_as_it_was(stage: Stage) -> None:
    before = read(stage)
    with stage.uow.begin() as work:
        work.directory.lock(ANA.id)
        work.directory.unlock(ANA.id)
    assert read(stage) == before


@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.SUSPENDED, AccountStatus.DELETED])
def test_only_a_locked_account_is_unlocked(stage: Stage, status: AccountStatus) -> None:
    set_status(stage, status)
    with stage.uow.begin() as work, pytest.raises(DirectoryRefused, match="not locked"):
        work.directory.unlock(ANA.id)
    with stage.engine.connect() as connection:
        assert connection.execute(text("select status from accounts")).scalar() == status


def test_locking_does_not_bring_a_suspended_account_to_another_state(stage: Stage) -> None:
    set_status(stage, AccountStatus.SUSPENDED)
    with stage.uow.begin() as work:
        work.directory.lock(ANA.id)
    account = read(stage)
    assert account is not None
    assert account.status is AccountStatus.SUSPENDED
