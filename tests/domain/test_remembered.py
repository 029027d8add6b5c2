"""What a run found can be remembered whole, or is not remembered at all."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from support_portal.adapters.providers.body import found
from support_portal.domain.evidence import RepositoryFacts, Run
from support_portal.domain.remembered import LONGEST_TOLD, facts_of
from tests.builders import a_repository, a_run

MARK = 'W/"an-etag"'


def kept(facts: RepositoryFacts) -> Run:
    """A run that found this."""
    told = found(facts).facts
    return a_run(summary=told.summary, digest=told.digest, api_request_id=told.api_request_id, etag=told.etag)


def test_the_facts_of_a_run_are_those_that_were_judged() -> None:
    facts = a_repository(etag=MARK)
    assert facts_of(kept(facts)) == found(facts).facts


@pytest.mark.parametrize("run", [None, a_run(summary="", etag=MARK), kept(a_repository(etag=""))])
def test_a_run_that_found_nothing_or_has_no_mark_is_not_remembered(run: Run | None) -> None:
    assert facts_of(run) is None


def test_a_text_that_was_cut_is_not_taken_for_the_whole() -> None:
    assert facts_of(kept(a_repository(etag=MARK, description="x" * (LONGEST_TOLD + 1)))) is None


def test_a_run_from_before_a_fact_was_judged_is_not_remembered() -> None:
    run = kept(a_repository(etag=MARK))
    older = json.loads(run.summary)
    del older["is_import"]
    assert facts_of(replace(run, summary=json.dumps(older))) is None
