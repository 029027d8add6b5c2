"""The policy: floors, what is stricter at once and weaker later, and everybody who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import BadInput, LinkNotGood
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from support_portal.domain.staff import Role
from support_portal.use_cases.set_policy import policy_now, set_policy
from tests.use_cases.outside import set_password_changed
from tests.use_cases.stage import ANAS, Stage, owner

ROLES = (Role.LEAD, Role.ADMIN, Role.AGENT, Role.AUDITOR)


def set_by_lea(stage: Stage, **figures: str) -> Policy:
    """Lea sets figures."""
    return set_policy(figures, "Lea", tools=stage.tools)


def test_without_a_word_the_defaults_hold(stage: Stage) -> None:
    assert policy_now(tools=stage.tools) == Policy()


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({"safety_wait": "23h"}, {"safety_wait": "safety_wait is at least 24h"}),
        ({"safety_wait_high_risk": "60s"}, {"safety_wait_high_risk": "safety_wait_high_risk is at least 24h"}),
        ({"second_approval": "never"}, {"second_approval": "second_approval is one of: high_risk, always"}),
        ({"block": "0d"}, {"block": "block is a time like 90s, 10m, 24h or 7d"}),
        ({"block": "two weeks"}, {"block": "block is a time like 90s, 10m, 24h or 7d"}),
        ({"weight_high": "heavy"}, {"weight_high": "weight_high is a whole number like 6"}),
        ({"weight_high": "5"}, {"weight_high": "weight_high is at least 6"}),
        ({"weight_note": "4"}, {"weight_medium": "weight_medium is at least weight_note, which is 4"}),
        ({"records_kept": "30d"}, {"records_kept": "records_kept is at least 365d"}),
        ({"texts_kept": "1200d"}, {"records_kept": "records_kept is at least texts_kept, which is 1200d"}),
    ],
)
def test_a_figure_that_does_not_do_is_named_and_nothing_is_set(
    stage: Stage, figures: dict[str, str], wrong: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        set_by_lea(stage, **figures, evidence_valid="1h")
    assert refusal.value.fields == wrong
    assert policy_now(tools=stage.tools) == Policy()


def test_an_unknown_figure_is_named_with_all_that_there_are(stage: Stage) -> None:
    with pytest.raises(BadInput, match="there are: confirmation_valid"):
        set_by_lea(stage, removal_without_approval="yes")


def test_what_is_stricter_holds_at_once_and_what_is_weaker_a_day_later_for_new_cases(stage: Stage) -> None:
    set_by_lea(stage, safety_wait="72h", block="7d")
    now = policy_now(tools=stage.tools)
    assert (now.safety_wait, now.block) == (timedelta(hours=72), timedelta(days=14))
    done = stage.asked_and_confirmed()
    stage.clock.move(hours=23, minutes=59)
    assert policy_now(tools=stage.tools).block == timedelta(days=14)
    stage.clock.move(minutes=1)
    assert policy_now(tools=stage.tools).block == timedelta(days=7)
    assert stage.tools.screens.requester.case(stage.case(done.reference).id).block == timedelta(days=14)


def test_a_heavier_weight_asks_for_a_second_decider_in_open_cases_at_once(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review(password_changed_at=stage.clock.at - timedelta(days=3))
    set_by_lea(stage, weight_medium="6")
    stage.approve(done.reference, ben)
    case = stage.case(done.reference)
    assert (case.state, case.risk) == (State.AWAITING_SECOND_APPROVAL, Level.HIGH)


def test_a_lighter_weight_holds_a_day_later_for_new_cases_alone(stage: Stage) -> None:
    ben = stage.staff("Ben")
    before = stage.in_review()
    set_by_lea(stage, weight_medium="2")
    stage.passes(hours=24)
    after = stage.in_review(owner(1))
    for done in (before, after):
        set_password_changed(stage.engine, stage.case(done.reference).account_id, stage.clock.at)
        stage.approve(done.reference, ben)
    assert [stage.case(done.reference).risk for done in (before, after)] == [Level.MEDIUM, Level.LOW]


def test_a_wait_below_its_floor_is_for_a_machine_that_serves_itself_alone(stage: Stage) -> None:
    stage.tools = replace(stage.tools, product=replace(stage.tools.product, is_local=True))
    set_by_lea(stage, safety_wait="60s")
    done = stage.cooling_off(stage.staff("Ben"))
    stage.passes(seconds=59)
    assert stage.case(done.reference).state is State.COOLING_OFF
    stage.passes(seconds=1)
    assert stage.case(done.reference).state is State.REMOVED


def test_all_leads_and_admins_are_told_and_nobody_else(stage: Stage) -> None:
    people = [stage.staff(name, role) for name, role in zip(("Lea", "Ines", "Ben", "Otto"), ROLES, strict=True)]
    stage.work_off()
    stage.mails.taken.clear()
    set_by_lea(stage, safety_wait="48h")
    stage.work_off()
    assert {mail.to for mail in stage.mails.taken} == {people[0].address, people[1].address}
    assert {mail.subject for mail in stage.mails.taken} == {"The policy was changed"}
    assert "Lea set: safety_wait 2d. It holds from 03 Aug 2026 09:00 UTC." in stage.mails.taken[0].text


def test_leads_and_admins_are_told_of_a_new_person(stage: Stage) -> None:
    lea = stage.staff("Lea", Role.LEAD)
    ben = stage.staff("Ben")
    stage.work_off()
    assert stage.subjects(lea.address) == ["Who works at the desk was changed"]
    assert "Ben (ben@support.example) was added on the server, as an agent." in stage.last(lea.address).text
    assert stage.subjects(ben.address) == stage.subjects(ANAS) == []


def test_a_longer_confirmation_does_not_revive_links_of_before(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    set_by_lea(stage, confirmation_valid="48h")
    stage.passes(hours=24)
    assert stage.case(f"SP-{stage.numbers()[0]}").state is State.EXPIRED


def test_a_shorter_confirmation_reaches_the_case_that_waits_for_its_click(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    set_by_lea(stage, confirmation_valid="1h")
    stage.clock.move(hours=1)
    with pytest.raises(LinkNotGood):
        stage.confirm()
