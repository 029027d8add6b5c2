"""The words of checks, decisions and states, as requesters and agents read them."""

from __future__ import annotations

import pytest

from support_portal.domain import words
from support_portal.domain.cases import DenialReason, State
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Outcome, Verdict
from tests.builders import a_run

NAME, PRODUCT = "bitrise_verification", "Bitrise"
SENTENCES = {
    Check.LINK_RECOGNISED: (
        "The link doesn’t lead to a repository on GitHub, GitLab or Bitbucket. "
        "It looks like https://github.com/your-name/bitrise_verification"
    ),
    Check.REPOSITORY_FOUND: (
        "We can’t open the repository. It is private, or the link has a typing error. "
        "Make it public in its settings, and check the link."
    ),
    Check.IS_PUBLIC: (
        "We can’t open the repository. It is private, or the link has a typing error. "
        "Make it public in its settings, and check the link."
    ),
    Check.NAME_MATCHES: "The name is not exact. It is bitrise-check, but it must be bitrise_verification.",
    Check.NOT_MOVED: "It was moved from another owner. Create a new one on your own account.",
    Check.OWNER_IS_CONNECTED: (
        "The repository is on a git account that was not connected to your Bitrise account before you asked. "
        "Create it on one that was."
    ),
    Check.CONNECTED_BEFORE_REQUEST: (
        "The repository is on a git account that was not connected to your Bitrise account before you asked. "
        "Create it on one that was."
    ),
    Check.CREATED_FOR_THIS_CASE: (
        "The repository is older than our instructions. Delete or rename it, then create a new one."
    ),
    Check.IS_ORIGINAL: "It is a fork, or a copy of another repository. Create a new, empty one instead.",
    Check.CHALLENGE_PRESENT: (
        "The code is not in its description. Put the code from your case page into the repository’s description."
    ),
}


def failed(check: Check, found: str = "bitrise-check", variant: str = "") -> CheckResult:
    return CheckResult(check, Verdict.FAILED, "as seen", found, variant)


@pytest.mark.parametrize("check", Check)
def test_every_check_that_fails_says_what_to_change(check: Check) -> None:
    assert words.sentence(failed(check), NAME, PRODUCT) == SENTENCES[check]


@pytest.mark.parametrize("check", Check)
def test_every_check_that_passes_has_its_words(check: Check) -> None:
    assert words.what_is_right(failed(check), "GitLab")


def test_an_organization_is_named_and_told_apart_from_a_foreign_account() -> None:
    told = words.sentence(failed(Check.OWNER_IS_CONNECTED, "acme", "organization"), NAME, PRODUCT)
    assert told == "It is in an organization (acme). It must be on your own account."


def test_two_checks_that_fail_for_one_reason_are_told_once() -> None:
    results = (failed(Check.OWNER_IS_CONNECTED), failed(Check.CONNECTED_BEFORE_REQUEST), failed(Check.NAME_MATCHES))
    assert words.sentences(results, NAME, PRODUCT) == (
        SENTENCES[Check.OWNER_IS_CONNECTED],
        SENTENCES[Check.NAME_MATCHES],
    )


def test_what_passed_or_was_not_reached_is_nothing_to_change() -> None:
    results = (
        CheckResult(Check.IS_PUBLIC, Verdict.PASSED, ""),
        CheckResult(Check.NAME_MATCHES, Verdict.NOT_RUN, ""),
    )
    assert words.sentences(results, NAME, PRODUCT) == ()


@pytest.mark.parametrize("reason", [*CannotCheck, None])
def test_no_verdict_is_never_told_as_a_no(reason: CannotCheck | None) -> None:
    told = words.cannot_check(reason, "GitHub")
    assert told.startswith("We’re still checking.")
    assert told.endswith("We try again by ourselves, and you get an email.")


@pytest.mark.parametrize("reason", DenialReason)
def test_every_denial_has_a_reason_in_words(reason: DenialReason) -> None:
    assert words.denied(reason, PRODUCT, "14 days").endswith(".")


def test_the_time_in_a_denial_is_the_policys() -> None:
    assert "within 7 days" in words.denied(DenialReason.CHECKS_NOT_PASSED, PRODUCT, "7 days")


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_name(state: State) -> None:
    assert words.state_name(state)


@pytest.mark.parametrize(
    ("state", "outcome", "is_stopped", "name"),
    [
        (State.AWAITING_REPOSITORY, None, False, "Waiting for requester"),
        (State.AWAITING_REPOSITORY, Outcome.FAILED, False, "Checks failed"),
        (State.AWAITING_REPOSITORY, Outcome.CANNOT_CHECK, False, "Check not finished"),
        (State.IN_REVIEW, Outcome.FAILED, False, "Ready to decide"),
        (State.WITHDRAWN, None, False, "Withdrawn"),
        (State.WITHDRAWN, None, True, "Stopped by owner"),
    ],
)
def test_a_name_says_how_the_case_stands(state: State, outcome: Outcome | None, is_stopped: bool, name: str) -> None:
    assert words.state_name(state, outcome, is_stopped=is_stopped) == name


def test_a_look_by_itself_that_found_nothing_is_no_failure() -> None:
    assert words.nothing_found_yet(None)
    assert words.nothing_found_yet(a_run(Outcome.FAILED, link="", repository_id=""))
    assert not words.nothing_found_yet(a_run(Outcome.FAILED, repository_id=""))
