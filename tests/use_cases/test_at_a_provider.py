"""From the link to the removal with a real client library: what became of a repository in the meantime decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from support_portal.adapters.db.tables import runs
from support_portal.adapters.providers.credentials import Access, Secret
from support_portal.adapters.providers.github import GitHub
from support_portal.domain.cases import State
from support_portal.domain.evidence import CannotCheck, Outcome
from support_portal.domain.identities import ConnectedAccount
from support_portal.jobs import Job
from support_portal.use_cases.confirm import Confirmed
from tests.builders import REQUIRED_NAME
from tests.cast import GITHUB
from tests.stand_ins import StandIn, stand_in_providers
from tests.use_cases.stage import LONG_BEFORE, Stage

PATIENCE, SHORT = 10.0, 0.5  # seconds; the short one where an answer is known to be late
LATE = ("hang", "a byte at times")
YESTERDAY = timedelta(hours=26)
Change = Callable[[StandIn, int, int], object]  # of the stand-in, by the numbers of the account and the repository


@pytest.fixture(scope="module")
def running_github() -> Iterator[StandIn]:
    with stand_in_providers(keys=["github"]) as running:
        yield running["github"]


@pytest.fixture
def github(running_github: StandIn, stage: Stage) -> StandIn:
    """GitHub, asked over HTTP. It is yesterday, as the database takes no removal from the future."""
    running_github.reset()
    ask_at(running_github, stage, PATIENCE)
    stage.clock.at = datetime.now(UTC) - YESTERDAY
    return running_github


def ask_at(github: StandIn, stage: Stage, patience: float) -> None:
    """Let the portal ask there, and wait so long for an answer."""
    instance = replace(GITHUB, web_url=github.url)
    adapter = GitHub(instance, github.api_url, Access(Secret("a-token")), patience)
    stage.tools = replace(stage.tools, providers={instance.key: adapter})


@pytest.fixture
def ana(github: StandIn) -> int:
    """The number of her account."""
    return int(github.account("ana")["id"])


@pytest.fixture
def waiting(stage: Stage, ana: int) -> Confirmed:
    """Her case, which waits for a repository."""
    connected = ConnectedAccount(GITHUB.key, str(ana), "ana", stage.clock.at - LONG_BEFORE)
    return stage.asked_and_confirmed(connected=(connected,))


def created(stage: Stage, github: StandIn) -> dict[str, Any]:
    """The right repository, made now."""
    return github.repository("ana", REQUIRED_NAME, created_at=stage.clock.at.isoformat())


def passed_and_approved(stage: Stage, github: StandIn, case: Confirmed) -> int:
    """The number of the repository that passed; the safety wait has begun."""
    made = created(stage, github)
    stage.submit(case, made["url"])
    assert stage.case(case.reference).state is State.IN_REVIEW
    stage.approve(case.reference, stage.staff("Ben"))
    return int(made["id"])


def replaced(github: StandIn, ana: int, number: int) -> None:
    github.remove(number)
    github.repository("ana", REQUIRED_NAME)


def transferred(github: StandIn, ana: int, number: int) -> None:
    github.account("mallory")
    github.change(number, owner="mallory")


def taken_over(github: StandIn, ana: int, number: int) -> None:
    """The account is deleted, and somebody makes one of its name, with a repository of that name."""
    github.remove_account(ana)
    github.account("ana")
    github.repository("ana", REQUIRED_NAME)


AFTER_THE_CHECK: dict[str, Change] = {
    "deleted": lambda github, ana, number: github.remove(number),
    "made private": lambda github, ana, number: github.change(number, visibility="private"),
    "renamed": lambda github, ana, number: github.change(number, name="memos"),
    "transferred": transferred,
    "replaced by a new one": replaced,
    "account deleted, name taken by another": taken_over,
}


@pytest.mark.parametrize("what", AFTER_THE_CHECK)
def test_git_1_what_became_of_it_after_the_check_stops_the_removal(
    stage: Stage, github: StandIn, ana: int, waiting: Confirmed, what: str
) -> None:
    number = passed_and_approved(stage, github, waiting)
    AFTER_THE_CHECK[what](github, ana, number)
    stage.clock.move(hours=24)
    stage.work_off()
    stage.passes(minutes=10)

    assert stage.is_on(waiting)
    assert stage.case(waiting.reference).state is State.AWAITING_REPOSITORY


@pytest.mark.parametrize("is_renamed", [False, True], ids=["untouched", "account renamed"])
def test_git_1_the_same_repository_of_the_same_account_leads_to_the_removal(
    stage: Stage, github: StandIn, ana: int, waiting: Confirmed, is_renamed: bool
) -> None:
    passed_and_approved(stage, github, waiting)
    if is_renamed:
        github.rename_account(ana, "ana-b")
        github.account("ana")  # somebody else's
    stage.clock.move(hours=24)
    stage.work_off()

    assert not stage.is_on(waiting)


FAULTS: dict[str, tuple[dict[str, object], CannotCheck]] = {
    "401": ({"kind": "unauthorized"}, CannotCheck.CREDENTIALS),
    "403, a limit": ({"kind": "limited", "seconds": 90}, CannotCheck.RATE_LIMITED),
    "429": ({"kind": "throttled", "seconds": 90}, CannotCheck.RATE_LIMITED),
    "503": ({"kind": "error", "status": 503}, CannotCheck.UNAVAILABLE),
    "hang": ({"kind": "hang"}, CannotCheck.UNAVAILABLE),
    "a byte at times": ({"kind": "drip", "seconds": 0.1}, CannotCheck.UNAVAILABLE),
    "cut in half": ({"kind": "truncated"}, CannotCheck.UNAVAILABLE),
    "large": ({"kind": "huge", "size": 3_000_000}, CannotCheck.UNAVAILABLE),
    "a name given twice": ({"kind": "duplicate", "field": "private", "value": False}, CannotCheck.UNAVAILABLE),
    "another type": ({"kind": "mistyped", "field": "private", "value": "false"}, CannotCheck.UNAVAILABLE),
    "to another host": ({"kind": "redirect", "location": "http://169.254.169.254/"}, CannotCheck.UNAVAILABLE),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_git_2_a_fault_is_no_verdict_no_evidence_and_is_tried_again(
    stage: Stage, github: StandIn, waiting: Confirmed, fault: str
) -> None:
    made = created(stage, github)
    asked, reason = FAULTS[fault]
    github.fail(**asked)  # type: ignore[arg-type]
    ask_at(github, stage, SHORT if fault in LATE else PATIENCE)
    stage.submit(waiting, made["url"])
    github.fail("normal")
    ask_at(github, stage, PATIENCE)

    run, case = stage.last_run(waiting), stage.case(waiting.reference)
    assert (run.outcome, run.reason) == (Outcome.CANNOT_CHECK, reason)
    assert (case.state, case.repository_id, case.evidence_run_id) == (State.AWAITING_REPOSITORY, None, None)
    with stage.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(runs.c.outcome == Outcome.PASSED)) == 0
    assert run.next_try_at is not None
    [again] = [at for job, at in stage.put_off() if job is Job.VERIFY]
    assert again >= run.next_try_at
    stage.clock.at = again
    stage.work_off()
    assert stage.case(waiting.reference).state is State.IN_REVIEW
