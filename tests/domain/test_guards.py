"""Each guard alone holds its move back: everything is right but one thing, and its sentence says which."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.accounts import AccountStatus, Enrolment
from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed
from support_portal.domain.evidence import Outcome
from support_portal.domain.lifecycle import MOVES
from support_portal.domain.moves import Move
from support_portal.domain.risk import Level
from tests.builders import EVIDENCE_RUN, a_run, an_account
from tests.cast import BEN, CHLOE, INES, LEA, MALLORYS_ADDRESS, NOW, an_id
from tests.domain.moments import the_moment

M, S = Move, State
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Broken:
    """One thing that is wrong, at the case or in the circumstances, and the sentence that has to follow."""

    what: str
    guard: str
    sentence: str
    about: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)


DECIDER = "Only agents and leads decide."
ANEW = "Enter your password again: a decision needs a sign-in within the last 5 minutes."
OTHER_VERSION = "The case changed while you were looking at it. Read it again, then decide."
OWN = "This is a case of your own account. Somebody else decides it."
NOTE = "Write a reason: the risk of this case is not low."
COMPROMISE = "The requester says that somebody else set up this 2FA. Nothing is removed while that stands."
MAILBOX = "The mailbox of the account's present address is not confirmed."
NOT_PASSED = "The last run of the checks did not pass."
TOO_OLD = "The checks passed too long ago. They run again by themselves; look again in a minute."
NOT_JUST_NOW = "The repository has not passed every check in the last 30 minutes."
OTHER_REPOSITORY = "It is not the repository that was approved."
WAITING = "The safety wait is not over."
STAND = "The approvals stand."
NO_LINK = "This link was not sent to the registered address of the account."
NOT_GONE = "The directory has not said that this enrolment is gone."
LATE = "A second look could be asked for within 14 days."

BY_A_DECIDER = (
    Broken("nobody decides", "by_a_decider", DECIDER, {"decider": None}),
    Broken("an admin decides", "by_a_decider", DECIDER, {"decider": INES}),
    Broken("the agent left", "by_a_decider", DECIDER, {"decider": replace(CHLOE, is_active=False)}),
    Broken("another version was seen", "seen_version_is_current", OTHER_VERSION, {"seen_version": 6}),
    Broken("no version was seen", "seen_version_is_current", OTHER_VERSION, {"seen_version": None}),
    Broken("it is their own account", "not_own_case", OWN, {"decider": replace(CHLOE, address="ANA@example.org")}),
    Broken(
        "they denied it before",
        "not_the_first_decider",
        "You denied this case before. Somebody else takes the second look.",
        case={"first_decider": CHLOE.id},
    ),
)
AFRESH = (
    Broken("no sign-in", "signed_in_afresh", ANEW, {"signed_in_at": None}),
    Broken("too old a sign-in", "signed_in_afresh", ANEW, {"signed_in_at": NOW - timedelta(minutes=5) - SECOND}),
)
NOTED = (
    Broken("no note", "note_unless_low_risk", NOTE, {"note": "", "risk": Level.MEDIUM}),
    Broken("a blank note", "note_unless_low_risk", NOTE, {"note": " \n", "risk": Level.HIGH}),
)
ACCOUNT = (
    ("it is suspended", {"status": AccountStatus.SUSPENDED}),
    ("it is locked", {"status": AccountStatus.LOCKED}),
    ("it was deleted", {"status": AccountStatus.DELETED}),
    ("two-factor authentication is off", {"two_factor": None}),
    ("two-factor authentication was set up anew", {"two_factor": Enrolment(an_id(99), NOW)}),
)
UNCHANGED = tuple(
    Broken(why, "account_is_unchanged", f"The account changed: {why}.", {"account": an_account(**changes)})
    for why, changes in ACCOUNT
)
PROVED = (
    Broken("a compromise answer", "no_compromise_answer", COMPROMISE, case={"compromise": True}),
    Broken("no mailbox confirmed", "mailbox_confirmed", MAILBOX, case={"confirmed_address": None}),
    Broken("another mailbox", "mailbox_confirmed", MAILBOX, case={"confirmed_address": MALLORYS_ADDRESS}),
    *UNCHANGED,
)
CHECKED = (
    Broken("no run", "all_checks_passed", "No run of the checks has passed.", case={"evidence_run_id": None}),
    Broken("another run", "all_checks_passed", NOT_PASSED, case={"evidence_run_id": an_id(42)}),
    Broken("a failed run", "all_checks_passed", NOT_PASSED, {"run": a_run(Outcome.FAILED)}),
    Broken("a run without verdict", "all_checks_passed", NOT_PASSED, {"run": a_run(Outcome.CANNOT_CHECK)}),
    Broken(
        "failing since",
        "all_checks_passed",
        "The repository failed its last check. It is checked again before anybody can approve.",
        case={"failing_since": NOW - SECOND},
    ),
    Broken("an old run", "evidence_is_fresh", TOO_OLD, {"run": a_run(at=NOW - timedelta(hours=6) - SECOND)}),
)
REASONED = (Broken("no reason", "approval_reason_given", "Choose the reason why you approve.", {"approving": None}),)
APPROVING = (*BY_A_DECIDER, *AFRESH, *REASONED, *NOTED, *CHECKED, *PROVED)

BROKEN: dict[Move, tuple[Broken, ...]] = {
    M.CONFIRM: (
        Broken("no address", "link_is_for_this_address", NO_LINK, {"confirmed_address": None}),
        Broken("another address", "link_is_for_this_address", NO_LINK, {"confirmed_address": MALLORYS_ADDRESS}),
        *UNCHANGED,
    ),
    M.SEND_INSTRUCTIONS: (PROVED[0], *BY_A_DECIDER),
    M.PASS: tuple(
        Broken(what, "run_passed", "Not every check passed in one run.", {"run": run})
        for what, run in (("none", None), ("failed", a_run(Outcome.FAILED)), ("open", a_run(Outcome.CANNOT_CHECK)))
    ),
    M.LOSE_EVIDENCE: (
        Broken("it passed", "failed_twice", "The repository has not failed twice.", {"run": a_run()}),
        Broken(
            "no verdict", "failed_twice", "The repository has not failed twice.", {"run": a_run(Outcome.CANNOT_CHECK)}
        ),
        Broken("only once", "failed_twice", "The repository has not failed twice.", case={"failing_since": None}),
        Broken(
            "too soon",
            "failed_twice",
            "The two failed runs are too close together.",
            case={"failing_since": NOW - timedelta(minutes=11) + SECOND},
        ),
    ),
    M.APPROVE: APPROVING,
    M.APPROVE_SECOND: (
        *APPROVING,
        Broken(
            "the same person again",
            "not_the_same_decider",
            "You approved this case already. The second approval is another person's.",
            {"decider": BEN},
        ),
        Broken(
            "the first approver lost the role",
            "first_approver_still_decides",
            "The first approval does not stand any more: who gave it may not decide now.",
            {"deciders": frozenset({CHLOE.id, LEA.id})},
        ),
    ),
    M.REJECT: (
        Broken("no reason", "reason_given", "Write a reason for the first agent.", {"note": "  "}),
        *BY_A_DECIDER,
        *AFRESH,
    ),
    M.VOID: (
        Broken("all is well", "something_voids", STAND, {"deciders": frozenset({BEN.id, CHLOE.id})}),
        Broken(
            "the first of two is awaited still",
            "something_voids",
            STAND,
            {"deciders": frozenset({BEN.id}), "risk": Level.HIGH},
        ),
    ),
    M.BEGIN_REMOVAL: (
        Broken("no end of the wait", "wait_is_over", WAITING, case={"due_at": None}),
        Broken("not due", "wait_is_over", WAITING, case={"due_at": NOW + SECOND}),
        Broken(
            "approved too lately", "wait_is_over", WAITING, case={"state_since": NOW - timedelta(hours=24) + SECOND}
        ),
        Broken(
            "the approver left",
            "approvals_stand",
            "Somebody who approved may not decide any more.",
            {"deciders": frozenset({CHLOE.id})},
        ),
        Broken("no approval", "approvals_stand", "Nobody approved.", case={"approvals": ()}),
        Broken(
            "high risk now",
            "approvals_stand",
            "A second approval is needed now.",
            {"risk": Level.HIGH},
            {"state_since": NOW - timedelta(days=8)},
        ),
        Broken(
            "a bounce",
            "approvals_stand",
            "The mail server of the registered address refused our mail.",
            {"bounced": True},
        ),
        Broken(
            "7 days past due",
            "approvals_stand",
            "The removal could not be done for 7 days.",
            case={"due_at": NOW - timedelta(days=7), "state_since": NOW - timedelta(days=9)},
        ),
        Broken("no run", "run_passed_just_now", NOT_JUST_NOW, {"run": None}),
        Broken("a failed run", "run_passed_just_now", NOT_JUST_NOW, {"run": a_run(Outcome.FAILED)}),
        Broken(
            "an old run", "run_passed_just_now", NOT_JUST_NOW, {"run": a_run(at=NOW - timedelta(minutes=30) - SECOND)}
        ),
        Broken("another repository", "run_passed_just_now", OTHER_REPOSITORY, {"run": a_run(repository_id="7")}),
        Broken("another provider", "run_passed_just_now", OTHER_REPOSITORY, {"run": a_run(instance="gitlab")}),
        *PROVED,
        Broken(
            "the owner signed in",
            "nobody_used_a_second_factor",
            "Somebody signed in with a second factor since.",
            {"account": an_account(last_second_factor_at=NOW)},
        ),
    ),
    M.FINISH: (
        Broken("it is still there", "enrolment_is_gone", NOT_GONE, {"removal_is_done": False}),
        Broken("nothing is known", "enrolment_is_gone", NOT_GONE, {"removal_is_done": False, "account": None}),
    ),
    M.REFUSE: (
        Broken("it did not", "directory_refused", "The directory has not refused.", {"refused_by_directory": False}),
    ),
    M.DENY: (
        Broken("no reason", "denial_reason_given", "Choose the reason that the requester reads.", {"denial": None}),
        *BY_A_DECIDER,
        *AFRESH,
        *NOTED,
    ),
    M.WITHDRAW: (),
    M.STOP: (),
    M.SIGNED_IN: (
        Broken(
            "not since",
            "owner_used_a_second_factor",
            "Nobody has signed in with a second factor since.",
            {"account": an_account()},
        ),
    ),
    M.ACCOUNT_CHANGED: (
        Broken("it is the same", "account_has_changed", "The account has not changed.", {"account": an_account()}),
    ),
    M.EXPIRE: (
        Broken("the link works", "time_is_up", "The last link still works.", {"last_link_at": NOW, "at": NOW + SECOND}),
    ),
    M.ASK_AGAIN: (
        Broken(
            "a second time",
            "may_ask_again",
            "A second look was taken already. The decision is final.",
            case={"second_look_used": True},
        ),
        Broken("too late", "may_ask_again", LATE, case={"ended_at": NOW - timedelta(days=14) - SECOND}),
        Broken("no end", "may_ask_again", LATE, case={"ended_at": None}),
        Broken("a newer case", "may_ask_again", "There is a newer case for this account.", {"has_newer_case": True}),
        Broken("a block", "may_ask_again", "New requests for this account are blocked for now.", {"is_blocked": True}),
    ),
}
PAIRS = [pytest.param(move, one, id=f"{move}: {one.what}") for move, all_of in BROKEN.items() for one in all_of]


@pytest.mark.parametrize(("move", "broken"), PAIRS)
def test_one_thing_wrong_holds_the_move_back_and_is_named(move: Move, broken: Broken) -> None:
    right = the_moment(move)
    right.happens()
    with pytest.raises(NotAllowed) as refusal:
        right.with_case(**broken.case).but(**broken.about).happens()
    assert refusal.value.reasons == (broken.sentence,)


def test_no_guard_is_forgotten_here() -> None:
    tried = {(move, one.guard) for move, all_of in BROKEN.items() for one in all_of}
    assert {(move, guard.__name__) for move, rule in MOVES.items() for guard in rule.guards} == tried


def test_every_reason_is_given_at_once() -> None:
    right = the_moment(M.APPROVE).but(seen_version=6, run=None)
    with pytest.raises(NotAllowed) as refusal:
        right.happens()
    assert refusal.value.reasons == (OTHER_VERSION, "No run of the checks has passed.", TOO_OLD)


def test_nobody_decides_where_the_account_is_not_there() -> None:
    with pytest.raises(NotAllowed, match="nobody can tell whose it is"):
        the_moment(M.DENY).but(account=None).happens()


def test_the_right_moment_is_about_the_run_the_case_stands_on() -> None:
    assert the_moment(M.APPROVE).case.evidence_run_id == EVIDENCE_RUN
