"""Locking, unlocking and lifting a block: each rule refuses in plain words, and nothing else holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case, State
from support_portal.domain.guards import Circumstances
from support_portal.domain.protection import LONGEST_REASON, Measure, what_holds_back
from tests.builders import a_case, an_account, circumstances
from tests.cast import ANA, BEN, INES, LEA, NOW, OTTO

M = Measure
COMPROMISE = a_case(State.TRIAGE, compromise=True, compromise_was_said=True)
LOCKED = an_account(status=AccountStatus.LOCKED)
FRESH = {"signed_in_at": NOW - timedelta(minutes=5), "note": "Because."}
GOOD: dict[Measure, dict[str, Any]] = {
    M.LOCK_ACCOUNT: {"decider": BEN, "account": ANA},
    M.UNLOCK_ACCOUNT: {"decider": LEA, "account": LOCKED},
    M.LIFT_BLOCK: {"decider": LEA, "account": ANA, "is_blocked": True},
}


def about(measure: Measure, **changes: Any) -> Circumstances:
    return circumstances(COMPROMISE, **{**FRESH, **GOOD[measure], **changes})


def refused(measure: Measure, case: Case = COMPROMISE, **changes: Any) -> tuple[str, ...]:
    return what_holds_back(measure, case, about(measure, **changes))


@pytest.mark.parametrize("measure", Measure)
def test_nothing_holds_back_what_is_right(measure: Measure) -> None:
    assert refused(measure) == ()
    assert refused(measure, decider=LEA) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"note": " \n "}, "Write a reason: it is kept in the audit log."),
        ({"note": "x" * (LONGEST_REASON + 1)}, "Write a reason of at most 4,000 characters."),
        ({"signed_in_at": NOW - timedelta(minutes=5, seconds=1)}, "Enter your password again"),
        ({"signed_in_at": None}, "Enter your password again"),
        ({"seen_version": COMPROMISE.version - 1}, "The case changed while you were looking at it."),
    ],
)
@pytest.mark.parametrize("measure", Measure)
def test_each_takes_a_reason_a_fresh_sign_in_and_the_version_that_was_seen(
    measure: Measure, changes: dict[str, Any], words: str
) -> None:
    (reason,) = refused(measure, **changes)
    assert reason.startswith(words)
    assert refused(measure, note="x" * LONGEST_REASON) == ()


@pytest.mark.parametrize("measure", Measure)
def test_nobody_does_it_to_an_account_of_their_own(measure: Measure) -> None:
    own = replace(LEA, address=ANA.other_addresses[0])
    assert "This is a case of your own account. Somebody else decides it." in refused(measure, decider=own)


@pytest.mark.parametrize("person", [INES, OTTO, replace(LEA, is_active=False), None])
def test_admins_auditors_and_those_who_left_do_none_of_it(person: Any) -> None:
    assert refused(M.LOCK_ACCOUNT, decider=person) == ("Only agents and leads decide.",)
    for measure in (M.UNLOCK_ACCOUNT, M.LIFT_BLOCK):
        assert refused(measure, decider=person) == ("Only a lead unlocks an account or lifts a block.",)


def test_an_agent_takes_no_protection_away() -> None:
    for measure in (M.UNLOCK_ACCOUNT, M.LIFT_BLOCK):
        assert refused(measure, decider=BEN) == ("Only a lead unlocks an account or lifts a block.",)


def test_an_account_is_locked_only_while_the_compromise_answer_stands() -> None:
    corrected = replace(COMPROMISE, compromise=False)
    assert refused(M.LOCK_ACCOUNT, corrected) == ("Nobody says any more that somebody else set up this 2FA.",)


@pytest.mark.parametrize(
    ("ago", "words"),
    [(timedelta(days=30), ()), (timedelta(days=30, seconds=1), ("This case ended more than 30 days ago.",))],
)
def test_an_intruder_who_ends_the_case_is_not_safe_from_the_lock_for_30_days(
    ago: timedelta, words: tuple[str, ...]
) -> None:
    ended = replace(COMPROMISE, state=State.WITHDRAWN, ended_at=NOW - ago)
    assert refused(M.LOCK_ACCOUNT, ended) == words


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.SUSPENDED])
def test_what_nobody_gets_into_is_not_locked_again(status: AccountStatus) -> None:
    assert refused(M.LOCK_ACCOUNT, account=an_account(status=status)) == (f"The account is {status} already.",)


@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.SUSPENDED])
def test_only_what_is_locked_is_unlocked(status: AccountStatus) -> None:
    assert refused(M.UNLOCK_ACCOUNT, account=an_account(status=status)) == ("The account is not locked.",)


def test_only_a_block_in_force_is_lifted() -> None:
    assert refused(M.LIFT_BLOCK, is_blocked=False) == (
        "New requests are not blocked: the block ended, or somebody lifted it.",
    )


@pytest.mark.parametrize("measure", Measure)
def test_of_an_account_that_is_not_there_nobody_can_tell_whose_it_is(measure: Measure) -> None:
    assert "The account is not there, so nobody can tell whose it is." in refused(measure, account=None)
