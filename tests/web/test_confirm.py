"""The link of the first mail: looking changes nothing, the click confirms, and "I did not" stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA
from tests.web.linking import a_link, case_path
from tests.web.visiting import Visitor


@pytest.fixture
def case(stage: Stage) -> Case:
    """Ana's case before her click."""
    return stage.with_case(State.UNCONFIRMED, runs=())


@pytest.fixture
def path(web_parts: Parts, case: Case) -> str:
    """Where her link leads."""
    return f"/requests/confirm/{a_link(web_parts.tools, Purpose.CONFIRM, case)}"


def state_of(stage: Stage, case: Case) -> Case:
    with stage.uow.begin() as work:
        return work.cases.get(case.id)


def test_the_page_shows_when_was_asked_and_both_answers(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text
    assert "Sunday 15 November 2026, 12:00" in page
    assert ANA.address not in page
    assert "a•••@example.org" in page
    assert "I asked for this" in page
    assert "I did not" in page
    assert page.count('type="radio"') == 4


def test_looking_at_it_as_a_mail_scanner_does_changes_nothing(
    visitor: Visitor, stage: Stage, case: Case, path: str
) -> None:
    for _ in range(3):
        assert visitor.get(path).status_code == 200
        assert visitor.open(path, method="HEAD").status_code == 200
    assert state_of(stage, case) == case


def test_the_click_confirms_and_opens_the_case_page(
    visitor: Visitor, web_parts: Parts, stage: Stage, case: Case, path: str
) -> None:
    answer = visitor.send(path, {"who": "me", "has_recovery_code": "no", "set_up_by_me": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, case_path(web_parts.tools, case))
    assert state_of(stage, case).state is State.AWAITING_REPOSITORY
    assert "Your turn: create a repository" in visitor.get(answer.headers["Location"]).text


def test_answers_left_out_stand_as_they_were_given(visitor: Visitor, stage: Stage, case: Case, path: str) -> None:
    assert visitor.send(path).status_code == 303
    after = state_of(stage, case)
    assert (after.state, after.compromise) == (State.AWAITING_REPOSITORY, False)


def test_a_recovery_code_at_hand_confirms_nothing(visitor: Visitor, stage: Stage, case: Case, path: str) -> None:
    answer = visitor.send(path, {"has_recovery_code": "yes"})
    assert "Use your recovery code" in answer.text
    assert state_of(stage, case).state is State.UNCONFIRMED
    assert visitor.get(path).status_code == 200, "the link still works"


def test_somebody_elses_set_up_leads_to_a_person(visitor: Visitor, stage: Stage, case: Case, path: str) -> None:
    answer = visitor.send(path, {"set_up_by_me": "no"})
    assert state_of(stage, case).state is State.TRIAGE
    page = visitor.get(answer.headers["Location"]).text
    assert "A person looks at this first" in page
    assert "I did set it up myself" in page


def test_i_did_not_stops_the_case(visitor: Visitor, stage: Stage, case: Case, path: str) -> None:
    answer = visitor.send(path, {"who": "not-me"})
    assert "The request is stopped" in answer.text
    assert "for 14 days" in answer.text
    after = state_of(stage, case)
    assert (after.state, after.stopped) == (State.WITHDRAWN, True)


@pytest.mark.parametrize("answers", [{"who": "nobody"}, {"set_up_by_me": "perhaps"}, {"approved": "yes"}])
def test_an_answer_that_was_not_asked_for_confirms_nothing(
    visitor: Visitor, stage: Stage, case: Case, path: str, answers: dict[str, str]
) -> None:
    assert visitor.send(path, answers).status_code == 422
    assert state_of(stage, case).state is State.UNCONFIRMED


def test_a_used_a_cut_an_old_and_a_foreign_link_lead_to_the_same_page(
    visitor: Visitor, web_parts: Parts, case: Case, path: str
) -> None:
    tools = web_parts.tools
    old = a_link(tools, Purpose.CONFIRM, case, timedelta(hours=-1))
    foreign = a_link(tools, Purpose.STOP, case)
    token = visitor.token(path)
    visitor.send_with(token, path)
    bad = [path, path[:-1], path + "A", f"/requests/confirm/{old}", f"/requests/confirm/{foreign}"]
    looked = [visitor.get(one) for one in bad]
    sent = [visitor.send_with(token, one, {}) for one in bad]
    assert {answer.status_code for answer in looked + sent} == {410}
    assert len({answer.text for answer in looked + sent}) == 1
    assert 'href="/request"' in looked[0].text
