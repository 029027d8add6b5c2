"""The second step of signing in: which codes count, how often, and when none does."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from support_portal.domain.errors import BadInput, TooMany
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.domain.second_factor import digest_of
from support_portal.use_cases import sign_in
from tests.phones import given_a_phone
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage
from tests.use_cases.two_factor_stage import (
    HERE,
    NOT_RIGHT,
    begin,
    customer,
    enter,
    finish,
    state,
    told,
    wrong,
)


def test_mfa_2_a_wrong_code_then_the_earlier_good_one_again_are_refused_alike(stage: Stage) -> None:
    ana = customer(stage)
    phone = finish(stage, ana, begin(stage, ana))
    stage.clock.move(seconds=90)
    good = phone.code(stage.clock.at)
    assert enter(stage, ana, good) is Factor.TOTP
    assert wrong(stage, ana, "000000") == NOT_RIGHT
    assert wrong(stage, ana, good) == NOT_RIGHT
    stage.clock.move(seconds=30)
    assert wrong(stage, ana, good) == NOT_RIGHT


def test_the_code_that_proved_the_set_up_does_not_sign_in(stage: Stage) -> None:
    ana = customer(stage)
    phone = finish(stage, ana, begin(stage, ana))
    assert wrong(stage, ana, phone.code(stage.clock.at)) == NOT_RIGHT


@pytest.mark.parametrize(("seconds", "counts"), [(-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_one_step_off_and_not_two(stage: Stage, seconds: int, counts: bool) -> None:
    ana = customer(stage)
    phone = finish(stage, ana, begin(stage, ana))
    stage.clock.move(minutes=5)
    code = phone.code(stage.clock.at + timedelta(seconds=seconds))
    if counts:
        assert enter(stage, ana, code) is Factor.TOTP
    else:
        assert wrong(stage, ana, code) == NOT_RIGHT


def test_an_older_step_is_refused_after_a_newer_one(stage: Stage) -> None:
    ana = customer(stage)
    phone = finish(stage, ana, begin(stage, ana))
    stage.clock.move(minutes=5)
    assert enter(stage, ana, phone.code(stage.clock.at)) is Factor.TOTP
    assert wrong(stage, ana, phone.code(stage.clock.at - timedelta(seconds=30))) == NOT_RIGHT
    assert enter(stage, ana, phone.code(stage.clock.at + timedelta(seconds=30))) is Factor.TOTP


@pytest.mark.parametrize("typed", ["١٢٣٤٥٦", "１２３４５６", "1234567", "abcdef", "", "9" * 5000])  # noqa: RUF001
def test_every_wrong_code_gets_the_same_answer_and_is_counted(stage: Stage, typed: str) -> None:
    ana = customer(stage)
    finish(stage, ana, begin(stage, ana))
    assert wrong(stage, ana, typed) == NOT_RIGHT
    now = state(stage, ana)
    assert now is not None
    assert now.wrong_in_a_row == 1


def test_mfa_5_a_recovery_code_works_once_for_its_owner_and_is_mailed(stage: Stage) -> None:
    ana, eve = customer(stage), customer(stage, address="eve@example.org")
    anas, eves = given_a_phone(stage.tools, ana), given_a_phone(stage.tools, eve)
    code = anas.recovery_code()
    assert wrong(stage, eve, code) == NOT_RIGHT
    assert enter(stage, ana, code.upper().replace("-", " ")) is Factor.RECOVERY_CODE
    for burned in (code, eves.recovery_code(), "x" * 5000):
        assert wrong(stage, ana, burned) == NOT_RIGHT
    now = state(stage, ana)
    assert now is not None
    assert (now.codes.left, now.codes.of) == (9, 10)
    stage.work_off()
    assert stage.subjects(ANAS_SECOND) == ["A recovery code was used"]
    assert "9 codes are left" in stage.last().text


def test_mfa_5_codes_of_both_kinds_share_one_limit(stage: Stage) -> None:
    ana = customer(stage)
    phone = given_a_phone(stage.tools, ana)
    for number, typed in enumerate(("000000", "111111", "x" * 24, "222222", "y" * 24)):
        assert wrong(stage, ana, typed, f"192.0.2.{number}") == NOT_RIGHT
    assert "Too many tries" in wrong(stage, ana, phone.recovery_code(), "198.51.100.9")
    stage.clock.move(minutes=5)
    assert enter(stage, ana, phone.recovery_code()) is Factor.RECOVERY_CODE


def test_mfa_7_a_hundred_wrong_codes_over_days_lock_the_factor_and_nothing_else(stage: Stage) -> None:
    ana, eve = customer(stage), customer(stage, address="eve@example.org")
    phone, eves = given_a_phone(stage.tools, ana), given_a_phone(stage.tools, eve)
    said = []
    for number in range(101):
        stage.clock.move(minutes=31)
        said.append(wrong(stage, ana, "000000", f"192.0.2.{number}"))
    assert said[:99] == [NOT_RIGHT] * 99
    assert "locked" in said[99]
    assert "locked" in said[100]
    stage.clock.move(minutes=31)
    assert "locked" in wrong(stage, ana, phone.code(stage.clock.at))
    assert "locked" in wrong(stage, ana, phone.recovery_code())
    assert sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools).step is Step.SECOND_FACTOR
    assert enter(stage, eve, eves.code(stage.clock.at)) is Factor.TOTP
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address) == ["Codes are no longer accepted"]
    assert "100 wrong codes" in stage.last().text
    assert told(stage, ana).count("second_factor_locked") == 1


def test_a_new_password_frees_a_locked_factor(stage: Stage) -> None:
    ben = stage.staff("Ben")
    phone = given_a_phone(stage.tools, ben.principal)
    with stage.engine.begin() as connection:
        connection.execute(text("update enrolments set locked_at = now(), wrong_in_a_row = 100"))
    assert "locked" in wrong(stage, ben.principal, phone.recovery_code())
    with stage.tools.uow.begin() as work:
        work.logins.set_password(ben.principal, "another", stage.clock.at)
    assert enter(stage, ben.principal, phone.recovery_code()) is Factor.RECOVERY_CODE


def test_a_right_code_ends_the_row_of_wrong_ones(stage: Stage) -> None:
    ana = customer(stage)
    phone = given_a_phone(stage.tools, ana)
    for code in ("000000", "111111"):
        wrong(stage, ana, code)
    assert enter(stage, ana, phone.recovery_code()) is Factor.RECOVERY_CODE
    now = state(stage, ana)
    assert now is not None
    assert now.wrong_in_a_row == 0


def test_a_changed_seed_is_never_a_factor_and_is_told(stage: Stage) -> None:
    ana = customer(stage)
    phone = given_a_phone(stage.tools, ana)
    with stage.engine.begin() as connection:
        connection.execute(text("update authenticators set seed = set_byte(seed, 20, get_byte(seed, 20) # 1)"))
    assert wrong(stage, ana, phone.code(stage.clock.at)) == NOT_RIGHT
    assert "seed_unreadable" in told(stage, ana)
    assert enter(stage, ana, phone.recovery_code()) is Factor.RECOVERY_CODE


def test_a_sign_in_with_a_factor_ends_a_case_and_a_password_alone_does_not(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    account_id: UUID = stage.case(done.reference).account_id
    ana = Principal(PrincipalKind.ACCOUNT, account_id)
    with stage.engine.begin() as connection:
        hashed = stage.tools.passwords.hashed(PASSWORD)
        connection.execute(text("update accounts set password_hash = :hashed"), {"hashed": hashed})
    assert sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools).step is Step.SECOND_FACTOR
    assert stage.account(account_id).last_second_factor_at is None
    with stage.engine.begin() as connection:
        asked = text("insert into recovery_codes select id, :digest, now() from enrolments")
        connection.execute(asked, {"digest": digest_of("a" * 24)})
    assert enter(stage, ana, "a" * 24) is Factor.RECOVERY_CODE
    assert stage.account(account_id).last_second_factor_at == stage.clock.at


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(stage: Stage) -> None:
    ben = stage.staff("Ben")
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    with stage.tools.uow.begin() as work:
        work.logins.set_password(ben.principal, weak, stage.clock.at)
    sign_in.sign_in(ben.address, PASSWORD, HERE, tools=stage.tools)
    with stage.tools.uow.begin() as work:
        login = work.logins.of(ben.principal)
    assert login is not None
    assert login.password_hash != weak
    assert stage.tools.passwords.is_right(PASSWORD, login.password_hash)


def test_mfa_1_one_code_in_64_parallel_uses_however_it_is_spelled_is_accepted_once(stage: Stage) -> None:
    ana = customer(stage)
    phone = given_a_phone(stage.tools, ana)
    code = phone.code(stage.clock.at)
    spelled = [code, f" {code}", f"{code[:3]} {code[3:]}", "-".join(code)]
    uses = [partial(enter, stage, ana, spelled[number % 4], f"198.51.100.{number}") for number in range(64)]
    results = at_once(uses)
    assert [one for one in results if isinstance(one, Factor)] == [Factor.TOTP]
    assert all(isinstance(one, Factor | BadInput | TooMany) for one in results), set(map(type, results))
    stage.clock.move(minutes=5)
    assert wrong(stage, ana, code) == NOT_RIGHT


def test_mfa_5_one_recovery_code_in_64_parallel_uses_is_accepted_once(stage: Stage) -> None:
    ana = customer(stage)
    code = given_a_phone(stage.tools, ana).recovery_code()
    results = at_once([partial(enter, stage, ana, code, f"198.51.100.{number}") for number in range(64)])
    assert [one for one in results if isinstance(one, Factor)] == [Factor.RECOVERY_CODE]
