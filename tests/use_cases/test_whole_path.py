"""From the form to the removal, and everything that keeps a removal from happening."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.domain.errors import WrongState
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage


def enrolled(stage: Stage) -> bool:
    """Whether Ana's 2FA is on."""
    with stage.engine.connect() as connection:
        return bool(connection.execute(text("select count(*) from enrolments where ended_at is null")).scalar())


def test_a_locked_out_owner_is_let_in_after_proof_decision_and_wait(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    assert stage.case(done.reference).state is State.IN_REVIEW
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.COOLING_OFF
    assert enrolled(stage)
    stage.clock.move(hours=23, minutes=59)
    stage.work_off()
    assert enrolled(stage)
    stage.clock.move(minutes=2)
    stage.work_off()
    assert stage.case(done.reference).state is State.REMOVED
    assert not enrolled(stage)
    assert stage.subjects() == [
        "Confirm your request",
        "Next step: create a repository",
        "Your repository is right",
        "Approved: two-factor authentication comes off on Tuesday, 09:05 UTC",
        "Two-factor authentication is off",
    ]
    assert stage.subjects(ANAS_SECOND)[-1] == "Two-factor authentication is off"


def test_nobody_approves_without_a_passed_run(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.asked_and_confirmed()
    with pytest.raises(WrongState, match="A case in state awaiting_repository has no move approve"):
        stage.approve(done.reference, ben)


def test_a_notice_to_each_owners_address_has_a_stop_link_of_its_own(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.approve(done.reference, ben)
    assert stage.link("stop", ANAS) != stage.link("stop", ANAS_SECOND)
