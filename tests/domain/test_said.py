"""What requesters and agents read of checks, decisions and states, word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support_portal.domain.cases import DenialReason, State
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Missing, Moved, Outcome, OwnerKind, Verdict
from support_portal.domain.judgement import judge, judge_absence, judge_link
from support_portal.domain.words import cannot_check, denied, sentences, state_name, what_is_right
from tests.builders import REQUIRED_NAME, a_question, a_repository
from tests.cast import LONG_AGO, MALLORYS_GITHUB_ID

PRODUCT = "Bitrise"
CANNOT_OPEN = (
    "We can’t open the repository. It is private, or the link has a typing error. "
    "Make it public in its settings, and check the link."
)
NOT_CONNECTED = (
    "The repository is on a git account that was not connected to your Bitrise account before you asked. "
    "Create it on one that was."
)
NO_LINK = (
    "The link doesn’t lead to a repository on GitHub, GitLab or Bitbucket. "
    "It looks like https://github.com/your-name/bitrise_verification"
)


def said(results: tuple[CheckResult, ...]) -> tuple[str, ...]:
    return sentences(results, REQUIRED_NAME, PRODUCT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_public": False}, CANNOT_OPEN),
        (
            {"name": "bitrise-verification"},
            "The name is not exact. It is bitrise-verification, but it must be bitrise_verification.",
        ),
        ({"owner_id": MALLORYS_GITHUB_ID}, NOT_CONNECTED),
        (
            {"owner_kind": OwnerKind.GROUP, "owner_id": "7", "owner_name": "ana-inc"},
            "It is in an organization (ana-inc). It must be on your own account.",
        ),
        (
            {"created_at": LONG_AGO},
            "The repository is older than our instructions. Delete or rename it, then create a new one.",
        ),
        ({"is_fork": True}, "It is a fork, or a copy of another repository. Create a new, empty one instead."),
    ],
)
def test_each_thing_to_mend_is_said_once_as_the_design_has_it(changes: dict[str, object], sentence: str) -> None:
    assert said(judge(a_question(), a_repository(**changes))) == (sentence,)


def test_where_nothing_was_found_the_sentence_says_what_to_look_at() -> None:
    assert said(judge_absence(a_question(), Missing(404))) == (CANNOT_OPEN,)
    assert said(judge_link(a_question())) == (NO_LINK,)
    assert said(judge_absence(a_question(), Moved(301))) == (
        "It was moved from another owner. Create a new one on your own account.",
    )


def test_several_things_are_said_in_the_order_of_the_checks() -> None:
    wrong = a_repository(is_fork=True, name="x", is_public=False)
    assert [one.split(".")[0] for one in said(judge(a_question(), wrong))] == [
        "We can’t open the repository",
        "The name is not exact",
        "It is a fork, or a copy of another repository",
    ]


@pytest.mark.parametrize("check", Check)
def test_every_check_has_words_for_both_verdicts(check: Check) -> None:
    result = CheckResult(check, Verdict.FAILED, "seen", "found")
    assert len(said((result,))) == 1
    assert what_is_right(replace(result, verdict=Verdict.PASSED), "GitHub")


@pytest.mark.parametrize("reason", [*CannotCheck, None])
def test_a_fault_is_never_put_to_the_requester_as_a_no(reason: CannotCheck | None) -> None:
    text = cannot_check(reason, "GitHub")
    assert text.startswith("We’re still checking. ")
    assert text.endswith("We try again by ourselves, and you get an email.")


def test_a_denial_is_said_in_the_words_of_the_design() -> None:
    assert [denied(reason, PRODUCT, "14 days") for reason in DenialReason] == [
        "The repository is on a git account that was not connected to the Bitrise account before you asked.",
        "The repository did not pass the checks within 14 days.",
        "We could not confirm that the account is yours.",
    ]


@pytest.mark.parametrize(
    ("state", "outcome", "name"),
    [
        (State.TRIAGE, None, "New"),
        (State.AWAITING_REPOSITORY, None, "Waiting for requester"),
        (State.AWAITING_REPOSITORY, Outcome.FAILED, "Checks failed"),
        (State.AWAITING_REPOSITORY, Outcome.CANNOT_CHECK, "Check not finished"),
        (State.IN_REVIEW, Outcome.PASSED, "Ready to decide"),
        (State.AWAITING_SECOND_APPROVAL, Outcome.PASSED, "Second agent"),
        (State.COOLING_OFF, Outcome.FAILED, "Safety wait"),
        (State.WITHDRAWN, None, "Withdrawn"),
    ],
)
def test_a_state_has_the_name_the_product_gives_it(state: State, outcome: Outcome | None, name: str) -> None:
    assert state_name(state, outcome) == name


def test_a_stopped_case_is_named_by_who_stopped_it() -> None:
    assert state_name(State.WITHDRAWN, is_stopped=True) == "Stopped by owner"


def test_no_two_states_share_a_name() -> None:
    assert len({state_name(state) for state in State}) == len(State)
