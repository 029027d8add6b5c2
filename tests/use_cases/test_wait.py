"""The safety wait: when it begins, what makes it longer, and what voids an approval before it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.domain.errors import TryLater
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.domain.staff import Role, Staff
from support_portal.jobs import Job
from support_portal.use_cases import decide, remove, set_policy, stop, tidy
from support_portal.use_cases.confirm import Confirmed
from tests.cast import WHY
from tests.use_cases.outside import connect_git, set_password_changed
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

VOIDED = "The approval doesn’t stand any more"
WAIT_ENDS = "Tomorrow: two-factor authentication comes off on "
A_DAY = timedelta(hours=24)


def wait_ends_told(stage: Stage) -> int:
    """How often Ana was told that the wait nearly ended."""
    return sum(subject.startswith(WAIT_ENDS) for subject in stage.subjects())


def read_directory(stage: Stage) -> None:
    """The clock starts a reading of all accounts, and what follows is done."""
    tidy.read_directory(tools=stage.tools)
    stage.work_off()


def test_the_wait_begins_when_the_last_notice_was_taken(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.is_away = True
    stage.approve(done.reference, ben)
    stage.passes(hours=30)
    assert (stage.case(done.reference).due_at, stage.is_on(done)) == (None, True)
    stage.mails.is_away = False
    stage.passes(minutes=10)
    assert stage.case(done.reference).due_at == stage.clock.at + A_DAY
    assert "Wednesday" in next(m.subject for m in stage.mails.to(ANAS_SECOND) if m.subject.startswith("Approved"))
    stage.passes(hours=23, minutes=59)
    assert stage.is_on(done)
    stage.passes(minutes=1)
    assert not stage.is_on(done)


def test_a_notice_that_is_refused_at_another_address_counts_as_given(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.refuses = {ANAS_SECOND}
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).due_at == stage.clock.at + A_DAY
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED


def test_one_notice_still_under_way_holds_the_wait_back(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.delays = {ANAS_SECOND}
    stage.approve(done.reference, ben)
    stage.passes(hours=48)
    assert stage.case(done.reference).due_at is None
    stage.mails.delays = set()
    stage.passes(minutes=10)
    assert stage.case(done.reference).due_at == stage.clock.at + A_DAY


def test_without_a_mail_server_nothing_begins(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.tools = replace(stage.tools, sender=None)
    stage.approve(done.reference, ben)
    stage.passes(days=3)
    case = stage.case(done.reference)
    assert (case.state, case.due_at, stage.is_on(done)) == (State.COOLING_OFF, None, True)


def test_a_stricter_policy_reaches_an_approved_case(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    stage.passes(hours=23)
    set_policy.set_policy({"safety_wait": "72h"}, "Lea", tools=stage.tools)
    stage.passes(hours=1)
    assert stage.is_on(done)
    assert stage.case(done.reference).due_at == stage.clock.at + 2 * A_DAY
    stage.passes(hours=24)
    assert stage.subjects()[-1].startswith(WAIT_ENDS)
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED


def test_a_weaker_policy_does_not_reach_an_open_case(stage: Stage) -> None:
    ben = stage.staff("Ben")
    set_policy.set_policy({"safety_wait": "72h"}, "Lea", tools=stage.tools)
    done = stage.cooling_off(ben)
    set_policy.set_policy({"safety_wait": "24h"}, "Lea", tools=stage.tools)
    stage.passes(hours=71)
    assert stage.is_on(done)
    stage.passes(hours=1)
    assert stage.case(done.reference).state is State.REMOVED


def at_high_risk(stage: Stage, *people: Staff) -> Confirmed:
    """A case of high risk that two people approved."""
    done = stage.in_review(two_factor_enrolled_at=stage.clock.at - timedelta(days=2))
    stage.approve(done.reference, people[0])
    decide.approve_second(
        done.reference, stage.decision(done.reference, people[1], "I agree"), reason=WHY, tools=stage.tools
    )
    stage.work_off()
    return done


def test_at_high_risk_the_wait_is_7_days_and_its_end_is_told_a_day_before(stage: Stage) -> None:
    done = at_high_risk(stage, stage.staff("Ben"), stage.staff("Chloe"))
    stage.passes(days=5, hours=23)
    assert wait_ends_told(stage) == 0
    stage.passes(hours=1)
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1].startswith(WAIT_ENDS)
        assert stop.look(stage.link("stop", address), tools=stage.tools).offers == "stop"
    assert stage.link("stop", ANAS) != stage.link("stop", ANAS_SECOND)
    stage.passes(hours=23, minutes=59)
    assert stage.is_on(done)
    assert wait_ends_told(stage) == 1
    stage.passes(minutes=1)
    assert stage.case(done.reference).state is State.REMOVED


def test_a_wait_of_a_day_needs_no_second_notice(stage: Stage) -> None:
    stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    assert wait_ends_told(stage) == 0


def test_a_risk_that_becomes_high_in_the_wait_voids_a_single_approval(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    done = stage.cooling_off(ben)
    stage.passes(hours=12)
    connect_git(stage.engine, stage.case(done.reference).account_id, "2002", stage.clock.at)
    read_directory(stage)
    case = stage.case(done.reference)
    assert (case.state, case.approvals, case.due_at) == (State.IN_REVIEW, (), None)
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == VOIDED
    assert "A second approval is needed now." in stage.last().text
    stage.passes(hours=12)
    assert stage.is_on(done)
    stage.approve(done.reference, ben)
    decide.approve_second(done.reference, stage.decision(done.reference, chloe, "Yes"), reason=WHY, tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).due_at == stage.clock.at + 7 * A_DAY


def test_the_removal_itself_sees_a_risk_that_became_high(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.clock.move(hours=24)
    connect_git(stage.engine, stage.case(done.reference).account_id, "2002", stage.clock.at)
    stage.work_off()
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.IN_REVIEW, True)


def test_two_approvals_stand_when_risk_becomes_high_and_the_wait_grows_to_7_days(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    set_policy.set_policy({"second_approval": "always"}, "Lea", tools=stage.tools)
    done = stage.in_review()
    stage.approve(done.reference, ben)
    decide.approve_second(done.reference, stage.decision(done.reference, chloe), reason=WHY, tools=stage.tools)
    stage.work_off()
    approved_at = stage.clock.at
    stage.clock.move(hours=12)
    connect_git(stage.engine, stage.case(done.reference).account_id, "2002", stage.clock.at)
    read_directory(stage)
    stage.passes(hours=12)
    assert stage.is_on(done)
    assert stage.case(done.reference).due_at == approved_at + 7 * A_DAY


def test_a_medium_risk_in_the_wait_changes_nothing(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    set_password_changed(stage.engine, stage.case(done.reference).account_id, stage.clock.at)
    read_directory(stage)
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED


def test_a_registered_address_that_refuses_our_mail_voids_the_approval(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.mails.refuses = {ANAS}
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert stage.subjects(ANAS_SECOND)[-1] == VOIDED
    stage.passes(days=2)
    assert stage.is_on(done)


def test_an_approver_who_may_not_decide_any_more_voids_the_approval(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set role = 'auditor' where id = :id"), {"id": ben.id})
    stage.passes(hours=24)
    assert (stage.case(done.reference).state, stage.is_on(done)) == (State.IN_REVIEW, True)
    assert "Somebody who approved may not decide any more." in stage.last().text


def test_what_could_not_be_removed_for_7_days_needs_a_new_approval(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.github.answers["ana-dev/bitrise_verification"] = Unknown(CannotCheck.UNAVAILABLE, "503")
    stage.passes(hours=24)
    for _ in range(27):
        stage.passes(hours=6)
        read_directory(stage)
    assert stage.case(done.reference).state is State.COOLING_OFF
    stage.passes(hours=6)
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert "could not be done for 7 days" in stage.last().text


def test_staff_alone_see_the_void_of_an_approval_that_no_owner_was_told_of(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review(two_factor_enrolled_at=stage.clock.at - timedelta(days=2))
    stage.approve(done.reference, ben)
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set is_active = false where id = :id"), {"id": ben.id})
    read_directory(stage)
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert VOIDED not in stage.subjects()


@pytest.mark.parametrize("role", [Role.LEAD, Role.AGENT])
def test_no_role_shortens_the_wait(stage: Stage, role: Role) -> None:
    done = stage.cooling_off(stage.staff("Lea", role))
    stage.clock.move(hours=23, minutes=59, seconds=59)
    stage.deliver(Job.REMOVE, stage.case(done.reference).id)
    with pytest.raises(TryLater, match="the safety wait is not over"):
        remove.remove(stage.case(done.reference).id, tools=stage.tools)
    assert stage.is_on(done)
