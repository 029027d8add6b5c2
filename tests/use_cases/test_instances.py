"""Several providers of a kind, by their keys: what one of them does is no matter of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.cases import State
from support_portal.domain.evidence import CannotCheck, Check, Found, RepositoryFacts, Unknown
from support_portal.domain.identities import ConnectedAccount, Instance, ProviderKind
from support_portal.domain.staff import Role
from support_portal.use_cases import decide, set_policy
from support_portal.use_cases.confirm import Confirmed
from tests.fakes import FakeGitProvider
from tests.use_cases.stage import ANA, LONG_BEFORE, Stage

WEB = "https://git.example.com"
WORK_GITHUB = Instance("work-github", ProviderKind.GITHUB, "Work's GitHub", WEB, f"{WEB}/new")
DATA_CENTER = Instance(
    "work-bitbucket", ProviderKind.DATA_CENTER, "Work's Bitbucket", "https://bb.example.com", "https://bb.example.com"
)
PATH = f"{ANA.username}/bitrise_verification"
LINK = f"https://bb.example.com/users/{ANA.username}/repos/bitrise_verification"
REVOKED = Unknown(CannotCheck.CREDENTIALS, "answered 401: our credentials are not accepted")


@pytest.fixture
def work_github(stage: Stage) -> FakeGitProvider:
    return add(stage, WORK_GITHUB)


@pytest.fixture
def data_center(stage: Stage) -> FakeGitProvider:
    return add(stage, DATA_CENTER)


def add(stage: Stage, instance: Instance) -> FakeGitProvider:
    provider = FakeGitProvider(instance)
    stage.tools = replace(stage.tools, providers={**stage.tools.providers, instance.key: provider})
    return provider


def connected(stage: Stage, *keys: str) -> tuple[ConnectedAccount, ...]:
    """Ana's accounts at these providers, each with the same number and name."""
    then = stage.clock.at - LONG_BEFORE
    return tuple(ConnectedAccount(key, ANA.git_id, ANA.username, then) for key in keys)


def put(stage: Stage, provider: FakeGitProvider, **changes: object) -> RepositoryFacts:
    """The right repository (but for the changes) at the Data Center, which tells no date."""
    facts = provider.has(ANA.username, ANA.git_id, stage.clock.at)
    changed = replace(facts, created_at=None, owner_name=f"~{ANA.username}", url=LINK)
    for path in (PATH, f"~{PATH}"):
        provider.answers[path] = Found(replace(changed, **changes))  # type: ignore[arg-type]
    return changed


def test_the_same_number_at_another_instance_of_the_kind_is_another_account(
    stage: Stage, work_github: FakeGitProvider
) -> None:
    done = stage.asked_and_confirmed(connected=connected(stage, "work-github"))
    stage.submit(done, stage.creates())
    assert {one.check for one in stage.last_run(done).failed} == {
        Check.OWNER_IS_CONNECTED,
        Check.CONNECTED_BEFORE_REQUEST,
    }
    work_github.has(ANA.username, ANA.git_id, stage.clock.at)
    stage.submit(done, f"{WEB}/{PATH}")
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert stage.case(done.reference).repository_instance == "work-github"


def test_git_3_staff_are_told_once_of_a_token_that_is_refused_and_other_instances_go_on(
    stage: Stage, work_github: FakeGitProvider
) -> None:
    lea = stage.staff("Lea", Role.LEAD)
    work_github.answers[PATH] = REVOKED
    done = stage.asked_and_confirmed(connected=connected(stage, "work-github", "github"))
    stage.submit(done, f"{WEB}/{PATH}")
    for _ in range(10):
        stage.passes(minutes=30)
    assert stage.subjects(lea.address) == ["A git provider doesn’t let us in"]
    assert "work-github: answered 401" in stage.last(lea.address).text
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY

    stage.submit(done, stage.creates())
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_git_3_a_second_instance_that_refuses_us_is_told_of_too(stage: Stage, work_github: FakeGitProvider) -> None:
    lea = stage.staff("Lea", Role.LEAD)
    work_github.answers[PATH] = stage.github.answers[PATH] = REVOKED
    done = stage.asked_and_confirmed(connected=connected(stage, "work-github", "github"))
    for url in (f"{WEB}/{PATH}", f"https://github.com/{PATH}"):
        stage.submit(done, url)
    told = [mail.text for mail in stage.mails.to(lea.address)]
    assert ["work-github:" in text for text in told] == [True, False]
    assert "github: answered 401" in told[1]


def with_a_data_center(stage: Stage) -> Confirmed:
    return stage.asked_and_confirmed(connected=connected(stage, "work-bitbucket"))


def test_whoever_has_an_account_where_no_date_is_told_gets_a_code_with_the_instructions(
    stage: Stage, data_center: FakeGitProvider
) -> None:
    done = with_a_data_center(stage)
    code = stage.case(done.reference).code
    assert code
    assert f"Put this code into its description: {code}" in stage.last().text


def test_an_agent_who_sends_the_instructions_sends_the_code_too(stage: Stage, data_center: FakeGitProvider) -> None:
    set_policy.set_policy({"instructions_by": "agent"}, "Lea", tools=stage.tools)
    ben = stage.staff("Ben")
    done = with_a_data_center(stage)
    assert stage.case(done.reference).code is None
    decide.send_instructions(done.reference, stage.decision(done.reference, ben), tools=stage.tools)
    stage.work_off()
    assert stage.case(done.reference).code
    assert str(stage.case(done.reference).code) in stage.last().text


def test_nobody_else_is_asked_for_a_code(stage: Stage, data_center: FakeGitProvider) -> None:
    done = stage.asked_and_confirmed()
    assert stage.case(done.reference).code is None


def test_without_the_code_nothing_passes_where_no_date_is_told_and_with_it_it_does(
    stage: Stage, data_center: FakeGitProvider
) -> None:
    done = with_a_data_center(stage)
    put(stage, data_center)
    stage.submit(done, LINK)
    assert [one.check for one in stage.last_run(done).failed] == [Check.CHALLENGE_PRESENT]
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY

    put(stage, data_center, description=f"{stage.case(done.reference).code}")
    stage.submit(done, f"{LINK}/browse")
    assert stage.case(done.reference).state is State.IN_REVIEW


def test_what_passed_where_no_date_is_told_is_removed_like_any_other(
    stage: Stage, data_center: FakeGitProvider
) -> None:
    ben = stage.staff("Ben")
    done = with_a_data_center(stage)
    put(stage, data_center, description=f"{stage.case(done.reference).code}")
    stage.submit(done, LINK)
    stage.approve(done.reference, ben)
    stage.passes(**{"hours": timedelta(days=1) / timedelta(hours=1)})
    stage.passes(minutes=10)
    assert stage.case(done.reference).state is State.REMOVED
