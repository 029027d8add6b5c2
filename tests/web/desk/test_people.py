"""The people's pages: who sees them, what they ask, and that nobody comes by a link or a right that is not theirs."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.staff import Role, Staff
from support_portal.domain.team import standing
from support_portal.web.desk.people import QUESTIONS
from tests.cast import BEN, CHLOE, INES, LEA, OTTO, an_id
from tests.phones import given_a_phone
from tests.web.desk.conftest import Desk, sent, shown
from tests.web.desk.test_decisions import PASSWORD, with_password
from tests.web.desk.test_queue import words

WHY = "Agreed with the team"
NINA: dict[str, Any] = {"email": "nina@support.example", "name": "Nina Roth", "role": "agent", "note": WHY}


def about(person: Staff, question: str = "") -> str:
    return f"/desk/people/{person.id}{'/' if question else ''}{question}"


def person(desk: Desk, staff_id: UUID) -> Staff:
    with desk.stage.uow.begin() as work:
        found = work.people.staff(staff_id)
    assert found is not None
    return found


def fields(question: str, seen: Staff, **more: str) -> dict[str, Any]:
    role = {"role": "lead"} if question == "role" else {}
    return {"seen": standing(seen), "note": WHY, **role, **more}


def test_an_admin_sees_the_people_and_no_case(desk: Desk) -> None:
    desk.stage.case(State.IN_REVIEW, desk.stage.account("jonas@kelpworks.example"))
    given_a_phone(desk.tools, BEN.principal)
    with_password(desk, BEN)
    client = desk.signed_in(INES)
    page = shown(client, "/desk/people")
    said = words(page)
    assert "Ben Ito Agent, two-factor authentication on ben@support.example Never signed in" in said
    assert "Chloe Martin Agent, not in yet, and the invitation is over" in said
    assert "Ines Berg Admin" in said
    assert said.count("Change ") == 4, "nobody is led to changing themselves"
    assert 'aria-current="page"' in page
    assert "/desk?view=" not in page
    assert "jonas" not in page
    assert 'data-go="q"' not in shown(client, "/account/security")
    assert shown(client, "/desk", 403)


def test_an_admin_begins_with_the_people_and_an_auditor_may_look(desk: Desk) -> None:
    for who, sees, offered in ((OTTO, 200, False), (INES, 200, True), (LEA, 403, False), (BEN, 403, False)):
        page = shown(desk.signed_in(who), "/desk/people", sees)
        assert ("/desk/people/invite" in page) is offered
    assert ">Look<" in shown(desk.signed_in(OTTO), "/desk/people")
    one = shown(desk.signed_in(OTTO), about(BEN))
    assert about(BEN, "suspend") not in one
    assert 'href="/desk/people"' in shown(desk.signed_in(OTTO), "/desk")
    assert 'href="/desk/people"' not in shown(desk.signed_in(BEN), "/desk")


def test_an_admin_invites_and_never_sees_the_link(desk: Desk) -> None:
    client = desk.signed_in(INES)
    assert "Send the invitation" in shown(client, "/desk/people/invite")
    answer = sent(client, "/desk/people/invite", **NINA)
    page = shown(client, "/desk/people")
    assert "Nina Roth is invited." in page
    assert "Nina Roth Agent, invited, the link works until" in words(page)
    assert "/staff/password/" not in answer + page
    assert (
        desk.count("select count(*) from mails where letter = 'staff_invitation' and to_address = :a", a=NINA["email"])
        == 1
    )
    # Lea and Ines are told, and nobody else.
    assert desk.count("select count(*) from mails where letter = 'staff_people'") == 2


@pytest.mark.parametrize(
    ("wrong", "about_field"),
    [
        ({"email": "nina"}, "email"),
        ({"email": BEN.address}, "email"),
        ({"name": " "}, "name"),
        ({"role": ""}, "role"),
        ({"role": "owner"}, "role"),
        ({"note": ""}, "note"),
    ],
)
def test_an_invitation_names_what_is_wrong_and_keeps_what_was_typed(
    desk: Desk, wrong: dict[str, str], about_field: str
) -> None:
    page = sent(desk.signed_in(INES), "/desk/people/invite", 422, **{**NINA, **wrong})
    assert f'<a href="#{about_field}">' in page
    assert 'aria-invalid="true"' in page
    assert about_field == "name" or 'value="Nina Roth"' in page
    assert desk.count("select count(*) from staff") == 5


@pytest.mark.parametrize("question", ["role", "suspend", "invite-anew"])
def test_each_change_is_asked_with_a_reason_and_done(desk: Desk, question: str) -> None:
    client = desk.signed_in(INES)
    assert f'href="{about(BEN, question)}"' in shown(client, about(BEN))
    assert QUESTIONS[question].title in shown(client, about(BEN, question))
    empty = sent(client, about(BEN, question), 422, **fields(question, BEN, note=" "))
    assert '<a href="#note">Write a reason' in empty
    sent(client, about(BEN, question), **fields(question, BEN))
    assert QUESTIONS[question].done in shown(client, about(BEN))
    after = person(desk, BEN.id)
    expected = {"role": (Role.LEAD, True), "suspend": (Role.AGENT, False), "invite-anew": (Role.AGENT, True)}
    assert (after.role, after.is_active) == expected[question]
    if question == "suspend":
        sent(client, about(BEN, "let-back-in"), **fields("let-back-in", after))
        assert person(desk, BEN.id) == BEN


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_older_sign_in_asks_for_the_password(desk: Desk, question: str) -> None:
    with_password(desk, INES)
    if question == "let-back-in":
        with desk.stage.uow.begin() as work:
            work.people.suspend(BEN.id)
    ben = person(desk, BEN.id)
    client = desk.signed_in(INES, minutes_ago=6)
    assert 'name="password"' in shown(client, about(BEN, question))
    stale = sent(client, about(BEN, question), 422, **fields(question, ben))
    assert '<a href="#password">Enter your password again' in stale
    assert f">\n{WHY}</textarea>" in stale
    assert person(desk, BEN.id) == ben
    sent(client, about(BEN, question), **fields(question, ben, password=PASSWORD))


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_changes_themselves_by_any_page(desk: Desk, question: str) -> None:
    client = desk.signed_in(INES)
    assert "about yourself" in shown(client, about(INES, question), 403)
    assert "about yourself" in sent(client, about(INES, question), 403, **fields(question, INES))
    assert person(desk, INES.id) == INES
    assert about(INES, question) not in shown(client, about(INES))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_person_who_changed_meanwhile_is_looked_at_again(desk: Desk, question: str) -> None:
    client = desk.signed_in(INES)
    page = sent(client, about(BEN, question), 409, **{**fields(question, BEN), "seen": "lead-active"})
    assert "Somebody else changed this person" in page or "Not possible now" in page
    assert person(desk, BEN.id) == BEN


@pytest.mark.parametrize("path", ["/desk/people/{}", "/desk/people/{}/suspend"])
@pytest.mark.parametrize("whose", [str(an_id(9)), "1", "%00", "x" * 200])
def test_nobody_else_is_there(desk: Desk, path: str, whose: str) -> None:
    assert "There is nothing here" in shown(desk.signed_in(INES), path.format(whose), 404)


def test_the_last_admin_stays(desk: Desk) -> None:
    """Ida became an admin, and Ines was suspended: nobody is left who could end Ida's rights."""
    client = desk.signed_in(INES)
    sent(client, about(CHLOE, "role"), **fields("role", CHLOE, role="admin"))
    other = desk.signed_in(CHLOE)
    sent(other, about(INES, "suspend"), **fields("suspend", INES))
    assert shown(client, "/desk/people", 303)
    sent(other, about(CHLOE, "suspend"), 403, **fields("suspend", person(desk, CHLOE.id)))


def test_who_is_suspended_is_out_with_the_next_click_in_every_process(desk: Desk) -> None:
    secret = desk.secret_of(BEN)
    clients = [desk.make_app(desk.parts, TESTING=True, WTF_CSRF_ENABLED=False).test_client() for _ in range(2)]
    for client in clients:
        client.set_cookie("session", secret)
        shown(client, "/desk")
    sent(desk.signed_in(INES), about(BEN, "suspend"), **fields("suspend", BEN))
    for client in clients:
        shown(client, "/desk", 303)
        sent(client, "/desk/cases/SP-1/note", 303, text="late")


def test_another_role_holds_with_the_next_click(desk: Desk) -> None:
    lea = desk.signed_in(LEA)
    shown(lea, "/desk/accounts/locked")
    sent(desk.signed_in(INES), about(LEA, "role"), **fields("role", LEA, role="agent"))
    shown(lea, "/desk/accounts/locked", 303)
    shown(desk.signed_in(person(desk, LEA.id)), "/desk/accounts/locked", 403)


def test_a_right_is_gone_in_a_session_that_was_left_open(desk: Desk) -> None:
    """Even where the session lives on, the role is read for each request."""
    lea = desk.signed_in(LEA)
    with desk.stage.uow.begin() as work:
        work.people.change_role(LEA.id, Role.AGENT)
    shown(lea, "/desk/accounts/locked", 403)


def test_an_invitation_that_works_no_longer_leads_to_one_page_with_one_way_on(desk: Desk) -> None:
    client = desk.signed_in(INES)
    links = []
    sent(client, "/desk/people/invite", **NINA)
    nina = desk.tools.screens.people.team().people
    (one,) = [other for other in nina if other.address == NINA["email"]]
    links.append(newest_link(desk, one))
    sent(client, about(one, "invite-anew"), **fields("invite-anew", one))
    cut, foreign = newest_link(desk, one)[:-3], desk.tools.links.token(Purpose.LOCK, uuid4())
    stranger = desk.make_app(desk.parts, TESTING=True, WTF_CSRF_ENABLED=False).test_client()
    pages = {shown(stranger, f"/staff/password/{token}", 410) for token in (links[0], cut, foreign, "x")}
    pages |= {sent(stranger, f"/staff/password/{token}", 410, password=PASSWORD) for token in (links[0], cut, foreign)}
    assert len(pages) == 1
    (page,) = pages
    assert page.count('class="btn btn-primary"') == 1
    assert 'href="/sign-in"' in page


def newest_link(desk: Desk, who: Staff) -> str:
    newest = text("select id from links where staff_id = :id order by made_at desc limit 1")
    with desk.engine.connect() as connection:
        link = connection.execute(newest, {"id": who.id}).scalar_one()
    return desk.tools.links.token(Purpose.STAFF_PASSWORD, link)
