"""Looking without being asked: repositories that nobody linked, renamed accounts, two cases and one repository."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.cases import State
from support_portal.domain.evidence import Check, Moved
from support_portal.jobs import Job
from support_portal.use_cases import case_page
from tests.use_cases.stage import Stage, owner

LINK = "https://github.com/ana-dev/bitrise_verification"


def test_the_watcher_finds_a_repository_that_nobody_linked(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.passes(minutes=1)
    assert stage.github.asked == ["#1001/bitrise_verification"]
    stage.creates()
    stage.passes(minutes=1)
    case = stage.case(done.reference)
    assert (case.state, case.link) == (State.IN_REVIEW, LINK)


def test_the_watcher_looks_from_every_minute_to_every_six_hours(stage: Stage) -> None:
    stage.asked_and_confirmed()
    pauses = []
    for _ in range(80):
        due = dict(stage.put_off())[Job.WATCH]
        pauses.append(due - stage.clock.at)
        stage.clock.at = due
        stage.work_off()
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[-1] == timedelta(hours=6)
    assert pauses == sorted(pauses)


def test_the_watcher_tells_what_is_wrong_with_what_it_found_once(stage: Stage) -> None:
    stage.asked_and_confirmed()
    stage.creates(is_fork=True)
    for _ in range(5):
        stage.passes(minutes=5)
    assert stage.subjects().count("One thing to fix in your repository") == 1


def test_a_message_has_the_watcher_look_at_once(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.passes(days=1)
    stage.creates()
    case_page.send_message(done.reference, done.key, "I have made it!", tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_a_renamed_account_is_found_by_its_id(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates()
    stage.github.answers["ana-old/bitrise_verification"] = Moved(301)
    stage.submit(done, "https://github.com/ana-old/bitrise_verification")
    assert stage.github.asked[-2:] == ["ana-old/bitrise_verification", "#1001/bitrise_verification"]
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_a_moved_repository_that_no_connected_account_has_fails(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.github.answers["ana-old/bitrise_verification"] = Moved(301)
    stage.submit(done, "https://github.com/ana-old/bitrise_verification")
    assert [one.check for one in stage.last_run(done).failed] == [Check.NOT_MOVED]


def test_two_cases_that_claim_one_repository_at_once_are_told_apart(stage: Stage) -> None:
    """Both owners say the same git account is theirs at the moment of the look: the first pass has it."""
    first = stage.in_review()
    second = owner(1)
    stage.an_account_of(second)
    stage.ask(second.address)
    done = stage.confirm(second.address)
    stage.clock.move(minutes=1)
    stage.submit(done, stage.creates(second, repository_id="71001"))
    assert stage.case(first.reference).repository_id == "71001"
    assert [one.check for one in stage.last_run(done).failed] == [Check.CREATED_FOR_THIS_CASE]


def test_looks_that_nobody_asked_for_leave_a_providers_last_questions_to_whoever_waits(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates()
    stage.budgets.spent_until["github"] = stage.clock.at + timedelta(minutes=30)
    stage.passes(minutes=5)
    assert stage.github.asked == []
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    case_page.check_again(done.reference, done.key, tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_the_watcher_goes_on_when_there_is_enough_again(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates()
    stage.budgets.spent_until["github"] = stage.clock.at + timedelta(minutes=30)
    stage.passes(minutes=29)
    stage.budgets.spent_until.clear()
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.IN_REVIEW
