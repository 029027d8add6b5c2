"""Where a code is asked for, the private case page says where to put it, and how a link there looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from support_portal.domain.cases import State
from support_portal.domain.evidence import Check, CheckResult, Outcome, Verdict
from support_portal.domain.identities import Instance, ProviderKind
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.builders import a_run
from tests.fakes import FakeGitProvider
from tests.parts import Database
from tests.web.linking import case_path
from tests.web.visiting import Visitor

CODE = "m4zp-k7qx"
WEB = "https://bb.example.com/bitbucket"
# Ana's account there has the key that Bitbucket's has elsewhere: what it is, is told by its kind.
DATA_CENTER = Instance("bitbucket", ProviderKind.DATA_CENTER, "Work's Bitbucket", WEB, f"{WEB}/profile")


@pytest.fixture
def page(make_app: Callable[..., Flask], web_parts: Parts, stage: Stage, database: Database) -> Callable[..., str]:
    """The page of a case of Ana's, at whose Data Center something was found, or not yet."""
    tools = replace(web_parts.tools, providers={DATA_CENTER.key: FakeGitProvider(DATA_CENTER)})

    def shown(*results: CheckResult) -> str:
        runs = (a_run(Outcome.FAILED, results=results),) if results else ()
        case = stage.with_case(State.AWAITING_REPOSITORY, runs=runs, code=CODE)
        return Visitor(make_app(replace(web_parts, tools=tools))).get(case_path(tools, case)).text

    return shown


def test_it_is_told_with_the_first_steps_beside_a_link_as_the_data_center_writes_it(page: Callable[..., str]) -> None:
    text = page()
    assert "Put this code into its description:" in text
    assert CODE in text
    assert f"For example {WEB}/users/your-name/repos/bitrise_verification" in text
    assert f'href="{WEB}/profile"' in text
    assert "Create it on Work&#39;s Bitbucket" in text


def test_it_is_told_again_where_it_is_missing(page: Callable[..., str]) -> None:
    text = page(CheckResult(Check.CHALLENGE_PRESENT, Verdict.FAILED, "the code is not there"))
    assert "one thing to fix" in text
    assert "Put this code into its description:" in text
    assert CODE in text
