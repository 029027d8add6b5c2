"""Over HTTP: another address, and help for who has typed the password and has no second factor."""

from __future__ import annotations

import pytest
from flask import Flask

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.use_cases import intake
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, BEN, LEA
from tests.parts import Database
from tests.phones import Phone
from tests.web.signing_in import PASSWORD, Person, ana_can_sign_in, secret_of
from tests.web.visiting import Visitor

PAGE, ADDRESS, LOST = "/account/security", "/account/address", "/sign-in/two-factor/lost"
NEW = "ana@harbor.example"
ANSWERS = {"reason": "The sea took my phone.", "has_recovery_code": "no", "set_up_by_me": "yes"}


@pytest.fixture
def person(web_parts: Parts, stage: Stage) -> Person:
    """Ana, with her phone."""
    return ana_can_sign_in(web_parts.tools)


@pytest.fixture
def ana(visitor: Visitor, person: Person) -> Visitor:
    """Ana's browser."""
    return person.signs_in(visitor)


@pytest.fixture
def half_way(visitor: Visitor, person: Person) -> Visitor:
    """Ana's browser before the second factor."""
    person.types_the_password(visitor)
    return visitor


def link_to(database: Database, web_parts: Parts) -> str:
    with database.connect() as connection:
        [(found,)] = connection.execute("select id from links where purpose = 'address' and used_at is null").fetchall()
    return f"{ADDRESS}/{web_parts.tools.links.token(Purpose.ADDRESS, found)}"


def test_the_address_changes_by_the_link_while_signed_in(
    ana: Visitor, app: Flask, person: Person, database: Database, web_parts: Parts
) -> None:
    assert f'href="{ADDRESS}"' in ana.get(PAGE).text
    assert ana.send(ADDRESS, {"email": NEW, "password": PASSWORD}).headers["Location"] == PAGE
    link = link_to(database, web_parts)
    stranger = Visitor(app)
    assert stranger.get(link).headers["Location"].startswith("/sign-in?next=")
    other, before = person.signs_in(Visitor(app)), secret_of(ana)
    assert [ana.get(link).status_code for _ in range(2)] == [200, 200], "looking changes nothing"
    assert NEW in ana.get(link).text
    assert ana.send(link).headers["Location"] == PAGE
    assert NEW in ana.get(PAGE).text
    assert other.get(PAGE).status_code == 303
    assert secret_of(ana) != before
    assert ana.get(link).status_code == 410
    assert f'href="{ADDRESS}"' in ana.get(f"{ADDRESS}/cut").text


def test_the_page_says_the_same_whoever_has_the_address(ana: Visitor, stage: Stage, database: Database) -> None:
    with database.connect() as connection:
        connection.execute(
            "insert into accounts (id, address, compared, status, created_at, privileged)"
            " values (gen_random_uuid(), 'x@example.org', 'x@example.org', 'active', now(), false)"
        )
    token, answers = ana.token(ADDRESS), []
    for address in ("x@example.org", "y@example.org"):
        sent = ana.send_with(token, ADDRESS, {"email": address, "password": PASSWORD})
        shown = ana.get(PAGE).text.partition('role="status"')[2].partition("</div>")[0]
        answers.append((sent.status_code, sent.data, shown))
    assert answers[0] == answers[1]
    with database.connect() as connection:
        told = connection.execute("select to_address, letter from mails where letter like 'address%'").fetchall()
    assert set(told) == {("x@example.org", Letter.ADDRESS_TAKEN), ("y@example.org", Letter.ADDRESS_CONFIRM)}


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("", PASSWORD, "email"), ("ana", PASSWORD, "email"), (ANA.address, PASSWORD, "email"), (NEW, "wrong", "password")],
)
def test_what_does_not_do_is_named(ana: Visitor, email: str, password: str, field: str) -> None:
    answer = ana.send(ADDRESS, {"email": email, "password": password})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text


def test_an_admin_changes_the_address_of_staff(app: Flask, phones: dict[str, Phone]) -> None:
    ben = Person(BEN.address, BEN.principal, phones[BEN.address]).signs_in(Visitor(app))
    assert ben.get(ADDRESS).status_code == 403
    assert ben.send(ADDRESS, {"email": NEW, "password": PASSWORD}, page=PAGE).status_code == 403


def test_who_lost_everything_asks_at_the_second_step_and_the_mail_says_so(
    half_way: Visitor, web_parts: Parts, database: Database
) -> None:
    assert f'href="{LOST}"' in half_way.get("/sign-in/two-factor").text
    answer = half_way.send(LOST, ANSWERS)
    assert answer.headers["Location"] == "/requests/sent"
    with database.connect() as connection:
        [(found, address, verified)] = connection.execute(
            "select id, address, password_verified from requests"
        ).fetchall()
    assert (address, verified) == (ANA.address, True)
    intake.match(found, tools=web_parts.tools)
    with database.connect() as connection:
        [(letter, facts)] = connection.execute("select letter, facts from mails").fetchall()
        [(state,)] = connection.execute("select state from cases").fetchall()
        told = connection.execute("select action from events where case_id is null order by id").fetchall()
    assert (letter, facts, state) == (Letter.CONFIRM, {"password_verified": "yes"}, State.UNCONFIRMED)
    assert ("help_asked",) in told
    assert half_way.get(PAGE).headers["Location"] == "/sign-in/two-factor", "nobody is signed in by it"


def test_a_request_of_a_stranger_is_not_said_to_know_the_password(
    visitor: Visitor, web_parts: Parts, person: Person, database: Database
) -> None:
    visitor.send("/request", {**ANSWERS, "email": ANA.address})
    with database.connect() as connection:
        [(found, verified)] = connection.execute("select id, password_verified from requests").fetchall()
        assert verified is False
        intake.match(found, tools=web_parts.tools)
        [(facts,)] = connection.execute("select facts from mails").fetchall()
    assert facts == {}


def test_nobody_says_by_a_field_that_the_password_was_right(visitor: Visitor, person: Person) -> None:
    fields = {**ANSWERS, "email": ANA.address, "password_verified": "yes"}
    assert visitor.send("/request", fields).status_code == 422


def test_who_still_has_a_code_is_led_to_its_field(half_way: Visitor, database: Database) -> None:
    answer = half_way.send(LOST, {**ANSWERS, "has_recovery_code": "yes"})
    assert answer.headers["Location"] == "/sign-in/two-factor?with=recovery-code"
    with database.connect() as connection:
        assert connection.execute("select count(*) from requests").fetchall() == [(0,)]


@pytest.mark.parametrize("missing", list(ANSWERS))
def test_a_missing_answer_is_named_and_the_others_are_kept(half_way: Visitor, missing: str) -> None:
    answer = half_way.send(LOST, {**ANSWERS, missing: ""})
    assert answer.status_code == 422
    assert f'<a href="#{missing}">' in answer.text


def test_the_page_opens_between_password_and_second_factor_alone(visitor: Visitor, app: Flask, person: Person) -> None:
    assert visitor.get(LOST).headers["Location"].startswith("/sign-in?")
    assert person.signs_in(Visitor(app)).get(LOST).headers["Location"] == PAGE


def test_staff_are_told_to_ask_an_admin(app: Flask, phones: dict[str, Phone], database: Database) -> None:
    ben = Visitor(app)
    Person(BEN.address, BEN.principal, phones[BEN.address]).types_the_password(ben)
    assert "Ask an admin" in ben.get(LOST).text
    assert ben.send(LOST, ANSWERS, page="/sign-in/two-factor").status_code == 403
    with database.connect() as connection:
        assert connection.execute("select count(*) from requests").fetchall() == [(0,)]


@pytest.mark.parametrize("is_verified", [True, False])
def test_the_agent_sees_a_fact_that_is_worth_nothing_as_proof(
    app: Flask, phones: dict[str, Phone], stage: Stage, database: Database, is_verified: bool
) -> None:
    case: Case = stage.with_case(State.IN_REVIEW)
    with database.connect() as connection:
        connection.execute("update requests set password_verified = %s", [is_verified])
    lea = Person(LEA.address, LEA.principal, phones[LEA.address]).signs_in(Visitor(app))
    page = lea.get(f"/desk/cases/{case.reference}").text
    assert ("Password verified at the sign-in." in page) is is_verified
