"""Two-factor authentication is turned on, changed and turned off."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from support_portal.domain.errors import BadInput, NotAllowed, NotFound, TooMany
from support_portal.domain.principals import Factor, Step
from support_portal.domain.staff import Role
from support_portal.use_cases import enrol, lock, sign_in, two_factor
from tests.phones import Phone, given_a_phone
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage
from tests.use_cases.two_factor_stage import (
    HERE,
    NOT_RIGHT,
    begin,
    customer,
    enter,
    finish,
    from_base32,
    state,
    told,
    wrong,
)


def test_it_is_on_only_after_the_codes_were_saved_and_every_address_is_told(stage: Stage) -> None:
    ana = customer(stage)
    phone = begin(stage, ana)
    set_up = str(enrol.look(ana, tools=stage.tools).id)
    enrol.confirm(ana, set_up, phone.code(stage.clock.at), HERE, tools=stage.tools)
    assert len(enrol.look(ana, tools=stage.tools).codes) == 10
    with pytest.raises(BadInput) as refusal:
        enrol.finish(ana, set_up, False, tools=stage.tools)
    assert list(refusal.value.fields) == ["saved"]
    assert state(stage, ana) is None
    enrol.finish(ana, set_up, True, tools=stage.tools)
    assert state(stage, ana) is not None
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address) == ["Two-factor authentication is on"]
        assert re.search(r"https://portal\.example/lock/\S+", stage.last(address).text)
    assert told(stage, ana) == ["two_factor_on"]


def test_a_password_alone_leads_to_the_second_step_where_a_factor_stands(stage: Stage) -> None:
    ana = customer(stage)
    assert sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools).step is Step.SIGNED_IN
    finish(stage, ana, begin(stage, ana))
    assert sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools).step is Step.SECOND_FACTOR


def test_staff_without_a_factor_get_no_further_than_to_set_one_up(stage: Stage) -> None:
    ben = stage.staff("Ben")
    assert sign_in.sign_in(ben.address, PASSWORD, HERE, tools=stage.tools).step is Step.ENROLMENT
    enrol.begin(ben.principal, Step.ENROLMENT, "", "", HERE, tools=stage.tools)
    phone = Phone(seed=from_base32(enrol.look(ben.principal, tools=stage.tools).typed))
    finish(stage, ben.principal, phone)
    assert sign_in.sign_in(ben.address, PASSWORD, HERE, tools=stage.tools).step is Step.SECOND_FACTOR
    stage.work_off()
    assert "Two-factor authentication is on" in stage.subjects(ben.address)


def test_mfa_3_only_the_newest_set_up_counts_and_only_its_own_seed(stage: Stage) -> None:
    ana, eve = customer(stage), customer(stage, address="eve@example.org")
    first = begin(stage, ana)
    set_up = str(enrol.look(ana, tools=stage.tools).id)
    second = begin(stage, ana)
    with pytest.raises(NotAllowed):
        enrol.confirm(ana, set_up, first.code(stage.clock.at), HERE, tools=stage.tools)
    newest = str(enrol.look(ana, tools=stage.tools).id)
    with pytest.raises(BadInput):
        enrol.confirm(ana, newest, first.code(stage.clock.at), HERE, tools=stage.tools)
    begin(stage, eve)
    with pytest.raises(NotAllowed):
        enrol.confirm(eve, newest, second.code(stage.clock.at), HERE, tools=stage.tools)
    finish(stage, ana, second)
    assert state(stage, ana) is not None
    assert state(stage, eve) is None


def test_mfa_3_a_set_up_is_over_after_ten_minutes_and_what_stood_stays(stage: Stage) -> None:
    ana = customer(stage)
    old = finish(stage, ana, begin(stage, ana))
    stage.clock.move(minutes=5)
    before = state(stage, ana)
    phone = begin(stage, ana, old.code(stage.clock.at))
    set_up = str(enrol.look(ana, tools=stage.tools).id)
    stage.clock.move(minutes=10)
    with pytest.raises(NotFound):
        enrol.look(ana, tools=stage.tools)
    with pytest.raises(NotAllowed):
        enrol.confirm(ana, set_up, phone.code(stage.clock.at), HERE, tools=stage.tools)
    now = state(stage, ana)
    assert before is not None
    assert now is not None
    assert now.id == before.id
    assert enter(stage, ana, old.code(stage.clock.at)) is Factor.TOTP


def test_mfa_4_the_address_in_the_qr_code_is_exact_and_its_names_are_escaped(stage: Stage) -> None:
    ana = customer(stage, address="ana+2fa&x@example.org")
    enrol.begin(ana, Step.SIGNED_IN, PASSWORD, "", HERE, tools=stage.tools)
    view = enrol.look(ana, tools=stage.tools)
    seed = view.typed.replace(" ", "")
    assert len(from_base32(seed)) == 20
    assert view.address == f"otpauth://totp/Bitrise:ana%2B2fa%26x%40example.org?secret={seed}&issuer=Bitrise"
    finish(stage, ana, Phone(seed=from_base32(seed)))
    stage.work_off()
    with stage.engine.connect() as connection:
        kept = connection.execute(text("select seed from authenticators")).scalar_one()
    assert from_base32(seed) not in bytes(kept)
    assert seed not in stage.last("ana+2fa&x@example.org").text


def test_a_new_app_asks_for_a_code_of_the_old_one(stage: Stage) -> None:
    ana = customer(stage)
    old = finish(stage, ana, begin(stage, ana))
    stage.clock.move(minutes=5)
    with pytest.raises(BadInput) as refusal:
        enrol.begin(ana, Step.SIGNED_IN, PASSWORD, "000000", HERE, tools=stage.tools)
    assert list(refusal.value.fields) == ["code"]
    new = begin(stage, ana, old.code(stage.clock.at))
    finish(stage, ana, new)
    stage.clock.move(minutes=5)
    assert wrong(stage, ana, old.code(stage.clock.at)) == NOT_RIGHT
    assert wrong(stage, ana, old.recovery_codes[0]) == NOT_RIGHT
    assert enter(stage, ana, new.code(stage.clock.at)) is Factor.TOTP
    stage.work_off()
    assert "Two-factor authentication is set up anew" in stage.subjects()


def test_new_recovery_codes_count_when_they_are_saved(stage: Stage) -> None:
    ana = customer(stage)
    phone = given_a_phone(stage.tools, ana)
    enrol.begin_codes(ana, Factor.TOTP, PASSWORD, HERE, tools=stage.tools)
    view = enrol.look(ana, tools=stage.tools)
    assert enter(stage, ana, phone.recovery_code()) is Factor.RECOVERY_CODE
    enrol.finish(ana, str(view.id), True, tools=stage.tools)
    assert wrong(stage, ana, phone.recovery_code()) == NOT_RIGHT
    assert enter(stage, ana, view.codes[3]) is Factor.RECOVERY_CODE
    stage.work_off()
    assert "You have new recovery codes" in stage.subjects()


def test_mfa_6_turning_it_off_takes_the_password_and_tells_every_address(stage: Stage) -> None:
    ana = customer(stage)
    given_a_phone(stage.tools, ana)
    for password in ("", "wrong", "['a', 'b']"):
        with pytest.raises(BadInput) as refusal:
            two_factor.turn_off(ana, password, Factor.TOTP, HERE, tools=stage.tools)
        assert list(refusal.value.fields) == ["password"]
    assert state(stage, ana) is not None
    two_factor.turn_off(ana, PASSWORD, Factor.TOTP, HERE, tools=stage.tools)
    assert state(stage, ana) is None
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "Two-factor authentication is off"
    with stage.engine.connect() as connection:
        left = connection.execute(text("select (select count(*) from authenticators), count(*) from recovery_codes"))
        assert tuple(left.one()) == (0, 0)


def test_mfa_6_wrong_passwords_at_the_switch_count_to_the_lockout(stage: Stage) -> None:
    ana = customer(stage)
    given_a_phone(stage.tools, ana)
    for number in range(10):
        with pytest.raises(BadInput):
            two_factor.turn_off(ana, "wrong", Factor.TOTP, f"192.0.2.{number}", tools=stage.tools)
    with pytest.raises(TooMany):
        two_factor.turn_off(ana, PASSWORD, Factor.TOTP, "198.51.100.9", tools=stage.tools)
    assert state(stage, ana) is not None


def test_staff_never_turn_it_off(stage: Stage) -> None:
    ben = stage.staff("Ben")
    given_a_phone(stage.tools, ben.principal)
    with pytest.raises(NotAllowed, match="keeps two-factor authentication on"):
        two_factor.turn_off(ben.principal, PASSWORD, Factor.TOTP, HERE, tools=stage.tools)
    assert state(stage, ben.principal) is not None


@pytest.mark.parametrize(("days", "goes"), [(1, False), (6, False), (8, True)])
def test_oau_4_a_session_begun_through_git_turns_it_off_with_an_old_password_alone(
    stage: Stage, days: int, goes: bool
) -> None:
    ana = customer(stage, password_days_old=days)
    given_a_phone(stage.tools, ana)
    if goes:
        two_factor.turn_off(ana, PASSWORD, Factor.GIT, HERE, tools=stage.tools)
    else:
        with pytest.raises(NotAllowed, match="less than 7 days ago"):
            two_factor.turn_off(ana, PASSWORD, Factor.GIT, HERE, tools=stage.tools)
    assert (state(stage, ana) is None) is goes


def test_the_lock_link_in_a_security_mail_locks_the_account_and_ends_every_session(stage: Stage) -> None:
    ana = customer(stage)
    stage.staff("Lea", Role.LEAD)
    finish(stage, ana, begin(stage, ana))
    stage.work_off()
    token = stage.link("lock", ANAS_SECOND)
    view = lock.look(token, tools=stage.tools)
    assert (view.is_locked, view.reference, view.is_staff) == (False, "", False)
    lock.lock(token, tools=stage.tools)
    lock.lock(token, tools=stage.tools)
    assert lock.look(token, tools=stage.tools).is_locked
    with pytest.raises(NotAllowed):
        sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools)
    stage.work_off()
    assert stage.subjects("lea@support.example").count("An account was locked") == 1
    assert told(stage, ana).count("account_locked") == 1


def test_the_lock_link_of_somebody_of_the_staff_shuts_them_out_of_the_desk(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.staff("Lea", Role.LEAD)
    enrol.begin(ben.principal, Step.ENROLMENT, "", "", HERE, tools=stage.tools)
    finish(stage, ben.principal, Phone(seed=from_base32(enrol.look(ben.principal, tools=stage.tools).typed)))
    stage.work_off()
    lock.lock(stage.link("lock", ben.address), tools=stage.tools)
    assert sign_in.who(ben.principal, tools=stage.tools) is None
    stage.work_off()
    assert "locked out with the link" in stage.last("lea@support.example").text
