"""Machines that write get no answer; a mail of ours that came back has its consequence."""

from __future__ import annotations

import os

import pytest

from support_portal.domain.cases import State
from tests.adapters.mail.messages import a_bounce, a_mail
from tests.use_cases.post import heard, our_message_id, rows, take, token
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

REPOSITORY = "https://github.com/ana-dev/bitrise_verification"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Subject": "Automatic reply: Next step"},
        {"From": "postmaster@example.org"},
        {"From": "support@portal.example"},
    ],
)
def test_a_machines_answer_is_kept_on_its_case_and_never_answered(stage: Stage, headers: dict[str, str]) -> None:
    done = stage.asked_and_confirmed()
    mails = len(stage.mails.taken)
    receipt = take(stage, a_mail(f"I am away. {REPOSITORY}", To=token(stage), **headers))
    assert (receipt.status, receipt.result, receipt.reference) == (os.EX_OK, "automatic", done.reference)
    assert heard(stage) == [("unproven", f"I am away. {REPOSITORY}")]
    assert stage.case(done.reference).link is None
    assert len(stage.mails.taken) == mails


def test_a_machine_that_writes_first_is_kept_and_never_answered(stage: Stage) -> None:
    stage.an_account()
    for raw in (a_mail(Precedence="list"), a_mail(From="", Auto_Submitted="auto-generated"), a_bounce()):
        assert take(stage, raw).status == os.EX_OK
    assert stage.mails.taken == []
    assert rows(stage, "select count(*) from requests") == [(0,)]
    assert rows(stage, "select count(*) from messages where case_id is null") == [(3,)]


def approved(stage: Stage) -> str:
    """A case in its safety wait; its notices have gone out."""
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.COOLING_OFF
    return done.reference


def test_a_hard_bounce_at_the_registered_address_voids_the_approval(stage: Stage) -> None:
    reference = approved(stage)
    receipt = take(stage, a_bounce(ANAS, about=our_message_id(stage)))
    assert (receipt.status, receipt.result, receipt.reference) == (os.EX_OK, "bounce", reference)
    assert stage.case(reference).state is State.IN_REVIEW
    [bounced] = [event for event in stage.events(reference) if event.action == "bounced"]
    assert bounced.details == {"to": "a•••@example.org", "registered": "yes"}
    assert stage.subjects(ANAS_SECOND)[-1] == "The approval doesn’t stand any more"


def test_a_bounce_that_comes_late_is_written_down_and_changes_nothing(stage: Stage) -> None:
    reference = approved(stage)
    about = our_message_id(stage)
    stage.clock.move(hours=25)
    stage.work_off()
    take(stage, a_bounce(ANAS, about=about))
    assert stage.case(reference).state is State.REMOVED
    assert "bounced" in [event.action for event in stage.events(reference)]


@pytest.mark.parametrize(
    ("status", "action", "address"),
    [("4.4.7", "delayed", ANAS), ("5.1.1", "failed", ANAS_SECOND), ("5.1.1", "failed", "somebody@example.org")],
)
def test_other_bounces_leave_the_approval_standing(stage: Stage, status: str, action: str, address: str) -> None:
    reference = approved(stage)
    about = our_message_id(stage, ANAS_SECOND if address == ANAS_SECOND else ANAS)
    assert take(stage, a_bounce(address, status, action, about)).result == "bounce"
    assert stage.case(reference).state is State.COOLING_OFF


def test_a_bounce_that_names_no_mail_of_ours_leaves_the_approval_standing(stage: Stage) -> None:
    reference = approved(stage)
    take(stage, a_bounce(ANAS))
    take(stage, a_bounce(ANAS, about="<1@example.org>"))
    assert stage.case(reference).state is State.COOLING_OFF
    assert "bounced" not in [event.action for event in stage.events(reference)]
