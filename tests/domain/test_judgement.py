"""Each check fails alone, for its own reason, and one failure is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.evidence import (
    Check,
    CheckResult,
    Missing,
    Moved,
    Outcome,
    OwnerKind,
    Question,
    RepositoryFacts,
    Verdict,
)
from support_portal.domain.identities import RepositoryLink
from support_portal.domain.judgement import judge, judge_absence, judge_link, outcome_of
from tests.builders import CHALLENGE_AT, REPOSITORY_ID, a_question, a_repository
from tests.cast import (
    ANAS_BITBUCKET,
    ANAS_GITHUB,
    ANAS_GITLAB,
    ANAS_WORKSPACE,
    LONG_AGO,
    MALLORYS_GITHUB_ID,
    OPENED_AT,
)
from tests.printed_tables import Record, fill

C = Check
SECOND = timedelta(seconds=1)
CODE = "k7wq9m2x"
OWNER_FAILS = {C.OWNER_IS_CONNECTED, C.CONNECTED_BEFORE_REQUEST}
BITBUCKET_FACTS = {
    "instance": "bitbucket",
    "owner_kind": OwnerKind.WORKSPACE,
    "owner_id": ANAS_WORKSPACE,
    "owner_name": "ana-works",
    "url": "https://bitbucket.org/ana-works/bitrise_verification",
}


def failed(question: Question, facts: RepositoryFacts) -> set[Check]:
    results = judge(question, facts)
    assert [result.check for result in results] == list(Check), "each is judged on its own, none is left out"
    wrong = {result.check for result in results if result.verdict is Verdict.FAILED}
    assert (outcome_of(results, question) is Outcome.PASSED) is (not wrong)
    return wrong


def result_of(check: Check, question: Question, facts: RepositoryFacts) -> CheckResult:
    return next(result for result in judge(question, facts) if result.check is check)


def a_link(owner: str, name: str = "bitrise_verification", instance: str = "github") -> RepositoryLink:
    return RepositoryLink(instance, owner, name)


def test_the_right_repository_passes_every_check() -> None:
    assert failed(a_question(), a_repository()) == set()
    assert failed(a_question(link=a_link("ana-dev")), a_repository()) == set()


# what is wrong: the question, the repository; the check that must fail, alone
ALONE: list[tuple[str, Check, dict[str, Any], dict[str, Any]]] = [
    ("another one passed before", C.REPOSITORY_FOUND, {"passed_repository": "555000"}, {}),
    ("private", C.IS_PUBLIC, {}, {"is_public": False, "visibility": "private"}),
    ("a letter more", C.NAME_MATCHES, {}, {"name": "bitrise_verifications"}),
    ("other case", C.NAME_MATCHES, {}, {"name": "Bitrise_Verification"}),
    ("hyphen for underscore", C.NAME_MATCHES, {}, {"name": "bitrise-verification"}),
    ("found under another owner", C.NOT_MOVED, {"link": a_link("ana-before")}, {}),
    ("found under another name", C.NOT_MOVED, {"link": a_link("ana-dev", "old_name")}, {}),
    ("older than the instructions", C.CREATED_FOR_THIS_CASE, {}, {"created_at": CHALLENGE_AT - 61 * SECOND}),
    (
        "passed for another case",
        C.CREATED_FOR_THIS_CASE,
        {"is_claimed": lambda *which: which == ("github", REPOSITORY_ID)},
        {},
    ),
    ("no date and no code", C.CREATED_FOR_THIS_CASE, {}, {"created_at": None}),
    ("a fork", C.IS_ORIGINAL, {}, {"is_fork": True}),
    ("a mirror", C.IS_ORIGINAL, {}, {"is_mirror": True}),
    ("a template copy", C.IS_ORIGINAL, {}, {"is_template_copy": True}),
    ("an import", C.IS_ORIGINAL, {}, {"is_import": True}),
    ("made by somebody else", C.IS_ORIGINAL, {}, {"creator_id": MALLORYS_GITHUB_ID}),
    ("no code in the description", C.CHALLENGE_PRESENT, {"code": CODE}, {"description": "as you asked"}),
    (
        "connected on the day of the request",
        C.CONNECTED_BEFORE_REQUEST,
        {"accounts": (replace(ANAS_GITHUB, connected_at=OPENED_AT),)},
        {},
    ),
]


@pytest.mark.parametrize(("what", "check", "question", "facts"), ALONE, ids=[entry[0] for entry in ALONE])
def test_one_thing_wrong_fails_one_check(
    what: str, check: Check, question: dict[str, Any], facts: dict[str, Any], record_property: Record
) -> None:
    assert failed(a_question(**question), a_repository(**facts)) == {check}
    fill(record_property, "checks that fail alone", what, "failed", check)


def test_a_link_to_nowhere_fails_alone_and_nothing_else_is_asked(record_property: Record) -> None:
    results = judge_link(a_question())
    assert [result.check for result in results if result.verdict is Verdict.FAILED] == [C.LINK_RECOGNISED]
    assert {result.verdict for result in results[1:]} == {Verdict.NOT_RUN}
    assert outcome_of(results, a_question()) is Outcome.FAILED
    fill(record_property, "checks that fail alone", "a link to nowhere", "failed", C.LINK_RECOGNISED)


STRANGERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("somebody else's", {}, {"owner_id": MALLORYS_GITHUB_ID}),
    ("her name in other hands", {}, {"owner_id": MALLORYS_GITHUB_ID, "owner_name": "ana-dev"}),
    ("her GitHub id at GitLab", {}, {"instance": "gitlab"}),
    ("an organization's", {}, {"owner_id": "7007", "owner_kind": OwnerKind.GROUP}),
    ("a group with her id", {}, {"owner_kind": OwnerKind.GROUP}),
    ("disconnected since", {"accounts": (ANAS_GITLAB, ANAS_BITBUCKET)}, {}),
    ("nothing connected", {"accounts": ()}, {}),
    ("a workspace not known before", {}, {**BITBUCKET_FACTS, "owner_id": "{c0c0c0c0-1111-4222-8333-444455556666}"}),
    ("the user's own id for a workspace", {}, {**BITBUCKET_FACTS, "owner_id": ANAS_BITBUCKET.external_id}),
    (
        "no workspace stored at all",
        {"accounts": (replace(ANAS_BITBUCKET, workspace_ids=()),)},
        {**BITBUCKET_FACTS, "owner_id": ANAS_BITBUCKET.external_id},
    ),
]


@pytest.mark.parametrize(("what", "question", "facts"), STRANGERS, ids=[entry[0] for entry in STRANGERS])
def test_a_repository_of_an_owner_not_connected_fails_the_two_owner_checks_with_the_same_words(
    what: str, question: dict[str, Any], facts: dict[str, Any], record_property: Record
) -> None:
    asked, seen = a_question(**question), a_repository(**facts)
    assert failed(asked, seen) == OWNER_FAILS
    first, second = (result_of(check, asked, seen) for check in sorted(OWNER_FAILS))
    assert (first.found, first.variant) == (second.found, second.variant)
    fill(record_property, "checks that fail alone", what, "failed", f"{C.OWNER_IS_CONNECTED} and its like")


def test_every_check_was_failed_here() -> None:
    assert {check for _, check, _, _ in ALONE} | {C.LINK_RECOGNISED} | OWNER_FAILS == set(Check)


def test_an_organization_is_said_to_be_one() -> None:
    seen = a_repository(owner_kind=OwnerKind.GROUP, owner_id="7007", owner_name="ana-inc")
    assert result_of(C.OWNER_IS_CONNECTED, a_question(), seen).variant == "organization"
    assert result_of(C.OWNER_IS_CONNECTED, a_question(), seen).found == "ana-inc"


def test_a_username_is_never_what_proves_the_owner() -> None:
    assert failed(a_question(), a_repository(owner_name="a-new-name")) == set()


def test_a_workspace_known_when_the_account_was_connected_is_the_owners() -> None:
    assert failed(a_question(), a_repository(**BITBUCKET_FACTS)) == set()


def test_one_of_two_accounts_connected_in_time_is_enough() -> None:
    shared = (replace(ANAS_BITBUCKET, connected_at=OPENED_AT), ANAS_BITBUCKET)
    assert failed(a_question(accounts=shared), a_repository(**BITBUCKET_FACTS)) == set()


def test_connected_a_second_before_the_request_is_before() -> None:
    in_time = (replace(ANAS_GITHUB, connected_at=OPENED_AT - SECOND),)
    assert failed(a_question(accounts=in_time), a_repository()) == set()


@pytest.mark.parametrize(
    ("created_at", "is_new"),
    [
        (CHALLENGE_AT - 60 * SECOND, True),
        (CHALLENGE_AT - 60 * SECOND - timedelta(microseconds=1), False),
        (CHALLENGE_AT, True),
        (LONG_AGO, False),
    ],
)
def test_the_clock_of_a_provider_may_be_60_seconds_behind_and_no_more(created_at: Any, is_new: bool) -> None:
    wrong = failed(a_question(), a_repository(created_at=created_at))
    assert wrong == (set() if is_new else {C.CREATED_FOR_THIS_CASE})


def test_the_id_of_another_provider_is_not_the_same_repository() -> None:
    question = a_question(is_claimed=lambda *which: which == ("gitlab", REPOSITORY_ID))
    assert failed(question, a_repository()) == set()


def test_the_code_stands_in_where_no_date_is_told() -> None:
    asked = a_question(code=CODE)
    assert failed(asked, a_repository(created_at=None, description=f"For support: {CODE}")) == set()
    # A newer repository would not help, so the missing code alone is named; it passes all the same never.
    without = a_repository(created_at=None)
    assert failed(asked, without) == {C.CHALLENGE_PRESENT}
    assert outcome_of(judge(asked, without), asked) is Outcome.FAILED


def test_the_code_does_not_stand_in_for_a_date_that_is_told() -> None:
    old = a_repository(created_at=LONG_AGO, description=CODE)
    assert failed(a_question(code=CODE), old) == {C.CREATED_FOR_THIS_CASE}


def test_the_tenth_check_is_not_run_unless_it_is_asked_for() -> None:
    assert result_of(C.CHALLENGE_PRESENT, a_question(), a_repository()).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("untold", "word"), [("is_mirror", "mirror"), ("is_template_copy", "template copy"), ("is_import", "import")]
)
def test_what_a_provider_does_not_tell_is_not_held_against_the_owner_and_is_said(untold: str, word: str) -> None:
    seen = a_repository(**{"is_import": False, untold: None})
    assert failed(a_question(), seen) == set()
    assert result_of(C.IS_ORIGINAL, a_question(), seen).observed == f"no fork; not told here: {word}"


def test_a_creator_who_is_the_owner_is_original() -> None:
    assert failed(a_question(), a_repository(creator_id=ANAS_GITHUB.external_id)) == set()


@pytest.mark.parametrize("link", [a_link("Ana-Dev"), a_link("ANA-DEV", "BITRISE_VERIFICATION")])
def test_providers_take_names_in_any_case_so_that_is_no_move(link: RepositoryLink) -> None:
    assert failed(a_question(link=link), a_repository()) == set()


@pytest.mark.parametrize("owner", ["ana-works", ANAS_WORKSPACE, ANAS_WORKSPACE.upper()])
def test_a_workspace_may_be_named_by_its_name_or_its_id(owner: str) -> None:
    link = a_link(owner, instance="bitbucket")
    assert failed(a_question(link=link), a_repository(**BITBUCKET_FACTS)) == set()


def test_the_id_of_another_workspace_is_a_move() -> None:
    link = a_link("{c0c0c0c0-1111-4222-8333-444455556666}", instance="bitbucket")
    assert failed(a_question(link=link), a_repository(**BITBUCKET_FACTS)) == {C.NOT_MOVED}


def test_a_renamed_account_is_asked_by_id_and_has_not_moved() -> None:
    renamed = a_repository(owner_name="ana-now", url="https://github.com/ana-now/bitrise_verification")
    asked = a_question(link=a_link("ana-dev"))
    assert failed(asked, renamed) == {C.NOT_MOVED}
    assert failed(asked.without_link(), renamed) == set()


@pytest.mark.parametrize("status", [404, 451])
def test_an_absent_repository_fails_one_check_and_the_rest_is_not_run(status: int) -> None:
    results = judge_absence(a_question(), Missing(status))
    assert [result.check for result in results if result.verdict is Verdict.FAILED] == [C.REPOSITORY_FOUND]
    assert sum(result.verdict is Verdict.NOT_RUN for result in results) == 7
    assert str(status) in results[1].observed
    assert outcome_of(results, a_question()) is Outcome.FAILED


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_move_and_never_a_pass(status: int) -> None:
    results = judge_absence(a_question(link=a_link("ana-dev")), Moved(status))
    assert [result.check for result in results if result.verdict is Verdict.FAILED] == [C.NOT_MOVED]
    assert outcome_of(results, a_question()) is Outcome.FAILED


@pytest.mark.parametrize("check", Check)
def test_a_check_that_was_not_reached_is_not_passed(check: Check) -> None:
    asked = a_question(code=CODE)
    results = judge(asked, a_repository(description=CODE))
    assert outcome_of(results, asked) is Outcome.PASSED
    without = tuple(replace(one, verdict=Verdict.NOT_RUN) if one.check is check else one for one in results)
    assert outcome_of(without, asked) is Outcome.FAILED
    assert outcome_of(tuple(one for one in results if one.check is not check), asked) is Outcome.FAILED
