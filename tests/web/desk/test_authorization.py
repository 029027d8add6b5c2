"""Nobody reaches by a form, a link or a guess what their role does not give them, and tries are written down."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author
from support_portal.domain.staff import Role
from support_portal.domain.team import standing
from tests.cast import BEN, CHLOE, INES, LEA
from tests.web.desk.conftest import Desk, sent, shown

FOREIGN = ("role", "owner", "verified", "state", "approver_id", "email_verified", "org_id", "staff_id", "user_id", "id")
WHY = "Agreed with the team"


def tried(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Who tried which fields on which page."""
    told = text("select actor_name, coalesce(staff_id::text, ''), details from events where action = 'unknown_field'")
    with desk.engine.connect() as connection:
        rows = connection.execute(told).all()
    return [(row.actor_name, row[1], row.details["page"], row.details["fields"]) for row in rows]


def people(desk: Desk) -> list[Any]:
    with desk.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("select id, role, is_active from staff order by id"))]


@pytest.mark.parametrize("field", FOREIGN)
def test_aut_2_a_field_that_a_form_does_not_have_is_refused_and_written_down(desk: Desk, field: str) -> None:
    case = desk.stage.case(State.IN_REVIEW)
    client, before = desk.signed_in(BEN), people(desk)
    forms: dict[str, dict[str, Any]] = {
        "note": {"text": "Hello"},
        "assign": {"assignee": str(BEN.id)},
        "approve": {"version": case.version, "reason": "nothing_against_it", "note": WHY},
        "deny": {"version": case.version, "reason": "owner_not_confirmed", "note": WHY},
    }
    for name, fields in forms.items():
        sent(client, f"/desk/cases/{case.reference}/{name}", 422, **fields, **{field: "admin-SECRET-1"})
    assert desk.now(case) == case
    assert people(desk) == before
    assert {page.rpartition("/")[2] for _, _, page, _ in tried(desk)} >= {"note", "assign"}
    assert {(who, by, fields) for who, by, _, fields in tried(desk)} == {(BEN.name, str(BEN.id), field)}
    assert len(tried(desk)) == len(forms)
    assert desk.count("select count(*) from events where details::text like '%SECRET%'") == 0


@pytest.mark.parametrize("field", ["is_active", "person", "by", "signed_in_at", "verified"])
def test_aut_2_not_even_an_admin_slips_a_field_into_a_form_about_people(desk: Desk, field: str) -> None:
    client, before = desk.signed_in(INES), people(desk)
    asked = {"seen": standing(BEN), "note": WHY, field: str(INES.id)}
    sent(client, f"/desk/people/{BEN.id}/suspend", 422, **asked)
    sent(client, f"/desk/people/{BEN.id}/suspend", 422, seen=standing(BEN), note=WHY, role="admin")
    invitation = {"email": "n@support.example", "name": "N", "role": "agent", "note": WHY, field: "1"}
    sent(client, "/desk/people/invite", 422, **invitation)
    assert people(desk) == before
    assert [fields for _, _, _, fields in tried(desk)] == [field, "role", field]


def test_aut_2_a_strangers_try_is_written_down_without_a_token_or_a_value(desk: Desk) -> None:
    stranger = desk.make_app(desk.parts, TESTING=True, WTF_CSRF_ENABLED=False).test_client()
    sent(stranger, "/sign-in", 422, email="a@b.example", password="secret-1", next="", role="admin")
    sent(stranger, "/request", 422, **{f"field{number}": "x" for number in range(30)})
    sent(stranger, "/lock/t0ken", 422, owner="1")
    told = tried(desk)
    assert [(who, by, page) for who, by, page, _ in told] == [
        ("Form", "", "/sign-in"),
        ("Form", "", "/request"),
        ("Form", "", "/lock/<token>"),
    ]
    assert told[1][3].count(",") == 9, "no more than ten names are kept"
    for kept_out in ("t0ken", "secret"):
        assert desk.count("select count(*) from events where details::text like :it", it=f"%{kept_out}%") == 0


def test_aut_3_nobody_sees_or_decides_a_case_of_their_own(desk: Desk) -> None:
    own = desk.stage.case(State.IN_REVIEW, desk.stage.account(BEN.address))
    client = desk.signed_in(BEN)
    for page in ("", "/approve", "/deny", "/checks"):
        shown(client, f"/desk/cases/{own.reference}{page}", 404)
    given = {"version": own.version, "reason": "nothing_against_it", "note": WHY}
    sent(client, f"/desk/cases/{own.reference}/approve", 404, **given)
    assert desk.now(own) == own
    shown(desk.signed_in(CHLOE), f"/desk/cases/{own.reference}")


def test_aut_3_who_was_demoted_halfway_decides_no_more(desk: Desk) -> None:
    case = desk.stage.case(State.IN_REVIEW)
    client = desk.signed_in(BEN)
    shown(client, f"/desk/cases/{case.reference}/approve")
    with desk.stage.uow.begin() as work:
        work.people.change_role(BEN.id, Role.AUDITOR)
    given = {"version": case.version, "reason": "nothing_against_it", "note": WHY}
    sent(client, f"/desk/cases/{case.reference}/approve", 403, **given)
    assert desk.now(case) == case


def same(client: FlaskClient, one: str, other: str) -> bool:
    return shown(client, one, 404) == shown(client, other, 404)


def test_aut_4_what_is_not_for_somebody_is_as_absent_as_what_never_was(desk: Desk) -> None:
    own = desk.stage.case(State.IN_REVIEW, desk.stage.account(LEA.address))
    unconfirmed = desk.stage.case(State.UNCONFIRMED)
    client = desk.signed_in(LEA)
    for case in (own, unconfirmed):
        for page in ("", "/approve", "/checks", "/unlock-account"):
            assert same(client, f"/desk/cases/{case.reference}{page}", f"/desk/cases/SP-999999{page}")
        assert case.address not in shown(client, "/desk")
        for query in (case.address, case.reference):
            assert f"/desk/cases/{case.reference}" not in shown(client, f"/desk?s={query}")
            assert f"/desk/cases/{case.reference}" not in shown(client, f"/desk?view=closed&s={query}")


def test_aut_4_an_id_of_another_thing_opens_nothing(desk: Desk) -> None:
    case = desk.stage.case(State.IN_REVIEW)
    said = desk.stage.say(case, Author.REQUESTER, "Help", desk.stage.ago(hours=1))
    agent, admin = desk.signed_in(BEN), desk.signed_in(INES)
    for foreign in (said, case.id, case.account_id, INES.id):
        assert same(agent, f"/desk/mails/{foreign}/answer", f"/desk/mails/{uuid4()}/answer")
    for foreign in (said, case.id, case.account_id):
        assert same(admin, f"/desk/people/{foreign}", f"/desk/people/{uuid4()}")
    before = desk.now(case)
    sent(agent, f"/desk/cases/{case.reference}/assign", 403, assignee=str(case.account_id))
    sent(agent, f"/desk/cases/{case.reference}/assign", 403, assignee=str(INES.id))
    assert desk.now(case) == before
