"""The pages on which a second factor is set up, changed and turned off."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from tests.adapters.db.stage import Stage
from tests.cast import ANA, BEN
from tests.phones import Phone
from tests.web.account.conftest import BEGIN, SHOW, Owner
from tests.web.conftest import PASSWORD
from tests.web.visiting import Visitor

TURN_OFF = "/account/security/turn-off"


def turns_on(owner: Owner) -> None:
    """The whole way, from Account security to the saved codes."""
    assert owner.browser.send(BEGIN, {"password": PASSWORD}).headers["Location"] == SHOW
    set_up = owner.scans()
    confirmed = owner.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": owner.code()}, page=SHOW)
    assert confirmed.headers["Location"] == SHOW, confirmed.text
    listed = owner.browser.get(f"{SHOW}/recovery-codes.txt")
    owner.phone.recovery_codes = listed.text.strip().splitlines()[-10:]
    done = owner.browser.send(f"{SHOW}/finish", {"set_up": set_up, "saved": "yes"}, page=SHOW)
    assert done.headers["Location"] == "/account/security", done.text


def test_an_owner_turns_it_on_and_signs_in_with_it(ana: Owner, app: Flask) -> None:
    assert ana.signs_in() == "/account/security"
    assert "Two-factor authentication is off" in ana.browser.get("/account/security").text
    turns_on(ana)
    page = ana.browser.get("/account/security").text
    assert "Two-factor authentication is on" in page
    assert "10 of 10 left" in page
    assert "at your git accounts too" in page
    other = Owner(Visitor(app), ana.parts, ana.phone)
    assert other.signs_in() == "/account/security"
    assert "9 of 10 left" in other.browser.get("/account/security").text


def test_new_staff_see_no_page_before_their_second_factor(ana: Owner) -> None:
    assert ana.signs_in(BEN.address, place="/desk?view=mine") == BEGIN
    for path in ("/desk", "/desk/mails", "/account/security", "/sign-in/two-factor"):
        assert ana.browser.get(path).headers["Location"] == BEGIN
    assert ana.browser.send(BEGIN, {}).headers["Location"] == SHOW
    set_up = ana.scans()
    ana.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": ana.code()}, page=SHOW)
    assert ana.browser.get("/desk").headers["Location"] == BEGIN
    done = ana.browser.send(f"{SHOW}/finish", {"set_up": set_up, "saved": "yes"}, page=SHOW)
    assert done.headers["Location"] == "/desk?view=mine"
    assert ana.browser.get("/desk").status_code == 200


def test_between_password_and_code_nothing_else_opens(ana_with_phone: Owner) -> None:
    browser = ana_with_phone.browser
    fields = {"email": ANA.address, "password": PASSWORD, "next": ""}
    assert browser.send("/sign-in", fields).headers["Location"] == "/sign-in/two-factor"
    for path in ("/account/security", BEGIN, SHOW, f"{SHOW}/codes", f"{SHOW}/recovery-codes.txt"):
        assert browser.get(path).headers["Location"] == "/sign-in/two-factor"
    turned_off = browser.send(TURN_OFF, {"password": PASSWORD}, page="/sign-in/two-factor")
    assert turned_off.headers["Location"] == "/sign-in/two-factor"


def test_an_owner_is_not_let_to_the_desk(ana: Owner) -> None:
    assert ana.signs_in(place="/desk") == "/account/security"
    assert ana.browser.get("/desk").status_code == 403


@pytest.mark.parametrize("password", ["", "wrong", "lighthouse"])
def test_without_the_password_nothing_begins(ana: Owner, password: str) -> None:
    ana.signs_in()
    answer = ana.browser.send(BEGIN, {"password": password})
    assert answer.status_code == 422
    assert '<a href="#password">That password is not right</a>' in answer.text
    assert ana.browser.get(SHOW).headers["Location"] == BEGIN


def test_mfa_3_a_seed_in_the_form_is_refused_and_the_real_one_stays(ana: Owner) -> None:
    ana.signs_in()
    ana.browser.send(BEGIN, {"password": PASSWORD})
    set_up = ana.scans()
    own = Phone()
    fields = {"set_up": set_up, "code": ana.code(), "seed": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    assert ana.browser.send(f"{SHOW}/confirm", fields, page=SHOW).status_code == 422
    ana.phone, real = own, ana.phone
    assert ana.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": ana.code()}, page=SHOW).status_code == 422
    ana.phone = real
    assert ana.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": ana.code()}, page=SHOW).status_code == 303


def test_mfa_4_the_seed_is_on_its_page_alone_and_kept_by_nobody(ana: Owner, stage: Stage) -> None:
    ana.signs_in()
    ana.browser.send(BEGIN, {"password": PASSWORD})
    ana.scans()
    page = ana.browser.get(SHOW)
    assert page.headers["Cache-Control"] == "no-store"
    assert "otpauth" not in page.text.replace("otpauth-", "")
    with stage.engine.connect() as connection:
        [kept] = connection.execute(text("select data::text from sessions where ended_at is null")).scalars()
    assert "seed" not in kept


def test_an_app_is_confirmed_by_its_own_code_alone(ana: Owner) -> None:
    ana.signs_in()
    ana.browser.send(BEGIN, {"password": PASSWORD})
    set_up = ana.scans()
    wrong = ana.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": "000000"}, page=SHOW)
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.text
    early = ana.browser.send(f"{SHOW}/finish", {"set_up": set_up, "saved": "yes"}, page=SHOW)
    assert early.status_code == 403
    assert ana.browser.get(f"{SHOW}/recovery-codes.txt").status_code == 404


def test_codes_that_are_not_saved_turn_nothing_on(ana: Owner) -> None:
    ana.signs_in()
    ana.browser.send(BEGIN, {"password": PASSWORD})
    set_up = ana.scans()
    ana.browser.send(f"{SHOW}/confirm", {"set_up": set_up, "code": ana.code()}, page=SHOW)
    answer = ana.browser.send(f"{SHOW}/finish", {"set_up": set_up}, page=SHOW)
    assert answer.status_code == 422
    assert "Confirm that you have saved the codes" in answer.text
    assert "Two-factor authentication is off" in ana.browser.get("/account/security").text


def test_a_set_up_that_is_given_up_leaves_everything_as_it_was(ana: Owner) -> None:
    ana.signs_in()
    ana.browser.send(BEGIN, {"password": PASSWORD})
    assert ana.browser.send(f"{SHOW}/give-up", page=SHOW).headers["Location"] == "/account/security"
    assert ana.browser.get(SHOW).headers["Location"] == BEGIN


def test_turning_it_off_asks_for_the_password_and_ends_every_other_session(ana_with_phone: Owner, app: Flask) -> None:
    ana = ana_with_phone
    other = Owner(Visitor(app), ana.parts, ana.phone)
    other.signs_in()
    ana.signs_in()
    refused = ana.browser.send(TURN_OFF, {"password": "wrong"}, page="/account/security")
    assert refused.status_code == 422
    assert "That password is not right" in refused.text
    done = ana.browser.send(TURN_OFF, {"password": PASSWORD}, page="/account/security")
    assert done.headers["Location"] == "/account/security"
    assert "Two-factor authentication is off" in ana.browser.get("/account/security").text
    assert other.browser.get("/account/security").headers["Location"].startswith("/sign-in")


def test_new_codes_replace_the_old_ones(ana_with_phone: Owner) -> None:
    ana = ana_with_phone
    ana.signs_in()
    assert ana.browser.send(f"{SHOW}/codes", {"password": "wrong"}).status_code == 422
    assert ana.browser.send(f"{SHOW}/codes", {"password": PASSWORD}).headers["Location"] == SHOW
    page = ana.browser.get(SHOW).text
    assert "Use the new codes" in page
    set_up = page.partition('name="set_up" value="')[2].partition('"')[0]
    ana.browser.send(f"{SHOW}/finish", {"set_up": set_up, "saved": "yes"}, page=SHOW)
    assert "10 of 10 left" in ana.browser.get("/account/security").text


def test_a_locked_factor_says_so_at_the_second_step(ana_with_phone: Owner, stage: Stage) -> None:
    with stage.engine.begin() as connection:
        connection.execute(text("update enrolments set locked_at = now() where ended_at is null"))
    browser = ana_with_phone.browser
    browser.send("/sign-in", {"email": ANA.address, "password": PASSWORD, "next": ""})
    answer = browser.send("/sign-in/two-factor", {"code": "123456"})
    assert answer.status_code == 422
    assert "Your second factor is locked" in answer.text
