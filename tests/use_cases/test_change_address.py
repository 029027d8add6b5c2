"""Another registered address: the password first, a link to the new one, both told, and a live case ends."""

from __future__ import annotations

from functools import partial

import pytest

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, TooMany
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.use_cases import change_address, lock, own_password, set_password, sign_in
from tests.use_cases.at_once import at_once
from tests.use_cases.outside import sign_in as signs_in
from tests.use_cases.post import rows
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage, owner

NEW, HERE = "ana@harbor.example", "192.0.2.7"
CONFIRM, CHANGED, TAKEN = (
    "Confirm your new email address",
    "Your email address was changed",
    "This address has an account already",
)


@pytest.fixture
def ana(stage: Stage) -> Principal:
    """Ana's account, which has a password."""
    stored = stage.tools.passwords.hashed(PASSWORD)
    return Principal(PrincipalKind.ACCOUNT, stage.an_account(password_hash=stored))


def ask(stage: Stage, who: Principal, address: str = NEW, password: str = PASSWORD) -> None:
    change_address.ask(who, address, password, HERE, tools=stage.tools)
    stage.work_off()


def press(stage: Stage, who: Principal, address: str = NEW) -> None:
    change_address.confirm(who, stage.link("account/address", address), tools=stage.tools)
    stage.work_off()


def test_the_address_changes_on_the_click_and_not_before(stage: Stage, ana: Principal) -> None:
    ask(stage, ana)
    assert stage.subjects(NEW) == [CONFIRM]
    token = stage.link("account/address", NEW)
    assert change_address.look(ana, token, tools=stage.tools) == change_address.Change(ANAS, NEW)
    assert stage.account(ana.id).address == ANAS
    press(stage, ana)
    after = stage.account(ana.id)
    assert (after.address, after.address_changed_at) == (NEW, stage.clock.at)
    assert after.replaced_addresses == ((ANAS, stage.clock.at),)
    assert sign_in.sign_in(NEW, PASSWORD, HERE, tools=stage.tools).principal == ana
    with pytest.raises(NotAllowed):
        sign_in.sign_in(ANAS, PASSWORD, HERE, tools=stage.tools)


def test_v6_3_7_both_are_told_with_lock_links_and_the_old_one_for_thirty_days(stage: Stage, ana: Principal) -> None:
    ask(stage, ana)
    press(stage, ana)
    for address in (NEW, ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == CHANGED
    assert ANAS not in stage.last(NEW).text, "masked"
    own_password.change_password(ana, PASSWORD, "seven lamps along the quay", HERE, tools=stage.tools)
    stage.work_off()
    assert stage.subjects(ANAS)[-1] == "Your password was changed"
    lock.lock(stage.link("lock", ANAS), tools=stage.tools)
    assert stage.account(ana.id).status == "locked"
    stage.clock.move(days=31)
    assert ANAS not in stage.account(ana.id).owners_addresses(stage.clock.at)


def test_an_address_that_another_account_has_is_told_so_by_mail_alone(stage: Stage, ana: Principal) -> None:
    stage.an_account_of(owner(2))
    ask(stage, ana, owner(2).address.upper())
    assert stage.subjects(owner(2).address) == [TAKEN]
    ask(stage, ana, owner(2).second)
    assert stage.subjects(owner(2).second) == [TAKEN]
    assert "http" not in stage.last(owner(2).address).text
    assert rows(stage, "select * from links where purpose = 'address'") == []


def test_an_address_that_was_taken_in_the_meantime_changes_nothing(stage: Stage, ana: Principal) -> None:
    ask(stage, ana, owner(2).address)
    stage.an_account_of(owner(2))
    with pytest.raises(NotAllowed):
        press(stage, ana, owner(2).address)
    assert stage.account(ana.id).address == ANAS


def test_of_two_accounts_that_confirm_one_address_at_once_one_gets_it(stage: Stage, ana: Principal) -> None:
    stored = stage.tools.passwords.hashed(PASSWORD)
    others = [
        Principal(
            PrincipalKind.ACCOUNT,
            stage.an_account(f"x{number}@example.org", other_addresses=(), connected=(), password_hash=stored),
        )
        for number in range(2)
    ]
    acts = []
    for who in (ana, *others):
        ask(stage, who)
        token = stage.link("account/address", NEW)
        acts.append(partial(change_address.confirm, who, token, tools=stage.tools))
    done = at_once(acts)
    assert done.count(None) == 1
    assert {type(one) for one in done if one is not None} == {NotAllowed}


def test_another_address_of_ones_own_can_become_the_registered_one(stage: Stage, ana: Principal) -> None:
    ask(stage, ana, ANAS_SECOND)
    press(stage, ana, ANAS_SECOND)
    after = stage.account(ana.id)
    assert (after.address, after.other_addresses) == (ANAS_SECOND, ())
    ask(stage, ana, ANAS)
    press(stage, ana, ANAS)
    assert stage.account(ana.id).owners_addresses(stage.clock.at) == (ANAS, ANAS_SECOND)


@pytest.mark.parametrize("address", [ANAS, "ANA@Example.org"])
def test_the_same_address_is_no_change(stage: Stage, ana: Principal, address: str) -> None:
    with pytest.raises(BadInput) as refusal:
        ask(stage, ana, address)
    assert list(refusal.value.fields) == ["email"]


def test_a_wrong_password_sends_nothing_and_is_counted(stage: Stage, ana: Principal) -> None:
    for _ in range(10):
        with pytest.raises(BadInput) as refusal:
            ask(stage, ana, password="wrong")
        assert list(refusal.value.fields) == ["password"]
    with pytest.raises(TooMany):
        ask(stage, ana)
    assert stage.mails.to(NEW) == []


def test_three_mails_in_six_hours(stage: Stage, ana: Principal) -> None:
    for number in range(3):
        ask(stage, ana, f"a{number}@harbor.example")
    with pytest.raises(TooMany):
        ask(stage, ana, "a3@harbor.example")
    assert stage.mails.to("a3@harbor.example") == []
    stage.clock.move(hours=6, seconds=1)
    ask(stage, ana, "a3@harbor.example")


def test_no_mailbox_gets_more_than_three_whoever_asks(stage: Stage, ana: Principal) -> None:
    stage.an_account_of(owner(2))
    for _ in range(3):
        ask(stage, ana, owner(2).address)
    assert len(stage.mails.to(owner(2).address)) == 3
    other = Principal(
        PrincipalKind.ACCOUNT,
        stage.an_account(
            "x@example.org", other_addresses=(), connected=(), password_hash=stage.tools.passwords.hashed(PASSWORD)
        ),
    )
    with pytest.raises(TooMany):
        ask(stage, other, owner(2).address)


def test_only_the_newest_link_works_once_for_a_day_and_for_its_owner(stage: Stage, ana: Principal) -> None:
    ask(stage, ana, "first@harbor.example")
    first = stage.link("account/address", "first@harbor.example")
    ask(stage, ana)
    token = stage.link("account/address", NEW)
    mallory = Principal(PrincipalKind.ACCOUNT, stage.an_account_of(owner(2)))
    for who, told in ((ana, first), (ana, token[:-1]), (mallory, token)):
        with pytest.raises(LinkNotGood):
            change_address.confirm(who, told, tools=stage.tools)
    with pytest.raises(LinkNotGood):  # V9.2.2: a token of one purpose is worth nothing for another
        set_password.look(token, Purpose.RESET, tools=stage.tools)
    press(stage, ana)
    with pytest.raises(LinkNotGood):
        press(stage, ana)
    ask(stage, ana, "late@harbor.example")
    stage.clock.move(hours=24)
    with pytest.raises(LinkNotGood):
        press(stage, ana, "late@harbor.example")


def test_v9_2_2_a_link_for_a_new_password_confirms_no_address(stage: Stage, ana: Principal) -> None:
    ask(stage, ana)
    [(found,)] = rows(stage, "select id from links where purpose = 'address'")
    for purpose in set(Purpose) - {Purpose.ADDRESS}:
        token = stage.tools.links.token(purpose, found)  # type: ignore[arg-type]
        with pytest.raises(LinkNotGood):
            change_address.confirm(ana, token, tools=stage.tools)


def test_mfa_8_a_changed_password_ends_the_link(stage: Stage, ana: Principal) -> None:
    ask(stage, ana)
    own_password.change_password(ana, PASSWORD, "seven lamps along the quay", HERE, tools=stage.tools)
    with pytest.raises(LinkNotGood):
        press(stage, ana)


@pytest.mark.parametrize("with_second_factor", [False, True])
def test_a_live_case_ends_with_the_change(stage: Stage, with_second_factor: bool) -> None:
    done = stage.asked_and_confirmed(password_hash=stage.tools.passwords.hashed(PASSWORD))
    ana = Principal(PrincipalKind.ACCOUNT, stage.case(done.reference).account_id)
    if with_second_factor:
        stage.clock.move(minutes=1)
        signs_in(stage.engine, ana.id, "totp", stage.clock.at)
    ask(stage, ana)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    change_address.confirm(ana, stage.link("account/address", NEW), tools=stage.tools)
    assert stage.case(done.reference).state is State.WITHDRAWN, "in the same transaction"
    assert stage.moves(done)[-1] == ("signed_in" if with_second_factor else "account_changed")


def test_staff_do_not_change_their_own(stage: Stage) -> None:
    ben = stage.staff("Ben")
    with pytest.raises(NotAllowed):
        change_address.ask(ben.principal, NEW, PASSWORD, HERE, tools=stage.tools)
