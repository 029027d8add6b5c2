"""A repository is looked at: told at once, mailed once, and a fault is never a verdict."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import BadInput, TooMany
from support_portal.domain.evidence import (
    CannotCheck,
    Check,
    Outcome,
    OwnerKind,
    Unknown,
)
from support_portal.domain.staff import Role
from support_portal.domain.watching import SPREAD
from support_portal.jobs import Job
from support_portal.use_cases import case_page
from tests.use_cases.stage import ANAS, Stage

IN_THE_MIDDLE = SPREAD / 2  # of the ten seconds over which tries are spread: chance has no say here
PATH = "ana-dev/bitrise_verification"
FAILED = "to fix in your repository"


def mailed(stage: Stage, subject: str = FAILED) -> int:
    """How often Ana was written a letter."""
    return sum(subject in one for one in stage.subjects())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_public": False, "visibility": "private"}, "We can’t open the repository. It is private"),
        ({"owner_id": "6666"}, "on a git account that was not connected"),
        ({"owner_kind": OwnerKind.GROUP}, "It is in an organization"),
        ({"is_fork": True}, "It is a fork, or a copy"),
        ({"is_mirror": True}, "It is a fork, or a copy"),
        ({"creator_id": "6666"}, "It is a fork, or a copy"),
    ],
)
def test_what_is_wrong_is_told_at_once_and_mailed_once(stage: Stage, changes: dict[str, Any], words: str) -> None:
    done = stage.asked_and_confirmed()
    stage.creates(**changes)
    for _ in range(3):
        stage.submit(done)
        stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    assert mailed(stage) == 1
    assert words in stage.last().text
    assert stage.last_run(done).outcome is Outcome.FAILED


def test_a_repository_older_than_the_instructions_proves_nothing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates(created_at=stage.clock.at - timedelta(seconds=61))
    stage.submit(done)
    assert [one.check for one in stage.last_run(done).failed] == [Check.CREATED_FOR_THIS_CASE]
    stage.creates(created_at=stage.clock.at - timedelta(seconds=60))
    stage.submit(done)
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_a_misspelt_name_is_told(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates(name="bitrise-verification", url="https://github.com/ana-dev/bitrise-verification")
    stage.submit(done, "https://github.com/ana-dev/bitrise-verification")
    assert "It is bitrise-verification, but it must be bitrise_verification." in stage.last().text


def test_other_faults_of_the_same_repository_are_mailed_anew(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates(is_fork=True)
    stage.submit(done)
    stage.creates(is_public=False)
    stage.submit(done)
    assert mailed(stage) == 2


def test_a_missing_repository_is_shown_at_once_and_mailed_after_two_minutes_only(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.submit(done)
    assert [one.check for one in stage.last_run(done).failed] == [Check.REPOSITORY_FOUND]
    stage.clock.move(seconds=30)
    stage.submit(done)
    case_page.check_again(done.reference, done.key, tools=stage.tools)
    stage.passes(seconds=89)
    assert mailed(stage) == 0
    stage.passes(seconds=1)
    assert mailed(stage) == 1
    stage.submit(done)
    stage.passes(minutes=5)
    assert mailed(stage) == 1


def test_a_repository_that_appears_within_two_minutes_was_never_missing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.submit(done)
    stage.creates()
    stage.passes(minutes=2)
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert mailed(stage) == 0


FAULTS = {
    CannotCheck.RATE_LIMITED: Unknown(CannotCheck.RATE_LIMITED, "429", retry_after=timedelta(seconds=77)),
    CannotCheck.UNAVAILABLE: Unknown(CannotCheck.UNAVAILABLE, "503"),
    CannotCheck.CREDENTIALS: Unknown(CannotCheck.CREDENTIALS, "401 bad credentials"),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_a_fault_of_the_provider_is_no_verdict_and_moves_nothing(stage: Stage, reason: CannotCheck) -> None:
    done = stage.asked_and_confirmed()
    before = stage.case(done.reference)
    stage.creates()
    stage.github.answers[PATH] = FAULTS[reason]
    stage.submit(done)
    after = stage.case(done.reference)
    assert (after.state, after.version, after.repository_id) == (before.state, before.version, None)
    assert (stage.last_run(done).outcome, stage.last_run(done).reason) == (Outcome.CANNOT_CHECK, reason)
    assert mailed(stage) == 0
    stage.creates()
    stage.passes(hours=1)
    assert stage.case(done.reference).state is State.IN_REVIEW


def next_try(stage: Stage) -> timedelta:
    """How long until the link is looked at again."""
    return dict(stage.put_off())[Job.VERIFY] - stage.clock.at


def test_the_next_try_is_when_the_provider_says_and_not_everybodys_at_once(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = FAULTS[CannotCheck.RATE_LIMITED]
    stage.submit(done)
    assert next_try(stage) == timedelta(seconds=77) + IN_THE_MIDDLE
    reset = stage.clock.at + timedelta(minutes=41)
    stage.github.answers[PATH] = Unknown(CannotCheck.RATE_LIMITED, "403", retry_at=reset)
    stage.submit(done)
    assert next_try(stage) == timedelta(minutes=41) + IN_THE_MIDDLE


def test_without_a_word_of_the_provider_the_tries_grow_apart_to_an_hour(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = FAULTS[CannotCheck.UNAVAILABLE]
    stage.submit(done)
    pauses = [next_try(stage)]
    for _ in range(12):
        stage.passes(seconds=pauses[-1].total_seconds())
        pauses.append(next_try(stage))
    assert pauses[:4] == [timedelta(seconds=5 * 2**power) for power in range(4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_after_a_day_without_a_verdict_the_requester_is_told_once(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = FAULTS[CannotCheck.UNAVAILABLE]
    stage.submit(done)
    for _ in range(47):
        stage.passes(minutes=30)
    assert mailed(stage, "We’re still checking") == 0
    for _ in range(8):
        stage.passes(minutes=30)
    assert mailed(stage, "We’re still checking") == 1
    assert "GitHub didn’t answer" in next(m.text for m in stage.mails.to(ANAS) if "still checking" in m.subject)
    assert "check_delayed" in {event.action for event in stage.events(done.reference)}


@pytest.mark.parametrize("has_link", [True, False])
def test_leads_learn_once_that_a_provider_does_not_let_us_in(stage: Stage, has_link: bool) -> None:
    ben = stage.staff("Ben")
    lea = stage.staff("Lea", Role.LEAD)
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = FAULTS[CannotCheck.CREDENTIALS]
    if has_link:
        stage.submit(done)
    for _ in range(10):
        stage.passes(minutes=30)
    assert stage.subjects(lea.address) == ["A git provider doesn’t let us in"]
    assert stage.subjects(ben.address) == []


def test_a_directory_that_is_down_is_no_verdict_and_loses_no_work(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates()
    stage.directory.is_away = True
    stage.submit(done)
    stage.passes(minutes=2)
    assert stage.last_run(done).reason is CannotCheck.DIRECTORY
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    stage.directory.is_away = False
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_a_repository_that_passed_is_no_proof_in_a_second_case(stage: Stage) -> None:
    done = stage.in_review()
    stage.passes(minutes=1)
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.ask()
    again = stage.confirm()
    stage.creates()
    stage.submit(again)
    assert [one.check for one in stage.last_run(again).failed] == [Check.CREATED_FOR_THIS_CASE]
    assert "It was used for another case" in stage.last().text
    stage.creates(repository_id="8002")
    stage.submit(again)
    assert stage.case(again.reference).state is State.IN_REVIEW


def test_a_repository_that_only_failed_belongs_to_nobody(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates(is_fork=True)
    stage.submit(done)
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.ask()
    again = stage.confirm()
    stage.creates()
    stage.submit(again)
    assert stage.case(again.reference).state is State.IN_REVIEW


def test_a_link_sent_after_the_pass_is_only_recorded(stage: Stage) -> None:
    done = stage.in_review()
    before, asked = stage.case(done.reference), len(stage.github.asked)
    stage.submit(done, "https://gitlab.com/somebody/else")
    assert stage.case(done.reference) == before
    assert len(stage.github.asked) == asked
    assert [event.why for event in stage.events(done.reference) if event.action == "link_received"][-1] == (
        "https://gitlab.com/somebody/else"
    )


def test_a_run_that_comes_back_after_the_case_ended_is_recorded_and_changes_nothing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.creates()
    stage.github.on_call = partial(case_page.withdraw, done.reference, done.key, tools=stage.tools)
    stage.submit(done)
    case = stage.case(done.reference)
    assert (case.state, case.evidence_run_id) == (State.WITHDRAWN, None)
    assert stage.last_run(done).outcome is Outcome.PASSED
    assert "Your repository is right" not in stage.subjects()


def test_twenty_checks_a_day_and_at_midnight_again(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.submit(done)
    for _ in range(19):
        case_page.check_again(done.reference, done.key, tools=stage.tools)
    with pytest.raises(TooMany, match="20 times today"):
        case_page.check_again(done.reference, done.key, tools=stage.tools)
    with pytest.raises(TooMany, match="20 times today"):
        stage.submit(done)
    stage.clock.at = stage.clock.at.replace(hour=23, minute=59)
    with pytest.raises(TooMany):
        case_page.check_again(done.reference, done.key, tools=stage.tools)
    stage.clock.move(minutes=1)
    case_page.check_again(done.reference, done.key, tools=stage.tools)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com.evil.example/ana-dev/bitrise_verification",
        "https://github.com@evil.example/ana-dev/bitrise_verification",
        "https://github.com:8443/ana-dev/bitrise_verification",
        "http://github.com/ana-dev/bitrise_verification",
        "https://140.82.121.3/ana-dev/bitrise_verification",
        "https://github.com/ana-dev%2fbitrise_verification",
        "https://github.com/ana-dev/../mallory",
        "https://gist.github.com/ana-dev/0123456789abcdef",
        "https://github.com/ana-dev",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_with_the_shape_of_a_right_one(stage: Stage, url: str) -> None:
    done = stage.asked_and_confirmed()
    with pytest.raises(BadInput) as refusal:
        stage.submit(done, url)
    assert "https://github.com/your-name/bitrise_verification" in refusal.value.fields["repository_url"]
    assert stage.case(done.reference).link is None
    assert stage.github.asked == []
