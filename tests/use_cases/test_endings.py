"""What ends a case by itself, what reminds of it before, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import State
from support_portal.domain.evidence import CannotCheck, Unknown
from support_portal.use_cases import tidy
from tests.use_cases.outside import set_address, set_status, sign_in, turn_off, turn_on
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

REMINDER = "We’re still waiting for your repository"
PATH = "ana-dev/bitrise_verification"


def unconfirmed(stage: Stage) -> str:
    stage.an_account()
    stage.ask()
    return f"SP-{stage.numbers()[0]}"


def awaiting(stage: Stage) -> str:
    return stage.asked_and_confirmed().reference


def in_review(stage: Stage) -> str:
    return stage.in_review().reference


def cooling_off(stage: Stage) -> str:
    return stage.cooling_off(stage.staff("Ben")).reference


LIVE = [unconfirmed, awaiting, in_review, cooling_off]
Arrange = Callable[[Stage], str]


def read_directory(stage: Stage) -> None:
    """The clock starts a reading of all accounts, and what follows is done."""
    tidy.read_directory(tools=stage.tools)
    stage.work_off()


def told(stage: Stage) -> list[str]:
    """The owner's addresses whose last mail tells of an end."""
    return [to for to in (ANAS, ANAS_SECOND) if stage.mails.to(to) and stage.subjects(to)[-1].startswith("Request ")]


@pytest.mark.parametrize(
    ("arrange", "factor"),
    [*((one, "totp") for one in LIVE), (awaiting, "security_key"), (cooling_off, "recovery_code")],
)
def test_who_signs_in_with_a_second_factor_needs_no_removal(stage: Stage, arrange: Arrange, factor: str) -> None:
    reference = arrange(stage)
    stage.clock.move(seconds=10)
    sign_in(stage.engine, stage.case(reference).account_id, factor, stage.clock.at)
    read_directory(stage)
    assert stage.case(reference).state is State.WITHDRAWN
    assert stage.events(reference)[-1 - len(told(stage))].action == "signed_in"
    assert told(stage) == ([] if arrange is unconfirmed else [ANAS, ANAS_SECOND])


@pytest.mark.parametrize("factor", ["password", "git", "remembered"])
def test_a_sign_in_without_a_second_factor_ends_nothing(stage: Stage, factor: str) -> None:
    reference = awaiting(stage)
    stage.clock.move(seconds=10)
    sign_in(stage.engine, stage.case(reference).account_id, factor, stage.clock.at)
    read_directory(stage)
    assert stage.case(reference).state is State.AWAITING_REPOSITORY


def test_a_sign_in_of_before_ends_nothing(stage: Stage) -> None:
    account_id = stage.an_account()
    sign_in(stage.engine, account_id, "totp", stage.clock.at - timedelta(minutes=1))
    stage.ask()
    reference = stage.confirm().reference
    read_directory(stage)
    assert stage.case(reference).state is State.AWAITING_REPOSITORY


def is_suspended(stage: Stage, reference: str) -> None:
    set_status(stage.engine, stage.case(reference).account_id, AccountStatus.SUSPENDED)


def is_locked(stage: Stage, reference: str) -> None:
    set_status(stage.engine, stage.case(reference).account_id, AccountStatus.LOCKED)


def has_another_address(stage: Stage, reference: str) -> None:
    set_address(stage.engine, stage.case(reference).account_id, "ana.new@example.org")


def turned_2fa_off(stage: Stage, reference: str) -> None:
    turn_off(stage.engine, stage.case(reference).account_id, stage.clock.at)


def enrolled_anew(stage: Stage, reference: str) -> None:
    turned_2fa_off(stage, reference)
    turn_on(stage.engine, stage.case(reference).account_id, stage.clock.at)


@pytest.mark.parametrize(
    ("arrange", "change"),
    [
        *((awaiting, one) for one in (is_suspended, is_locked, has_another_address, turned_2fa_off, enrolled_anew)),
        (unconfirmed, is_suspended),
        (in_review, has_another_address),
        (cooling_off, enrolled_anew),
    ],
)
def test_an_account_that_changes_ends_its_case(
    stage: Stage, arrange: Arrange, change: Callable[[Stage, str], None]
) -> None:
    reference = arrange(stage)
    change(stage, reference)
    read_directory(stage)
    assert stage.case(reference).state is State.WITHDRAWN
    assert "account_changed" in {event.action for event in stage.events(reference)}
    last = [mail for mail in stage.mails.taken if mail.subject.startswith("Request closed")]
    new = "ana.new@example.org" if change is has_another_address else ANAS
    assert [mail.to for mail in last] == ([] if arrange is unconfirmed else [new, ANAS_SECOND])


def test_a_deleted_account_ends_its_case_and_its_address_is_told(stage: Stage) -> None:
    reference = awaiting(stage)
    set_status(stage.engine, stage.case(reference).account_id, AccountStatus.DELETED)
    read_directory(stage)
    assert stage.case(reference).state is State.WITHDRAWN
    assert stage.subjects()[-1] == "Request closed: the account changed"


def test_a_directory_that_does_not_answer_ends_nothing(stage: Stage) -> None:
    references = [awaiting(stage)]
    stage.directory.is_away = True
    for _ in range(3):
        stage.clock.move(hours=1)
        tidy.read_directory(tools=stage.tools)
    assert [stage.case(one).state for one in references] == [State.AWAITING_REPOSITORY]


def test_an_unconfirmed_request_ends_without_a_word(stage: Stage) -> None:
    reference = unconfirmed(stage)
    mailed = len(stage.mails.taken)
    stage.passes(hours=24)
    assert (stage.case(reference).state, len(stage.mails.taken)) == (State.EXPIRED, mailed)


def test_who_creates_no_repository_is_reminded_twice_and_after_14_days_the_case_ends(stage: Stage) -> None:
    reference = awaiting(stage)
    reminded: list[int] = []
    for day in range(1, 14):
        stage.passes(days=1)
        reminded += (
            [day] if stage.subjects()[-1] == REMINDER and stage.subjects().count(REMINDER) > len(reminded) else []
        )
    assert reminded == [3, 10]
    assert "Your request ends in 4 days" in stage.last().text
    assert stage.case(reference).state is State.AWAITING_REPOSITORY
    stage.passes(days=1)
    assert stage.case(reference).state is State.EXPIRED
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address)[-1] == "Request closed: the time is up"


def test_the_14_days_begin_anew_when_evidence_is_lost(stage: Stage) -> None:
    done = stage.in_review()
    stage.passes(days=10)
    stage.github.answers.pop(PATH)
    stage.passes(hours=6)
    stage.passes(minutes=10)
    stage.passes(days=13)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    stage.passes(days=1)
    assert stage.case(done.reference).state is State.EXPIRED


def test_a_case_whose_link_cannot_be_checked_does_not_end(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.github.answers[PATH] = Unknown(CannotCheck.UNAVAILABLE, "503")
    stage.submit(done)
    for _ in range(20):
        stage.passes(days=1)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY
    stage.github.answers.pop(PATH)
    for _ in range(4):
        stage.passes(hours=1)
    assert stage.case(done.reference).state is State.EXPIRED


def test_a_case_in_review_never_ends_by_itself(stage: Stage) -> None:
    done = stage.in_review()
    for _ in range(60):
        stage.passes(days=1)
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_texts_and_mails_go_90_days_after_the_end_and_the_record_stays(stage: Stage) -> None:
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    case = stage.case(done.reference)
    stage.clock.move(days=90)
    tidy.tidy(tools=stage.tools)
    assert stage.tools.screens.requester.case(case.id).messages
    stage.clock.move(seconds=1)
    tidy.tidy(tools=stage.tools)
    shown = stage.tools.screens.requester.case(case.id)
    assert (shown.messages, shown.state) == ((), State.REMOVED)
    assert stage.last_run(done).repository_id == "71001"
    assert {"approve", "finish", "checks_passed"} <= {event.action for event in stage.events(done.reference)}
