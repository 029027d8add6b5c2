"""What is forgotten and when: texts after some months, whole records after some years, and nothing before its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from support_portal.domain.cases import State
from support_portal.domain.errors import LinkNotGood, NotFound
from support_portal.use_cases import case_page, stop, tidy
from support_portal.use_cases.set_policy import set_policy
from tests.adapters.mail.messages import a_mail
from tests.use_cases.post import rows, take
from tests.use_cases.stage import MONDAY, Stage, owner

OF_A_CASE = ("messages", "mails", "links", "blocks", "removals", "approvals", "runs", "events", "requests")
WITHOUT_CASE = ("messages", "mails", "requests")


@pytest.fixture
def years_ago(stage: Stage) -> Stage:
    """The stage some years ago, so that records are old to the database as well, whose clock is its own."""
    stage.clock.at = MONDAY - timedelta(days=8 * 365)
    return stage


def forget(stage: Stage, **span: float) -> None:
    """Time goes by, and the portal tidies up."""
    stage.clock.move(**span)
    tidy.tidy(tools=stage.tools)


def count(stage: Stage, table: str, where: str) -> int:
    """How many rows there are."""
    with stage.engine.connect() as connection:
        return int(connection.execute(text(f"select count(*) from {table} where {where}")).scalar_one())


def left(stage: Stage, tables: tuple[str, ...], where: str) -> dict[str, int]:
    """How many rows there are in each table."""
    return {table: count(stage, table, where) for table in tables}


def forgotten(stage: Stage) -> list[object]:
    """The cases that the audit says were forgotten, in that order."""
    return [why for (why,) in rows(stage, "select why from events where action = 'case_forgotten' order by id")]


def stopped(stage: Stage, who: str = stop.STOPS) -> str:
    """A case that its owner stopped (or withdrew) by a link; the link's token."""
    stage.asked_and_confirmed()
    token = stage.link("stop")
    stop.stop(token, who, tools=stage.tools)
    stage.work_off()
    return token


def test_a_case_goes_36_months_after_its_end_with_everything_about_it(years_ago: Stage) -> None:
    stage = years_ago
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(hours=24)
    assert stage.case(done.reference).state is State.REMOVED
    forget(stage, days=1096)
    assert (forgotten(stage), stage.numbers()) == ([], [2401])
    kept = ("links", "removals", "approvals", "runs", "events", "requests")
    assert min(left(stage, kept, "case_id is not null").values()) > 0
    forget(stage, seconds=1)
    assert (forgotten(stage), stage.numbers()) == (["SP-2401"], [])
    assert left(stage, OF_A_CASE, "case_id is not null") == dict.fromkeys(OF_A_CASE, 0)
    assert count(stage, "requests", "true") == 0
    assert count(stage, "enrolments", "ended_by = 'removal'") == 1, "the account keeps what it is"


def test_a_forgotten_case_leaves_its_number_and_no_word_about_anybody(years_ago: Stage) -> None:
    stage = years_ago
    opened_at = stage.clock.at
    stage.an_account()
    stage.ask()
    stage.passes(hours=24)
    forget(stage, days=1097)
    [told] = rows(stage, "select case_id, actor, why, details from events where action = 'case_forgotten'")
    assert told == (None, "portal", "SP-2401", {"state": "expired", "opened_at": opened_at.isoformat()})


def test_a_stopped_case_goes_with_its_links_and_the_next_case_of_the_account_stays(years_ago: Stage) -> None:
    stage = years_ago
    token = stopped(stage)
    stage.passes(days=1000)
    stage.ask()
    later = stage.confirm()
    assert stage.case(later.reference).previous_case_id == stage.case("SP-2401").id
    forget(stage, days=97)
    assert (forgotten(stage), stage.numbers()) == (["SP-2401"], [2402])
    assert stage.case(later.reference).previous_case_id is None
    with pytest.raises(LinkNotGood):
        stop.look(token, tools=stage.tools)


def test_the_private_page_of_a_forgotten_case_is_not_there(years_ago: Stage) -> None:
    stage = years_ago
    done = stage.asked_and_confirmed()
    stage.passes(days=14)
    forget(stage, days=1097)
    with pytest.raises(NotFound):
        case_page.open_case(done.reference, done.key, tools=stage.tools)


def test_a_case_that_has_not_ended_stays_however_old_it_is(years_ago: Stage) -> None:
    stage = years_ago
    done = stage.in_review()
    forget(stage, days=2000)
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert forgotten(stage) == []


def test_a_case_to_which_something_happened_later_is_kept_from_then_on(years_ago: Stage) -> None:
    stage = years_ago
    token = stopped(stage, stop.WITHDRAWS)
    stage.passes(days=20)
    assert stop.stop(token, stop.STOPS, tools=stage.tools).done == "blocked"
    stage.work_off()
    forget(stage, days=1096)
    assert forgotten(stage) == []
    forget(stage, seconds=1)
    assert forgotten(stage) == ["SP-2401"]


def test_a_case_stays_until_a_year_after_the_end_of_its_block(years_ago: Stage) -> None:
    stage = years_ago
    set_policy({"block": "1000d"}, "Lea", tools=stage.tools)
    stopped(stage)
    forget(stage, days=1365)
    assert forgotten(stage) == []
    forget(stage, seconds=1)
    assert forgotten(stage) == ["SP-2401"]


def test_who_shortens_the_time_shortens_it_a_day_later_and_for_later_cases_alone(years_ago: Stage) -> None:
    stage = years_ago
    stage.asked_and_confirmed()
    set_policy({"records_kept": "365d"}, "Lea", tools=stage.tools)
    stage.clock.move(hours=24)
    stage.an_account_of(owner(1))
    stage.ask(owner(1).address)
    stage.confirm(owner(1).address)
    stage.passes(days=13)
    stage.passes(days=1)
    forget(stage, days=364)
    assert stage.numbers() == [2401, 2402]
    forget(stage, days=2)
    assert stage.numbers() == [2401]
    forget(stage, days=1096 - 367)
    assert stage.numbers() == [2401]
    forget(stage, seconds=1)
    assert stage.numbers() == []


def test_the_audit_of_what_is_no_case_goes_after_36_months_too(years_ago: Stage) -> None:
    stage = years_ago
    set_policy({"block": "20d"}, "Lea", tools=stage.tools)
    forget(stage, days=1096)
    assert count(stage, "events", "action = 'policy_set'") == 1
    forget(stage, seconds=1)
    assert count(stage, "events", "action = 'policy_set'") == 0


def test_who_shortens_the_time_does_not_hide_that_from_the_audit(years_ago: Stage) -> None:
    stage = years_ago
    set_policy({"records_kept": "365d"}, "Lea", tools=stage.tools)
    forget(stage, days=1096)
    assert count(stage, "events", "action = 'policy_set'") == 1
    forget(stage, seconds=1)
    assert count(stage, "events", "action = 'policy_set'") == 0


def test_words_that_belong_to_no_case_go_90_days_after_they_came(stage: Stage) -> None:
    take(stage, a_mail("Who am I?", From="nobody@example.net"))
    forget(stage, days=90)
    assert left(stage, WITHOUT_CASE, "case_id is null") == dict.fromkeys(WITHOUT_CASE, 1)
    forget(stage, seconds=1)
    assert left(stage, WITHOUT_CASE, "case_id is null") == dict.fromkeys(WITHOUT_CASE, 0)
