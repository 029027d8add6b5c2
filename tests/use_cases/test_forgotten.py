"""A forgotten password: a link by mail, which sets a new one, signs nobody in, and leaves the second factor alone."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import BadInput, LinkNotGood
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.use_cases import forgotten, set_password, sign_in
from tests.phones import given_a_phone
from tests.use_cases.at_once import at_once
from tests.use_cases.post import rows
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage

NEW = "seven lamps along the quay"
RESET = "Set a new password"


def ask(stage: Stage, address: str = ANAS) -> None:
    forgotten.write_down(address, tools=stage.tools)
    stage.work_off()


def links(stage: Stage, address: str = ANAS) -> list[str]:
    found = [mail.text.partition("/sign-in/password/")[2] for mail in stage.mails.to(address)]
    return [rest.split()[0] for rest in found if rest]


def reset(stage: Stage, token: str, password: str = NEW) -> None:
    set_password.set_password(token, password, Purpose.RESET, tools=stage.tools)
    stage.work_off()


def owner(account_id: UUID) -> Principal:
    return Principal(PrincipalKind.ACCOUNT, account_id)


def enter(stage: Stage, password: str, address: str = ANAS) -> sign_in.Entered:
    return sign_in.sign_in(address, password, "192.0.2.7", tools=stage.tools)


@pytest.mark.parametrize("spelled", [ANAS, "ANA@Example.org"])
def test_the_link_goes_to_the_stored_address_and_sets_the_password_once(stage: Stage, spelled: str) -> None:
    stage.an_account(two_factor_enrolled_at=None)
    ask(stage, spelled)
    [token] = links(stage)
    reset(stage, token)
    assert enter(stage, NEW).step is Step.SIGNED_IN
    with pytest.raises(LinkNotGood):
        reset(stage, token, "another long way to the sea")
    assert enter(stage, NEW).step is Step.SIGNED_IN


def test_an_address_that_nobody_signs_in_with_is_forgotten_and_gets_no_mail(stage: Stage) -> None:
    stage.an_account()
    for address in ("nobody@example.org", ANAS_SECOND):
        ask(stage, address)
        assert stage.mails.to(address) == []
    assert rows(stage, "select * from password_resets") == []


def test_what_is_no_address_is_named(stage: Stage) -> None:
    with pytest.raises(BadInput):
        forgotten.write_down("ana at example", tools=stage.tools)


def test_v6_4_3_a_new_password_neither_skips_nor_removes_the_second_factor(stage: Stage) -> None:
    account = stage.an_account()
    phone = given_a_phone(stage.tools, owner(account))
    ask(stage)
    reset(stage, links(stage)[0])
    entered = enter(stage, NEW)
    assert (entered.step, entered.factor) == (Step.SECOND_FACTOR, Factor.PASSWORD)
    assert stage.account(account).two_factor is not None
    with stage.tools.uow.begin() as work:
        factor = work.factors.of(owner(account))
    assert factor is not None
    assert factor.codes.left == len(phone.recovery_codes)


def test_a_new_password_frees_a_locked_second_factor(stage: Stage) -> None:
    account = stage.an_account()
    given_a_phone(stage.tools, owner(account))
    with stage.tools.uow.begin() as work:
        factor = work.factors.of(owner(account))
        assert factor is not None
        work.factors.lock(factor.id, work.now)
    ask(stage)
    reset(stage, links(stage)[0])
    with stage.tools.uow.begin() as work:
        factor = work.factors.of(owner(account))
    assert factor is not None
    assert factor.locked_at is None


def test_staff_get_a_link_too_and_are_told(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.work_off()
    assert stage.subjects(ben.address) == [], "a first password is no change"
    ask(stage, ben.address)
    reset(stage, links(stage, ben.address)[0])
    assert enter(stage, NEW, ben.address).step is Step.ENROLMENT
    assert stage.subjects(ben.address) == [RESET, "Your password was changed"]


def test_every_owners_address_is_told_and_each_mail_has_its_own_lock_link(stage: Stage) -> None:
    stage.an_account()
    ask(stage)
    assert stage.subjects() == [RESET]
    assert stage.subjects(ANAS_SECOND) == []
    reset(stage, links(stage)[0])
    assert stage.subjects() == [RESET, "Your password was changed"]
    assert stage.subjects(ANAS_SECOND) == ["Your password was changed"]
    assert stage.link("lock") != stage.link("lock", ANAS_SECOND)


def test_the_links_of_older_requests_end_with_each_new_one(stage: Stage) -> None:
    stage.an_account()
    ask(stage)
    ask(stage)
    first, second = links(stage)
    with pytest.raises(LinkNotGood):
        set_password.look(first, Purpose.RESET, tools=stage.tools)
    reset(stage, second)


def test_a_link_works_for_an_hour(stage: Stage) -> None:
    stage.an_account()
    ask(stage)
    stage.clock.move(minutes=60)
    with pytest.raises(LinkNotGood):
        reset(stage, links(stage)[0])


def test_a_link_for_another_purpose_sets_no_password(stage: Stage) -> None:
    stage.an_account()
    ask(stage)
    [token] = links(stage)
    for purpose in set(Purpose) - {Purpose.RESET}:
        with pytest.raises(LinkNotGood):
            set_password.look(token, purpose, tools=stage.tools)
    reset(stage, token)
    with pytest.raises(LinkNotGood):
        set_password.look(stage.link("lock"), Purpose.RESET, tools=stage.tools)


def test_five_mails_a_day_and_no_more(stage: Stage) -> None:
    stage.an_account()
    for _ in range(7):
        ask(stage)
    assert len(links(stage)) == 5
    stage.clock.move(hours=23, minutes=59)
    ask(stage)
    assert len(links(stage)) == 5
    stage.clock.move(minutes=2)
    ask(stage)
    assert len(links(stage)) == 6


def test_requests_at_once_leave_five_mails_and_one_link_that_works(stage: Stage) -> None:
    stage.an_account()
    asked = [forgotten.write_down(ANAS, tools=stage.tools) for _ in range(20)]
    done = at_once([partial(forgotten.match, one, tools=stage.tools) for one in asked])
    assert [one for one in done if one is not None] == []
    found = rows(stage, "select count(*), count(*) filter (where used_at is null) from links where purpose = 'reset'")
    assert found == [(5, 1)]


def test_one_link_used_at_once_sets_one_password(stage: Stage) -> None:
    stage.an_account(two_factor_enrolled_at=None)
    ask(stage)
    [token] = links(stage)
    words = [f"{NEW} number {number}" for number in range(16)]
    acts = [partial(set_password.set_password, token, one, Purpose.RESET, tools=stage.tools) for one in words]
    done = at_once(acts)
    assert sum(not isinstance(one, Exception) for one in done) == 1
    assert {type(one) for one in done if isinstance(one, Exception)} == {LinkNotGood}


@pytest.mark.parametrize("status", ["locked", "suspended", "deleted"])
def test_who_may_not_come_in_gets_no_link_and_can_use_none(stage: Stage, status: str) -> None:
    account = stage.an_account()
    ask(stage)
    [token] = links(stage)
    with stage.engine.begin() as connection:
        connection.execute(text("update accounts set status = :it where id = :id"), {"it": status, "id": account})
    with pytest.raises(LinkNotGood):
        reset(stage, token)
    ask(stage)
    assert len(links(stage)) == 1


def test_a_password_against_the_rules_leaves_the_link_unused(stage: Stage) -> None:
    stage.an_account()
    ask(stage)
    [token] = links(stage)
    with pytest.raises(BadInput):
        reset(stage, token, "ana@example.org and more"[:14])
    reset(stage, token)


def test_the_request_and_the_change_stand_in_the_audit(stage: Stage) -> None:
    account = stage.an_account()
    ask(stage)
    reset(stage, links(stage)[0], PASSWORD)
    found = rows(stage, f"select action, actor_name from events where account_id = '{account}' order by id")
    assert found == [("password_reset_asked", "Owner"), ("password_set", "Owner")]
