"""What a requester sees of the checks while they are made: check by check, and where they are made."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import MANDATORY, CannotCheck, Outcome
from support_portal.jobs import WATCHING, Job
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.builders import a_run
from tests.web.desk.looks import in_line, taken
from tests.web.linking import case_path, now_of
from tests.web.visiting import Visitor

LINK = "https://gitlab.com/ana-dev/bitrise_verification"
S = State


def told(page: str) -> str:
    """What the one status region says."""
    assert page.count('role="status"') == 1
    return page.split('role="status" aria-live="polite" data-news>')[1].split("<", 1)[0]


def listed(page: str) -> list[str]:
    """Every check that has no answer yet, and what is being done about it."""
    items = page.split('<ul class="asked">')[1].partition("</ul>")[0].split("</li>")[:-1]
    return [" ".join(re.sub("<[^>]+>", " ", item).split()) for item in items]


@pytest.fixture
def linked(stage: Stage) -> Case:
    """Ana's case, with a link that nobody has looked at yet."""
    return stage.with_case(S.AWAITING_REPOSITORY, runs=(), link=LINK)


def test_every_check_waits_for_its_turn_and_is_then_looked_at_where_the_link_leads(
    visitor: Visitor, web_parts: Parts, linked: Case
) -> None:
    path = case_path(web_parts.tools, linked)
    in_line(web_parts.tools, linked)
    page = visitor.get(path).text
    assert told(page) == "Your repository waits for its turn."
    assert len(listed(page)) == len(MANDATORY)
    assert listed(page)[0] == "Is it a repository on GitLab? Waits for its turn."
    assert all(line.endswith("? Waits for its turn.") for line in listed(page))
    taken(web_parts.tools, linked)
    page = visitor.get(path).text
    assert told(page) == "We’re looking at your repository now, on GitLab."
    assert all(line.endswith("? Being looked at.") for line in listed(page))
    assert 'data-refresh="3"' in page


def test_without_a_link_it_is_looked_for_beside_what_to_do(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.AWAITING_REPOSITORY, runs=())
    path = case_path(web_parts.tools, case)
    assert told(visitor.get(path).text) == "Your turn"
    assert visitor.send(path, {"action": "check_again"}).status_code == 303
    assert told(visitor.get(path).text) == "Your git accounts wait for their turn."
    taken(web_parts.tools, case, Job.WATCH)
    page = visitor.get(path).text
    assert told(page) == "We’re looking for your repository now, on GitHub, GitLab and Bitbucket."
    assert len(listed(page)) == len(MANDATORY)
    assert "Your turn: create a repository" in page
    assert 'data-refresh="3"' in page


def test_nobody_waits_for_looks_that_nobody_asked_for(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(S.AWAITING_REPOSITORY, runs=())
    in_line(web_parts.tools, case, Job.WATCH, WATCHING)
    page = visitor.get(case_path(web_parts.tools, case)).text
    assert told(page) == "Your turn"
    assert 'data-refresh="20"' in page


def test_a_second_look_at_what_passed_is_not_shown_to_who_waits_for_a_person(
    visitor: Visitor, web_parts: Parts, stage: Stage
) -> None:
    case = stage.with_case(S.IN_REVIEW)
    in_line(web_parts.tools, case, Job.WATCH)
    page = visitor.get(case_path(web_parts.tools, case)).text
    assert told(page) == "A person decides"
    assert 'class="asked"' not in page


@pytest.mark.parametrize(("ahead", "when"), [(None, "soon"), (timedelta(minutes=-1), "soon"), (timedelta(days=1), "")])
def test_after_a_fault_the_next_try_is_told_or_soon(
    visitor: Visitor, web_parts: Parts, stage: Stage, ahead: timedelta | None, when: str
) -> None:
    at = now_of(web_parts.tools).replace(second=0, microsecond=0) + ahead if ahead else None
    when = when or f"on {at:%-d %B} at {at:%H:%M} UTC"
    run = a_run(Outcome.CANNOT_CHECK, reason=CannotCheck.RATE_LIMITED, next_try_at=at, instance="gitlab")
    page = visitor.get(case_path(web_parts.tools, stage.with_case(S.AWAITING_REPOSITORY, runs=(run,), link=LINK))).text
    assert told(page) == f"Check not finished. Next try {when}."
    assert "GitLab asks us to wait a little." in page
    assert f"Next try: {when}" in re.sub("<[^>]+>", "", page)
