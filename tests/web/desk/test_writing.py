"""What agents do besides deciding: answer, note, assign, have the checks run."""

from __future__ import annotations

from uuid import UUID

import pytest

from support_portal.domain.cases import Case, State
from tests.cast import BEN, CHLOE, OTTO
from tests.web.desk.conftest import Desk, sent, shown

S = State


def letters(desk: Desk, case: Case) -> int:
    return desk.count("select count(*) from mails where letter = 'reply' and case_id = :id", id=case.id)


def notes(desk: Desk, case: Case) -> int:
    return desk.count("select count(*) from messages where is_internal and case_id = :id", id=case.id)


def test_a_reply_goes_out_and_stands_in_the_conversation(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    client = desk.signed_in(BEN)
    sent(client, f"/desk/cases/{case.reference}/reply", kind="reply", text="The button is on the right.\r\n\r\nBen")
    assert (letters(desk, case), notes(desk, case)) == (1, 0)
    page = shown(client, f"/desk/cases/{case.reference}")
    assert "<p>The button is on the right.</p><p>Ben</p>" in page
    assert "Your reply is on its way" in page


@pytest.mark.parametrize(("place", "kind"), [("reply", "note"), ("note", "reply"), ("note", "note")])
def test_what_either_place_or_mark_calls_a_note_is_never_sent(desk: Desk, place: str, kind: str) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    sent(desk.signed_in(BEN), f"/desk/cases/{case.reference}/{place}", kind=kind, text="I doubt it")
    assert (letters(desk, case), notes(desk, case)) == (0, 1)


def test_the_stable_fields_alone_are_enough(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    client = desk.signed_in(BEN)
    sent(client, f"/desk/cases/{case.reference}/reply", text="Hello")
    sent(client, f"/desk/cases/{case.reference}/note", text="Hm")
    assert (letters(desk, case), notes(desk, case)) == (1, 1)


def test_an_empty_or_endless_text_is_shown_again_with_its_kind(desk: Desk) -> None:
    case = desk.stage.case(S.AWAITING_REPOSITORY)
    client = desk.signed_in(BEN)
    assert "Write something" in sent(client, f"/desk/cases/{case.reference}/reply", 422, kind="reply", text="  ")
    page = sent(client, f"/desk/cases/{case.reference}/note", 422, kind="note", text="x" * 8001)
    assert "Use 8,000 characters at most" in page
    assert "x" * 8001 in page
    assert 'value="note" checked' in page
    assert (letters(desk, case), notes(desk, case)) == (0, 0)


def test_a_case_is_taken_given_and_given_up(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(BEN)
    address = f"/desk/cases/{case.reference}/assign"
    owners: list[UUID | None] = []
    for assignee in (BEN.id, CHLOE.id, ""):
        sent(client, f"{address}?view=ready", assignee=assignee)
        owners.append(desk.now(case).assignee_id)
    assert owners == [BEN.id, CHLOE.id, None]


@pytest.mark.parametrize(("assignee", "status"), [("nobody", 422), (OTTO.id, 403)])
def test_a_case_goes_to_deciders_alone(desk: Desk, assignee: object, status: int) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    sent(desk.signed_in(BEN), f"/desk/cases/{case.reference}/assign", status, assignee=assignee)
    assert desk.now(case).assignee_id is None


def test_the_checks_run_when_an_agent_asks(desk: Desk) -> None:
    account = desk.stage.account("a@example.org")
    case = desk.stage.case(S.AWAITING_REPOSITORY, account, run=desk.stage.unfinished_run(account))
    client = desk.signed_in(BEN)
    sent(client, f"/desk/cases/{case.reference}/run-again")
    assert desk.count("select count(*) from due where job = 'verify' and subject = :id", id=case.id) == 1
    assert "The checks run now." in shown(client, f"/desk/cases/{case.reference}")
    ended = desk.stage.case(S.DENIED)
    assert "The case has moved on" in sent(client, f"/desk/cases/{ended.reference}/run-again", 409)


def test_auditors_write_nothing(desk: Desk) -> None:
    case = desk.stage.case(S.IN_REVIEW)
    client = desk.signed_in(OTTO)
    for place in ("reply", "note", "assign", "run-again"):
        sent(client, f"/desk/cases/{case.reference}/{place}", 403, text="x")
    assert (letters(desk, case), notes(desk, case)) == (0, 0)
