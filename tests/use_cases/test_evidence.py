"""What passed is looked at again: one failed run may be an accident, two lose the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from support_portal.adapters.providers.body import found
from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed
from support_portal.domain.evidence import CannotCheck, Check, Found, Unknown
from support_portal.jobs import Job
from support_portal.use_cases import desk
from support_portal.use_cases.steps.check import UNCHANGED
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

PATH = "ana-dev/bitrise_verification"


def voided(stage: Stage) -> list[str]:
    """Why approvals were voided."""
    with stage.engine.connect() as connection:
        return list(connection.execute(text("select voided_why from approvals where voided_at is not null")).scalars())


def test_evidence_is_refreshed_every_six_hours(stage: Stage) -> None:
    done = stage.in_review()
    passed_at = stage.clock.at
    stage.passes(hours=5, minutes=59)
    assert stage.case(done.reference).evidence_at == passed_at
    stage.passes(minutes=1)
    case = stage.case(done.reference)
    assert case.evidence_at == stage.clock.at
    assert case.evidence_run_id == stage.last_run(done).id
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_what_the_provider_says_is_unchanged_stays_evidence_and_is_judged_anew(stage: Stage) -> None:
    done = stage.in_review()
    right = stage.github.answers[PATH]
    assert isinstance(right, Found)
    stage.github.answers[PATH] = found(replace(right.facts, etag="the first"))
    stage.passes(hours=6)
    whole = stage.last_run(done)
    stage.passes(hours=6)
    unchanged = stage.last_run(done)
    assert (whole.detail, unchanged.detail) == ("", UNCHANGED)
    assert (unchanged.results, unchanged.digest) == (whole.results, whole.digest)
    assert stage.case(done.reference).evidence_run_id == unchanged.id
    stage.github.answers[PATH] = found(replace(right.facts, etag="the second", is_public=False))
    stage.passes(hours=6)
    assert [check.check for check in stage.last_run(done).failed] == [Check.IS_PUBLIC]


def test_what_a_removal_follows_from_is_asked_for_whole(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    right = stage.github.answers[PATH]
    assert isinstance(right, Found)
    stage.github.answers[PATH] = found(replace(right.facts, etag="the first"))
    for _ in range(2):
        stage.passes(hours=6)
    assert stage.last_run(done).detail == UNCHANGED
    stage.passes(hours=18)
    assert stage.case(done.reference).state is State.REMOVED
    assert stage.last_run(done).detail == ""


def test_evidence_is_looked_at_again_when_an_agent_opens_the_case_unless_it_was_just_done(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    asked = len(stage.github.asked)
    stage.clock.move(minutes=5)
    desk.open_case(done.reference, ben.id, tools=stage.tools)
    stage.work_off()
    assert len(stage.github.asked) == asked
    stage.clock.move(seconds=1)
    desk.open_case(done.reference, ben.id, tools=stage.tools)
    stage.work_off()
    assert len(stage.github.asked) == asked + 1
    assert stage.case(done.reference).evidence_at == stage.clock.at


def test_one_failed_run_and_then_a_pass_lose_nothing_and_tell_nobody(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    mailed = len(stage.mails.taken)
    repository = stage.github.answers.pop(PATH)
    stage.passes(hours=6)
    case = stage.case(done.reference)
    assert (case.state, case.failing_since) == (State.COOLING_OFF, stage.clock.at)
    stage.github.answers[PATH] = repository
    stage.passes(minutes=10)
    case = stage.case(done.reference)
    assert (case.state, case.failing_since, len(case.approvals)) == (State.COOLING_OFF, None, 1)
    assert len(stage.mails.taken) == mailed


def test_nobody_approves_while_the_last_look_failed(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.github.answers.pop(PATH)
    stage.passes(hours=6)
    with pytest.raises(NotAllowed, match="failed its last check"):
        stage.approve(done.reference, ben)


@pytest.mark.parametrize("is_approved", [False, True])
def test_two_failed_runs_ten_minutes_apart_lose_the_evidence_and_every_approval(
    stage: Stage, is_approved: bool
) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben) if is_approved else stage.in_review()
    stage.github.answers.pop(PATH)
    stage.passes(hours=6)
    desk.run_again(done.reference, ben.id, tools=stage.tools)
    stage.passes(minutes=9, seconds=59)
    assert stage.case(done.reference).state is not State.AWAITING_REPOSITORY
    stage.passes(seconds=1)
    case = stage.case(done.reference)
    assert (case.state, case.evidence_run_id, case.repository_id) == (State.AWAITING_REPOSITORY, None, None)
    assert (case.approvals, case.due_at) == ((), None)
    assert stage.subjects(ANAS)[-1] == "Your repository needs a change again"
    assert "stays on for now" not in " ".join(stage.subjects(ANAS))
    assert any("stays on for now" in one for one in stage.subjects(ANAS_SECOND)) is is_approved
    assert "It is private, or the link has a typing error" in stage.last().text
    assert len(voided(stage)) == is_approved
    assert not any(job is Job.REMOVE for job, _ in stage.put_off())


def test_the_repository_that_passed_before_may_pass_again_for_its_own_case(stage: Stage) -> None:
    done = stage.in_review()
    repository = stage.github.answers.pop(PATH)
    stage.passes(hours=6)
    stage.passes(minutes=10)
    stage.github.answers[PATH] = repository
    stage.passes(minutes=5)
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_another_repository_in_the_place_of_the_one_that_passed_does_not_do(stage: Stage) -> None:
    done = stage.in_review()
    stage.creates(repository_id="9999")
    stage.passes(hours=6)
    assert stage.case(done.reference).failing_since == stage.clock.at
    assert [one.variant for one in stage.last_run(done).failed] == ["replaced"]


def test_a_provider_that_is_down_loses_nothing_however_long(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    stage.github.answers[PATH] = Unknown(CannotCheck.UNAVAILABLE, "503")
    for _ in range(12):
        stage.passes(hours=6)
    case = stage.case(done.reference)
    assert (case.state, case.failing_since) == (State.IN_REVIEW, None)
    with pytest.raises(NotAllowed, match="too long ago"):
        stage.approve(done.reference, ben)
    stage.creates(created_at=case.evidence_at)
    stage.passes(hours=1)
    stage.approve(done.reference, ben)
    assert stage.case(done.reference).state is State.COOLING_OFF


def test_a_git_account_that_is_no_longer_connected_proves_nothing(stage: Stage) -> None:
    done = stage.in_review()
    _disconnect(stage, stage.case(done.reference).account_id)
    stage.passes(hours=6)
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY


def _disconnect(stage: Stage, account_id: UUID) -> None:
    with stage.engine.begin() as connection:
        connection.execute(text("delete from connected_accounts where account_id = :id"), {"id": account_id})


def test_a_removal_needs_a_pass_of_the_last_30_minutes_however_often_it_passed_before(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    stage.passes(hours=24)
    runs = [event.at for event in stage.events(done.reference) if event.action == "checks_passed"]
    assert stage.case(done.reference).state is State.REMOVED
    assert stage.clock.at - runs[-1] <= timedelta(minutes=30)


def test_a_repository_deleted_between_approval_and_removal_keeps_2fa_on(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.cooling_off(ben)
    stage.passes(hours=23, minutes=50)
    stage.github.answers.pop(PATH)
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.COOLING_OFF
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    assert stage.directory.orders == []
    assert stage.account(stage.case(done.reference).account_id).two_factor is not None
    assert {mail.to for mail in stage.mails.taken if "needs a change again" in mail.subject} == {ANAS}
    assert "Two-factor authentication is off" not in stage.subjects(ANAS_SECOND)
