"""What agents do besides deciding: answer, note, assign, have it checked again."""

from __future__ import annotations

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, WrongState
from support_portal.domain.staff import Role
from support_portal.use_cases import case_page, desk
from support_portal.use_cases.confirm import Confirmed
from tests.use_cases.stage import ANAS, Stage


def shown(stage: Stage, done: Confirmed) -> list[str]:
    """The conversation as the requester reads it."""
    return [one.text for one in stage.tools.screens.requester.case(stage.case(done.reference).id).messages]


def test_an_answer_goes_to_the_registered_address_alone_and_stands_on_the_case_page(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    mailed = len(stage.mails.taken)
    stage.clock.move(minutes=1)
    desk.reply(done.reference, ben.id, "  Which git account is it?  ", tools=stage.tools)
    stage.work_off()
    assert [mail.to for mail in stage.mails.taken[mailed:]] == [ANAS]
    assert "Which git account is it?" in stage.last().text
    assert shown(stage, done)[-1] == "Which git account is it?"


def test_a_note_is_for_the_desk_alone(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    mailed = len(stage.mails.taken)
    desk.note(done.reference, ben.id, "Looks like Mallory", tools=stage.tools)
    stage.work_off()
    assert len(stage.mails.taken) == mailed
    assert "Looks like Mallory" not in shown(stage, done)
    messages = stage.tools.screens.desk.case(ben, done.reference).messages
    assert [one.text for one in messages if one.is_internal] == ["Looks like Mallory"]


def test_messages_move_nothing_and_reopen_nothing(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    before = stage.case(done.reference)
    case_page.send_message(done.reference, done.key, "Please hurry", tools=stage.tools)
    desk.reply(done.reference, ben.id, "We do", tools=stage.tools)
    assert stage.case(done.reference) == before
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    desk.reply(done.reference, ben.id, "Goodbye", tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).state is State.WITHDRAWN
    assert any("Goodbye" in mail.text for mail in stage.mails.to(ANAS))


@pytest.mark.parametrize("text", ["", " \n ", "x" * 8001])
def test_an_empty_or_endless_text_is_refused(stage: Stage, text: str) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    for act in (desk.reply, desk.note):
        with pytest.raises(BadInput) as refusal:
            act(done.reference, ben.id, text, tools=stage.tools)
        assert list(refusal.value.fields) == ["text"]
    with pytest.raises(BadInput) as refusal:
        case_page.send_message(done.reference, done.key, text, tools=stage.tools)
    assert list(refusal.value.fields) == ["message"]


def test_a_case_is_given_to_somebody_who_decides_and_its_version_stays(stage: Stage) -> None:
    ben, otto, lea = stage.staff("Ben"), stage.staff("Otto", Role.AUDITOR), stage.staff("Lea", Role.LEAD)
    done = stage.in_review()
    seen = stage.decision(done.reference, ben, "I looked at it.")
    desk.assign(done.reference, ben.id, lea.id, tools=stage.tools)
    assert stage.case(done.reference).assignee_id == lea.id
    with pytest.raises(NotAllowed):
        desk.assign(done.reference, ben.id, otto.id, tools=stage.tools)
    desk.assign(done.reference, ben.id, None, tools=stage.tools)
    assert stage.case(done.reference).assignee_id is None
    assert stage.case(done.reference).version == seen.version


def test_an_auditor_reads_and_writes_nothing_and_an_admin_sees_no_case(stage: Stage) -> None:
    otto, ines = stage.staff("Otto", Role.AUDITOR), stage.staff("Ines", Role.ADMIN)
    done = stage.in_review()
    assert desk.open_case(done.reference, otto.id, tools=stage.tools) == stage.case(done.reference).id
    with pytest.raises(NotFound):
        desk.open_case(done.reference, ines.id, tools=stage.tools)
    for person in (otto, ines):
        for act in (desk.reply, desk.note):
            with pytest.raises(NotFound):
                act(done.reference, person.id, "Hello", tools=stage.tools)
        with pytest.raises(NotFound):
            desk.run_again(done.reference, person.id, tools=stage.tools)
        with pytest.raises(NotFound):
            desk.assign(done.reference, person.id, None, tools=stage.tools)


def test_an_agent_has_the_checks_run_where_there_is_something_to_check(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.passes(minutes=1)
    desk.run_again(done.reference, ben.id, tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).evidence_at == stage.clock.at
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    with pytest.raises(WrongState):
        desk.run_again(done.reference, ben.id, tools=stage.tools)


@pytest.mark.parametrize("reference", ["SP-1", "SP-", "2401", "SP-99999999999", "'; drop table cases"])
def test_a_reference_that_is_none_is_not_found(stage: Stage, reference: str) -> None:
    ben = stage.staff("Ben")
    stage.in_review()
    with pytest.raises(NotFound):
        desk.open_case(reference, ben.id, tools=stage.tools)
