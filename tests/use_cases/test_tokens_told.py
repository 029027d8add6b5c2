"""What owners are told of their access tokens, and what a policy, a command and the time do to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from support_portal.domain.errors import BadInput, TryLater
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.tokens import Scope
from support_portal.use_cases import tidy, tokens
from support_portal.use_cases.set_policy import set_policy
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage
from tests.use_cases.token_stage import ana, edited, made, reminders, rows, use


def test_owners_are_told_of_a_new_token_at_every_address_with_a_link_that_locks(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        [mail] = stage.mails.to(address)
        assert "“nightly export”" in mail.text
        assert one.value[:8] + "…" in mail.text
        assert "3 September 2026, 09:00 UTC" in mail.text
        assert stage.link("lock", address)


def test_owners_are_told_at_every_address_of_what_a_changed_token_may_from_now_on(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    edited(stage, owner, one, expires="never", description="for ever")
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        [mail] = [mail for mail in stage.mails.to(address) if "was changed" in mail.subject]
        assert f"“for ever” ({one.value[:8]}…)" in mail.text
        assert "It has no end date." in mail.text
        assert stage.link("lock", address)


def test_v6_4_5_the_owner_is_reminded_a_week_and_a_day_before_the_end_once_each(stage: Stage) -> None:
    one = made(stage, ana(stage))
    stage.work_off()
    stage.passes(days=23, hours=23)
    assert reminders(stage) == []
    stage.passes(hours=1)
    assert reminders(stage) == ["An access token ends within a week"]
    with pytest.raises(TryLater):  # a second delivery finds it done
        tokens.remind_of_token(one.token.id, tools=stage.tools)
    stage.work_off()
    stage.passes(days=5)
    assert len(reminders(stage)) == 1
    stage.passes(days=1)
    assert reminders(stage)[1:] == ["An access token ends within a day"]
    stage.passes(days=3)
    assert len(reminders(stage)) == 2


def test_v6_4_5_a_removed_or_prolonged_token_is_not_spoken_of_before_its_time(stage: Stage) -> None:
    owner = ana(stage)
    removed, prolonged = made(stage, owner), made(stage, owner)
    stage.passes(days=20)
    tokens.remove(owner, removed.token.id, stage.clock.at, tools=stage.tools)
    edited(stage, owner, prolonged, expires="1m")
    stage.passes(days=15)
    assert not reminders(stage)
    stage.passes(days=9)
    assert reminders(stage) == ["An access token ends within a week"]


def test_the_mail_after_a_removal_lists_the_tokens_that_still_work(stage: Stage) -> None:
    ben = stage.staff("Ben")
    done = stage.in_review()
    owner = Principal(PrincipalKind.ACCOUNT, stage.case(done.reference).account_id)
    one, gone = made(stage, owner, expires="never"), made(stage, owner, expires="1h", description="short one")
    stage.approve(done.reference, ben)
    stage.passes(days=1, minutes=5)
    assert not stage.is_on(done)
    [mail] = [mail for mail in stage.mails.to(ANAS) if "is off" in mail.subject]
    assert f"- nightly export ({one.value[:8]}…)" in mail.text
    assert "https://portal.example/account/tokens" in mail.text
    assert gone.token.description not in mail.text
    assert use(stage, one)


def test_a_command_on_the_server_makes_a_token_with_all_that_its_owner_may(stage: Stage) -> None:
    stage.staff("Ben")
    one = tokens.make_on_server("BEN@support.example", "pager", "never", tools=stage.tools)
    assert use(stage, one).scopes == set(Scope)
    for address, description, expires, field in (
        ("nobody@support.example", "pager", "1d", "email"),
        ("ben@support.example", " ", "1d", "description"),
        ("ben@support.example", "pager", "yesterday", "expires"),
    ):
        with pytest.raises(BadInput) as refusal:
            tokens.make_on_server(address, description, expires, tools=stage.tools)
        assert set(refusal.value.fields) == {field}


def test_what_ended_is_forgotten_after_a_month_and_what_works_stays(stage: Stage) -> None:
    owner = ana(stage)
    made(stage, owner, expires="1h")
    made(stage, owner, expires="never")
    stage.clock.move(days=29)
    tidy.tidy(tools=stage.tools)
    assert len(rows(stage, "select id from access_tokens")) == 2
    stage.clock.move(days=2)
    tidy.tidy(tools=stage.tools)
    assert len(rows(stage, "select id from access_tokens")) == 1


def test_every_change_of_a_token_is_an_event_of_its_owner(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    edited(stage, owner, one, expires="never")
    tokens.remove(owner, one.token.id, stage.clock.at, tools=stage.tools)
    told = rows(stage, f"select action from events where account_id = '{owner.id}' order by id")
    assert told == ["('token_made',)", "('token_changed',)", "('token_removed',)"]


def test_a_policy_that_forbids_tokens_without_an_end_holds_at_once_for_forms_and_commands(stage: Stage) -> None:
    owner = ana(stage)
    assert "never" in tokens.list_tokens(owner, tools=stage.tools).expiries
    one = made(stage, owner)
    set_policy({"endless_tokens": "forbidden"}, "Lea", tools=stage.tools)
    acts: list[Callable[[], object]] = [
        partial(made, stage, owner, expires="never"),
        partial(edited, stage, owner, one, expires="never"),
        partial(tokens.make_on_server, ANAS, "pager", "never", tools=stage.tools),
    ]
    for act in acts:
        with pytest.raises(BadInput) as refusal:
            act()
        assert set(refusal.value.fields) == {"expires"}
    assert "never" not in tokens.list_tokens(owner, tools=stage.tools).expiries
