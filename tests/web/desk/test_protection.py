"""Locking and unlocking an account and lifting a block, on pages: offered where it applies, to whom it is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from support_portal.adapters.db.tables import accounts
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case, State
from support_portal.domain.staff import Staff
from support_portal.ports.records import Block
from tests.cast import BEN, INES, LEA, OTTO
from tests.web.desk.conftest import Desk, sent, shown
from tests.web.desk.test_decisions import PASSWORD, with_password
from tests.web.desk.test_queue import words

S = State
WHY = "I called the owner on the number we have"
BUTTONS = {"lock-account": "Lock the account", "unlock-account": "Unlock the account", "lift-block": "Lift the block"}


def a_compromise_case(desk: Desk) -> Case:
    return desk.stage.case(S.TRIAGE, compromise=True, compromise_was_said=True)


def a_locked_case(desk: Desk) -> Case:
    account = desk.stage.account("locked@example.org", other_addresses=("second@example.org",))
    with desk.engine.begin() as connection:
        connection.execute(update(accounts).where(accounts.c.id == account.id).values(status=AccountStatus.LOCKED))
    return desk.stage.case(S.WITHDRAWN, account)


def a_blocked_case(desk: Desk, **changes: Any) -> Case:
    case = desk.stage.case(S.WITHDRAWN, stopped=True, **changes)
    with desk.stage.uow.begin() as work:
        work.blocks.add(Block(case.account_id, desk.stage.now + timedelta(days=13), case.id))
    return case


ARRANGED = {"lock-account": a_compromise_case, "unlock-account": a_locked_case, "lift-block": a_blocked_case}
EACH = pytest.mark.parametrize("question", ARRANGED)


def address(case: Case, question: str = "") -> str:
    return f"/desk/cases/{case.reference}{'/' if question else ''}{question}"


def status(desk: Desk, case: Case) -> AccountStatus:
    with desk.stage.uow.begin() as work:
        account = work.directory.read(case.account_id)
    assert account is not None
    return account.status


def offered(desk: Desk, case: Case, person: Staff) -> set[str]:
    page = shown(desk.signed_in(person), address(case))
    return {question for question in BUTTONS if f'href="{address(case, question)}"' in page}


def test_each_is_offered_where_it_applies_and_to_whom_it_is_given(desk: Desk) -> None:
    compromise, locked, blocked = (arrange(desk) for arrange in ARRANGED.values())
    ordinary = desk.stage.case(S.IN_REVIEW)
    assert [offered(desk, compromise, person) for person in (BEN, LEA, OTTO)] == [
        {"lock-account"},
        {"lock-account"},
        set(),
    ]
    assert [offered(desk, locked, person) for person in (BEN, LEA, OTTO)] == [set(), {"unlock-account"}, set()]
    assert [offered(desk, blocked, person) for person in (BEN, LEA, OTTO)] == [set(), {"lift-block"}, set()]
    assert offered(desk, ordinary, LEA) == set()
    assert "Protection" not in shown(desk.signed_in(LEA), address(ordinary))


def test_who_may_not_lift_reads_that_the_account_is_locked_and_requests_are_blocked(desk: Desk) -> None:
    locked, blocked = a_locked_case(desk), a_blocked_case(desk)
    assert "The account is locked: nobody can sign in to it." in shown(desk.signed_in(BEN), address(locked))
    assert "New requests are blocked until" in shown(desk.signed_in(OTTO), address(blocked))


def test_an_agent_locks_an_account_and_it_stands_in_the_history(desk: Desk) -> None:
    case = a_compromise_case(desk)
    client = desk.signed_in(BEN)
    asked = words(shown(client, address(case, "lock-account")))
    assert "Nobody can sign in any more" in asked
    assert "Only a lead unlocks the account." in asked
    sent(client, address(case, "lock-account"), version=case.version, note=WHY)
    assert status(desk, case) is AccountStatus.LOCKED
    page = shown(client, address(case))
    assert "The account is locked. The owner, leads and admins get an email." in page
    assert "Ben Ito locked the account" in page
    assert WHY in page
    assert f'href="{address(case, "lock-account")}"' not in page


def test_a_lead_unlocks_an_account(desk: Desk) -> None:
    case = a_locked_case(desk)
    client = desk.signed_in(LEA)
    assert "2 confirmed addresses of the owner" in words(shown(client, address(case, "unlock-account")))
    sent(client, address(case, "unlock-account"), version=case.version, note=WHY)
    assert status(desk, case) is AccountStatus.ACTIVE
    assert desk.count("select count(*) from mails where letter = 'unlocked' and case_id = :id", id=case.id) == 2
    assert "Lea Novak unlocked the account" in shown(client, address(case))


def test_a_lead_lifts_a_block(desk: Desk) -> None:
    case = a_blocked_case(desk)
    client = desk.signed_in(LEA)
    asked = words(shown(client, address(case, "lift-block")))
    assert "The next case is high risk: two people must approve, and the safety wait is 7 days." in asked
    sent(client, address(case, "lift-block"), version=case.version, note=WHY)
    assert (
        desk.count("select count(*) from blocks where lifted_by = :id and lifted_why = :why", id=LEA.id, why=WHY) == 1
    )
    page = shown(client, address(case))
    assert "Lea Novak lifted the block on new requests" in page
    assert "New requests are blocked" not in page


@pytest.mark.parametrize("question", ["unlock-account", "lift-block"])
def test_an_agent_is_neither_asked_nor_heard(desk: Desk, question: str) -> None:
    case = ARRANGED[question](desk)
    client = desk.signed_in(BEN)
    assert "This page is not for you" in shown(client, address(case, question), 403)
    sent(client, address(case, question), 403, version=case.version, note=WHY)
    assert desk.count("select count(*) from events where action in ('account_unlocked', 'block_lifted')") == 0


@EACH
@pytest.mark.parametrize("person", [INES, OTTO])
def test_admins_and_auditors_are_not_asked(desk: Desk, question: str, person: Staff) -> None:
    case = ARRANGED[question](desk)
    client = desk.signed_in(person)
    shown(client, address(case, question), 403)
    sent(client, address(case, question), 403, version=case.version, note=WHY)


@EACH
def test_a_reason_is_asked_for_and_what_was_typed_is_kept(desk: Desk, question: str) -> None:
    with_password(desk, LEA)
    case = ARRANGED[question](desk)
    client = desk.signed_in(LEA, minutes_ago=20)
    place = address(case, question)
    assert 'name="password"' in shown(client, place)
    empty = sent(client, place, 422, version=case.version, note=" ")
    assert '<a href="#note">Write a reason: it is kept in the audit log.</a>' in empty
    assert 'aria-invalid="true" aria-describedby="note-e"' in empty
    stale = sent(client, place, 422, version=case.version, note=WHY)
    assert '<a href="#password">Enter your password again' in stale
    assert f">\n{WHY}</textarea>" in stale
    assert "Use 4,000 characters at most" in sent(client, place, 422, version=case.version, note="x" * 4001)
    sent(client, place, version=case.version, note=WHY, password=PASSWORD)
    assert WHY in shown(client, address(case))


@EACH
def test_what_is_over_says_so_and_keeps_what_was_typed(desk: Desk, question: str) -> None:
    case = ARRANGED[question](desk)
    client = desk.signed_in(LEA)
    place = address(case, question)
    changed = sent(client, place, 409, version=case.version - 1, note=WHY)
    assert "The case changed while you were looking at it" in changed
    assert f">\n{WHY}</textarea>" in changed
    sent(client, place, version=case.version, note="First")
    late = words(sent(client, place, 409, version=case.version, note=WHY))
    assert "Not possible now" in late
    assert f"You wrote: {WHY}" in late
    assert BUTTONS[question] not in late.split("Not possible now")[1]
    assert "Not possible now" in shown(client, place, 409)


@pytest.mark.parametrize("question", ARRANGED)
def test_where_it_does_not_apply_there_is_no_form(desk: Desk, question: str) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    page = shown(desk.signed_in(LEA), address(case, question), 409)
    assert "Not possible now" in page
    assert "<textarea" not in page


@EACH
def test_nothing_of_it_is_there_for_a_case_of_ones_own(desk: Desk, question: str) -> None:
    case = desk.stage.case(S.TRIAGE, desk.stage.account(LEA.address), compromise=True, compromise_was_said=True)
    client = desk.signed_in(LEA)
    shown(client, address(case, question), 404)
    sent(client, address(case, question), 404, version=case.version, note=WHY)


def test_a_lead_lifts_the_block_of_a_case_that_was_stopped_before_anybody_confirmed_it(desk: Desk) -> None:
    case = a_blocked_case(desk, confirmed_at=None, confirmed_address=None)
    client = desk.signed_in(LEA)
    page = shown(client, address(case))
    assert "Link not pressed" in page
    assert f'href="{address(case, "lift-block")}"' in page
    sent(client, address(case, "lift-block"), version=case.version, note=WHY)
    assert offered(desk, case, LEA) == set()
