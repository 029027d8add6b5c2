"""Two runs beside each other: what differs is told, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.evidence import MANDATORY, CannotCheck, Check, CheckResult, Outcome, Run, Verdict
from support_portal.domain.run_comparison import Answers, Comparison, Fact, compare
from tests.builders import a_run
from tests.cast import NOW

HOSTILE = '<script>alert("\u202eowner")</script>' + "x" * 10_000


def a_found(**changes: Any) -> Run:
    """A run that found a repository, with what it keeps of the answer."""
    told = {"name": "bitrise_verification", "owner_name": "ana-dev", "visibility": "public", **changes.pop("told", {})}
    found = a_run(digest="d1", summary=json.dumps(told), repository_created_at=NOW - timedelta(hours=1))
    return replace(found, **changes)


def with_result(run: Run, check: Check, verdict: Verdict, observed: str, variant: str = "") -> Run:
    """The run, but for one check."""
    other = CheckResult(check, verdict, observed, variant=variant)
    return replace(run, results=tuple(other if one.check is check else one for one in run.results))


def facts(found: Comparison) -> dict[Fact, tuple[str, str]]:
    return {change.fact: (change.before, change.after) for change in found.facts}


def test_a_run_and_the_same_again_differ_in_nothing() -> None:
    found = compare(a_found(), replace(a_found(), at=NOW, api_request_id="another"))
    assert found.is_empty
    assert (found.checks, found.facts, found.answers) == ((), (), Answers.SAME)


def test_a_provider_that_says_that_nothing_changed_changes_nothing() -> None:
    assert compare(a_found(), replace(a_found(), detail="not changed since the run before (304)")).is_empty


def test_an_answer_in_other_words_is_told_though_every_verdict_and_fact_stands() -> None:
    found = compare(a_found(), a_found(digest="d2"))
    assert found.is_empty
    assert found.answers is Answers.DIFFER


def test_a_check_that_comes_out_in_another_way_is_told_with_both_verdicts() -> None:
    after = with_result(a_found(), Check.IS_PUBLIC, Verdict.FAILED, "visibility: private")
    (change,) = compare(a_found(), after).checks
    assert change.check is Check.IS_PUBLIC
    assert (change.before.verdict, change.after.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert change.after.observed == "visibility: private"


def test_a_check_that_saw_something_else_is_told_though_its_verdict_stands() -> None:
    before, after = (with_result(a_found(), Check.NAME_MATCHES, Verdict.FAILED, name) for name in ("one", "two"))
    (change,) = compare(before, after).checks
    assert (change.before.observed, change.after.observed) == ("one", "two")


def test_an_owner_that_became_an_organization_is_told_though_the_ids_stand() -> None:
    ids = "owner id 1, connected id 2"
    before = with_result(a_found(), Check.OWNER_IS_CONNECTED, Verdict.FAILED, ids)
    after = with_result(a_found(), Check.OWNER_IS_CONNECTED, Verdict.FAILED, ids, "organization")
    assert [change.after.variant for change in compare(before, after).checks] == ["organization"]


def test_a_check_that_was_not_reached_says_nothing_whatever_its_words_are() -> None:
    asked, unasked = (CheckResult(Check.CHALLENGE_PRESENT, Verdict.NOT_RUN, said) for said in ("not run", "not asked"))
    before, after, without = (replace(a_found(), results=results) for results in ((asked,), (unasked,), ()))
    assert compare(before, after).is_empty
    assert compare(before, without).is_empty


def test_changes_stand_in_the_order_of_the_checks() -> None:
    nothing = replace(a_found(), results=())
    mixed = replace(a_found(), results=tuple(reversed(a_found().results)))
    assert [change.check for change in compare(nothing, mixed).checks] == list(MANDATORY)


@pytest.mark.parametrize(
    ("fact", "changes", "now"),
    [
        (Fact.LINK, {"link": "https://github.com/eve/x"}, "https://github.com/eve/x"),
        (Fact.REPOSITORY_ID, {"repository_id": "9"}, "9"),
        (Fact.OWNER_ID, {"owner_id": "8"}, "8"),
        (Fact.CREATED_AT, {"repository_created_at": NOW}, NOW.isoformat()),
        (Fact.CREATED_AT, {"repository_created_at": None}, ""),
        (Fact.OUTCOME, {"outcome": Outcome.FAILED}, "failed"),
        (Fact.NAME, {"told": {"name": "other"}}, "other"),
        (Fact.OWNER_NAME, {"told": {"owner_name": "eve"}}, "eve"),
        (Fact.VISIBILITY, {"told": {"visibility": "private"}}, "private"),
    ],
)
def test_a_fact_that_is_another_now_is_told_alone(fact: Fact, changes: dict[str, Any], now: str) -> None:
    found = compare(a_found(), a_found(**changes, digest="d2"))
    assert list(facts(found)) == [fact]
    assert facts(found)[fact][1] == now
    assert not found.is_empty


def test_a_fault_after_a_pass_is_told_with_its_reason_and_not_as_facts_that_went() -> None:
    nothing = {"results": (), "digest": "", "summary": "", "repository_id": "", "owner_id": ""}
    fault = a_run(Outcome.CANNOT_CHECK, reason=CannotCheck.UNAVAILABLE, detail="answered 503", **nothing)
    found = compare(a_found(), fault)
    assert found.answers is Answers.ONE_ALONE
    assert facts(found) == {
        Fact.OUTCOME: ("passed", "cannot_check"),
        Fact.REASON: ("", "unavailable: answered 503"),
    }
    assert {change.after.verdict for change in found.checks} == {Verdict.NOT_RUN}
    assert compare(fault, fault).answers is Answers.NEITHER
    assert compare(fault, fault).is_empty


def test_text_of_a_stranger_goes_through_whole_and_untouched() -> None:
    after = a_found(told={"owner_name": HOSTILE}, digest="d2")
    assert facts(compare(a_found(), after))[Fact.OWNER_NAME] == ("ana-dev", HOSTILE)


@pytest.mark.parametrize("summary", ["", "not json", "[1]", "null", '{"name": 7, "owner_name": null}', "[" * 100_000])
def test_what_was_kept_in_another_shape_breaks_nothing(summary: str) -> None:
    found = compare(a_found(), a_found(summary=summary))
    assert facts(found) == {
        Fact.NAME: ("bitrise_verification", ""),
        Fact.OWNER_NAME: ("ana-dev", ""),
        Fact.VISIBILITY: ("public", ""),
    }
