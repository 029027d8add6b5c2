"""The links in every notice: they ask first, then stop, block or lock, whatever is left to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Purpose
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, NOW
from tests.web.linking import a_link, now_of
from tests.web.visiting import Visitor


def state_of(stage: Stage, case: Case) -> Case:
    with stage.uow.begin() as work:
        return work.cases.get(case.id)


def status_of_account(stage: Stage) -> AccountStatus | None:
    with stage.uow.begin() as work:
        account = work.directory.read(ANA.id)
        return account.status if account else None


def blocked(stage: Stage) -> bool:
    with stage.uow.begin() as work:
        return work.blocks.active(ANA.id, NOW) is not None


def stop_path(web_parts: Parts, case: Case) -> str:
    return f"/stop/{a_link(web_parts.tools, Purpose.STOP, case)}"


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.AWAITING_REPOSITORY, State.IN_REVIEW, State.COOLING_OFF])
def test_a_live_case_is_stopped_by_the_click_and_not_by_looking(
    visitor: Visitor, web_parts: Parts, stage: Stage, state: State
) -> None:
    case = stage.with_case(state)
    path = stop_path(web_parts, case)
    page = visitor.get(path).text
    assert "Stop this request?" in page
    assert "Nothing on the account has changed" in page
    assert ANA.address not in page
    assert state_of(stage, case).state is state
    answer = visitor.send(path, {"who": "not-me"})
    assert "The request is stopped" in answer.text
    assert "Change your Bitrise password" in answer.text
    assert state_of(stage, case).stopped
    assert blocked(stage)


def test_whoever_asked_can_close_the_case_without_a_block(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(State.AWAITING_REPOSITORY)
    answer = visitor.send(stop_path(web_parts, case), {"who": "me"})
    assert "The request is closed" in answer.text
    assert (state_of(stage, case).state, state_of(stage, case).stopped) == (State.WITHDRAWN, False)
    assert not blocked(stage)


def test_nothing_chosen_stops_nothing(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(State.IN_REVIEW)
    answer = visitor.send(stop_path(web_parts, case))
    assert answer.status_code == 422
    assert "Choose which is true" in answer.text
    assert state_of(stage, case).state is State.IN_REVIEW


def test_a_second_click_finds_it_done(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(State.IN_REVIEW)
    path = stop_path(web_parts, case)
    token = visitor.token(path)
    visitor.send_with(token, path, {"who": "not-me"})
    assert "There was nothing left to do" in visitor.send_with(token, path, {"who": "not-me"}).text
    assert "was stopped before" in visitor.get(path).text


def test_after_another_end_it_blocks_new_requests(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(State.EXPIRED, runs=(), ended_at=now_of(web_parts.tools) - timedelta(days=1))
    path = stop_path(web_parts, case)
    assert "Block new requests?" in visitor.get(path).text
    assert "New requests are blocked" in visitor.send(path, {"who": "not-me"}).text
    assert blocked(stage)


def test_while_it_is_removed_the_stop_link_offers_the_lock(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_removal_begun()
    path = stop_path(web_parts, case)
    page = visitor.get(path).text
    assert "Lock the account?" in page
    assert status_of_account(stage) is AccountStatus.ACTIVE
    assert "The account is locked" in visitor.send(path, {"who": "not-me"}).text
    assert status_of_account(stage) is AccountStatus.LOCKED


def test_the_lock_link_asks_first_and_then_locks(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_removal_begun()
    path = f"/lock/{a_link(web_parts.tools, Purpose.LOCK, case)}"
    assert "Lock the account?" in visitor.get(path).text
    assert status_of_account(stage) is AccountStatus.ACTIVE
    answer = visitor.send(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert status_of_account(stage) is AccountStatus.LOCKED
    assert "The account is locked" in visitor.get(path).text


@pytest.mark.parametrize("purpose", [Purpose.STOP, Purpose.LOCK])
def test_links_of_30_days_after_the_end_work_no_more(
    visitor: Visitor, web_parts: Parts, stage: Stage, purpose: Purpose
) -> None:
    case = stage.with_case(State.DENIED, ended_at=now_of(web_parts.tools) - timedelta(days=31))
    answer = visitor.get(f"/{purpose}/{a_link(web_parts.tools, purpose, case)}")
    assert answer.status_code == 410
    assert "This link no longer works" in answer.text


def test_the_stop_links_token_opens_no_case_page(visitor: Visitor, web_parts: Parts, stage: Stage) -> None:
    case = stage.with_case(State.IN_REVIEW)
    token = a_link(web_parts.tools, Purpose.STOP, case)
    assert visitor.get(f"/cases/{case.reference}/{token}").status_code == 404
    assert visitor.get(f"/lock/{token}").status_code == 410
