"""One's own account: the password, the devices, what happened, and a request that is under way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from support_portal.domain.browsers import Browser
from support_portal.domain.cases import State
from support_portal.domain.moves import Actor, By, Event
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.builders import a_case
from tests.cast import ANA, BEN
from tests.parts import Database
from tests.phones import Phone
from tests.web.signing_in import ANAS, PASSWORD, Person, ana_can_sign_in, secret_of
from tests.web.visiting import Visitor

NEW = "seven lamps along the quay"
PAGE, DEVICES, CHANGE = "/account/security", "/account/security/devices", "/account/security/password"
WRONG = "Somebody tried to sign in with a wrong password"
ELSEWHERE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1"


@pytest.fixture
def person(web_parts: Parts, stage: Stage) -> Person:
    """Ana, with her phone."""
    return ana_can_sign_in(web_parts.tools)


@pytest.fixture
def ana(visitor: Visitor, person: Person) -> Visitor:
    """Ana's browser."""
    return person.signs_in(visitor)


@pytest.fixture
def other(app: Flask, person: Person, ana: Visitor) -> Visitor:
    """Another browser of hers."""
    return person.signs_in(Visitor(app))


def is_in(visitor: Visitor) -> bool:
    return visitor.get(PAGE).status_code == 200


def devices(visitor: Visitor) -> str:
    """The list of devices, without the events below it."""
    return visitor.get(PAGE).text.partition('id="dev-h"')[2].partition('id="log-h"')[0]


def make_it_old(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("update sessions set signed_in_at = now() - interval '6 minutes'")


def ids(database: Database, visitor: Visitor, web_parts: Parts) -> str:
    found = web_parts.sessions.find(secret_of(visitor), is_activity=False)
    assert found is not None
    return str(found.id)


def test_a_changed_password_ends_every_other_session_and_renews_this_one(
    ana: Visitor, other: Visitor, person: Person
) -> None:
    before = secret_of(ana)
    answer = ana.send(CHANGE, {"present": PASSWORD, "password": NEW})
    assert answer.headers["Location"] == PAGE
    assert "Your password is changed" in ana.get(PAGE).text
    assert not is_in(other)
    assert secret_of(ana) != before
    stranger = Visitor(ana.client.application)
    assert stranger.send("/sign-in", {"email": person.address, "password": PASSWORD, "next": ""}).status_code == 422
    assert stranger.send("/sign-in", {"email": person.address, "password": NEW, "next": ""}).status_code == 303


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [
        ("wrong", NEW, "present"),
        ("", NEW, "present"),
        (PASSWORD, "", "password"),
        (PASSWORD, "short", "password"),
        (PASSWORD, "password123456789", "password"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, ANA.address, "password"),
    ],
)
def test_what_does_not_do_is_named_and_changes_nothing(
    ana: Visitor, other: Visitor, present: str, new: str, field: str
) -> None:
    answer = ana.send(CHANGE, {"present": present, "password": new})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert is_in(other)
    assert NEW not in answer.text


def test_who_has_no_password_is_led_to_the_mail(ana: Visitor, database: Database) -> None:
    with database.connect() as connection:
        connection.execute(f"update accounts set password_hash = null where id = '{ANA.id}'".encode())
    assert "/sign-in/forgotten" in ana.get(CHANGE).text


def test_v7_5_2_devices_are_seen_and_ended_one_by_one(
    ana: Visitor, other: Visitor, web_parts: Parts, database: Database
) -> None:
    shown = devices(ana)
    assert shown.count("Firefox on Linux") >= 2
    assert shown.count("this device") == 1
    answer = ana.send(DEVICES, {"end": ids(database, other, web_parts)}, page=PAGE)
    assert answer.status_code == 303
    assert (is_in(ana), is_in(other)) == (True, False)
    assert "A device was signed out" in ana.get(PAGE).text


def test_v7_5_2_all_others_are_ended_at_once(ana: Visitor, other: Visitor, app: Flask, person: Person) -> None:
    half_way = Visitor(app)
    person.types_the_password(half_way)
    assert "waits for a code" in ana.get(PAGE).text
    assert ana.send(DEVICES, {"end": "others"}, page=PAGE).status_code == 303
    assert (is_in(ana), is_in(other)) == (True, False)
    assert half_way.get("/sign-in/two-factor").headers["Location"].startswith("/sign-in?")


def test_v7_5_2_after_five_minutes_the_password_is_asked_again(
    ana: Visitor, other: Visitor, database: Database
) -> None:
    make_it_old(database)
    assert 'name="own_password"' in ana.get(PAGE).text
    for typed in ("", "wrong"):
        answer = ana.send(DEVICES, {"end": "others", "own_password": typed}, page=PAGE)
        assert answer.status_code == 422
        assert '<a href="#own_password">' in answer.text
    assert is_in(other)
    before = secret_of(ana)
    assert ana.send(DEVICES, {"end": "others", "own_password": PASSWORD}, page=PAGE).status_code == 303
    assert (is_in(ana), is_in(other)) == (True, False)
    assert secret_of(ana) != before


def test_nobody_ends_a_session_of_somebody_else(
    ana: Visitor, app: Flask, phones: dict[str, Phone], database: Database, web_parts: Parts
) -> None:
    ben = Person(BEN.address, BEN.principal, phones[BEN.address]).signs_in(Visitor(app))
    for told in (ids(database, ben, web_parts), "00000000-0000-0000-0000-000000000000", "one"):
        assert ana.send(DEVICES, {"end": told}, page=PAGE).status_code == 404
    assert is_in(ben)


def test_what_has_ended_or_is_over_is_no_device(ana: Visitor, other: Visitor, database: Database) -> None:
    other.send("/sign-out", page=PAGE)
    assert devices(ana).count("Firefox on Linux") == 1
    web = {"User-Agent": ELSEWHERE}
    assert "Safari on iPhone" not in ana.get(PAGE, headers=web).text, "named as it was when it signed in"


def test_events_are_told_in_words_and_those_of_others_are_not_among_them(
    ana: Visitor, app: Flask, phones: dict[str, Phone]
) -> None:
    Visitor(app).send("/sign-in", {"email": ANA.address, "password": "wrong", "next": ""})
    Visitor(app).send("/sign-in", {"email": BEN.address, "password": "wrong", "next": ""})
    page = ana.get(PAGE).text
    assert "Signed in with password and recovery code" in page
    assert page.count("Somebody tried to sign in with a wrong password") == 1


def test_each_event_says_with_what_browser_and_from_which_network_address_it_came(ana: Visitor, app: Flask) -> None:
    there: dict[str, Any] = {"headers": {"User-Agent": ELSEWHERE}, "environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    Visitor(app).send("/sign-in", {"email": ANA.address, "password": "wrong", "next": ""}, **there)
    for page in (PAGE, "/account/security/events"):
        events = ana.get(page).text.partition("ecurity events</h2>")[2]
        failed, signed_in = (events.partition(what)[2].partition("</tr>")[0] for what in (WRONG, "Signed in with"))
        assert "Safari on iPhone, 198.51.100.7" in failed
        assert "Firefox on Linux, 127.0.0.1" in signed_in


def test_older_events_are_on_pages_of_their_own(ana: Visitor, stage: Stage) -> None:
    with stage.uow.begin() as work:
        for number in range(45):
            actor = Actor(By.OWNER, "Owner")
            work.records.tell(Event(None, work.now, f"number_{number:02}_happened", actor, account_id=ANA.id))
    page, seen = PAGE, []
    while page:
        text = ana.get(page).text
        seen += [number for number in range(45) if f"Number {number:02} happened" in text]
        rest = text.partition("/account/security/events?before=")[2].partition('"')[0]
        page = f"/account/security/events?before={rest}" if rest else ""
    assert sorted(seen) == list(range(45)), "each once"


@pytest.mark.parametrize("before", ["x", "-1", "9" * 19, "9" * 50, "١٢"])
def test_a_page_of_events_that_cannot_be_is_not_there(ana: Visitor, before: str) -> None:
    assert ana.get(f"/account/security/events?before={before}").status_code == 404


def test_a_live_case_is_shown_on_every_page_and_stopped_by_its_owner(ana: Visitor, stage: Stage) -> None:
    case = stage.with_case(State.COOLING_OFF, runs=())
    for path in (PAGE, CHANGE, "/account/security/events"):
        assert case.reference in ana.get(path).text
    assert "block new ones for 14 days" in ana.get("/account/security/request").text
    assert ana.send("/account/security/request", {"who": ""}).status_code == 422
    assert ana.send("/account/security/request", {"who": "not-me"}).status_code == 303
    with stage.uow.begin() as work:
        after = work.cases.get(case.id)
        assert (after.state, after.stopped) == (State.WITHDRAWN, True)
        assert work.blocks.active(ANA.id, work.now) is not None
    assert "The request is stopped." in ana.get(PAGE).text
    assert ana.get("/account/security/request").status_code == 404


def test_who_asked_and_needs_it_no_more_only_closes_the_case(ana: Visitor, stage: Stage) -> None:
    case = stage.with_case(State.UNCONFIRMED, runs=())
    ana.send("/account/security/request", {"who": "me"})
    with stage.uow.begin() as work:
        after = work.cases.get(case.id)
        assert (after.state, after.stopped) == (State.WITHDRAWN, False)
        assert work.blocks.active(ANA.id, work.now) is None


@pytest.mark.parametrize("state", [State.REMOVED, State.DENIED, State.REMOVING])
def test_what_cannot_be_stopped_is_not_offered(ana: Visitor, stage: Stage, state: State) -> None:
    stage.with_removal_begun() if state is State.REMOVING else stage.with_case(state, runs=())
    assert a_case().reference not in ana.get(PAGE).text
    assert ana.send("/account/security/request", {"who": "not-me"}, page=PAGE).status_code == 404


def test_staff_have_the_same_page_without_what_is_an_admins(app: Flask, phones: dict[str, Phone], stage: Stage) -> None:
    stage.with_case(State.COOLING_OFF, runs=())
    ben = Person(BEN.address, BEN.principal, phones[BEN.address]).signs_in(Visitor(app))
    page = ben.get(PAGE).text
    assert "An admin changes it" in page
    assert "/account/address" not in page
    assert "/account/security/request" not in page
    assert ben.send(CHANGE, {"present": PASSWORD, "password": NEW}).status_code == 303


def test_a_browser_that_says_nothing_has_a_name_too(ana: Visitor, web_parts: Parts) -> None:
    from support_portal.domain.principals import Factor, Step

    web_parts.sessions.begin(ANAS, Step.SIGNED_IN, Factor.GIT, {}, Browser("", ""))
    page = ana.get(PAGE).text
    assert "An unknown program" in page
    assert "Not known" in page
