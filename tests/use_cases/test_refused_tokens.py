"""A token that was made once and is refused now: its owner learns of it, once in an hour for each reason."""

from __future__ import annotations

from functools import partial

from support_portal.domain.browsers import Browser
from support_portal.domain.principals import Principal
from support_portal.domain.tokens import Scope, new_token
from support_portal.use_cases import device, tokens
from support_portal.use_cases.steps.tokens import Made
from support_portal.use_cases.use_token import caller_with, tell_of_missing_scope
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import Stage
from tests.use_cases.token_stage import ana, is_refused, made, rows, use

MALLORY = Browser("198.51.100.9", "curl/8.5.0")


def refused(stage: Stage, owner: Principal) -> list[tuple[str, str]]:
    """Of which tokens, and why, the owner's page tells; the newest first."""
    told = stage.tools.screens.own.events(owner).events
    return [(one.why, one.details["reason"]) for one in told if one.action == "token_refused"]


def remove(stage: Stage, owner: Principal, one: Made) -> None:
    """Remove it, just signed in."""
    tokens.remove(owner, one.token.id, stage.clock.at, tools=stage.tools)


def test_an_expired_token_that_is_used_is_told_of_and_a_working_one_is_not(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner, expires="1h")
    use(stage, one)
    assert refused(stage, owner) == []
    stage.clock.move(hours=1)
    assert is_refused(stage, one)
    assert refused(stage, owner) == [("nightly export", "expired")]


def test_a_removed_token_that_is_used_is_told_of_with_where_it_was_used(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    remove(stage, owner, one)
    assert at_once([partial(caller_with, one.value, tools=stage.tools.called_from(MALLORY))])
    (newest, *_) = stage.tools.screens.own.events(owner).events
    assert (newest.action, newest.details["reason"], newest.browser) == ("token_refused", "removed", MALLORY)


def test_whichever_end_came_first_is_the_reason(stage: Stage) -> None:
    owner = ana(stage)
    removed, expired = made(stage, owner, expires="1h"), made(stage, owner, expires="1h", description="other")
    remove(stage, owner, removed)
    stage.clock.move(hours=2)
    remove(stage, owner, expired)
    assert is_refused(stage, removed)
    assert is_refused(stage, expired)
    assert refused(stage, owner) == [("other", "expired"), ("nightly export", "removed")]


def test_a_token_that_asks_for_more_than_it_may_is_told_of_with_the_scope(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    tell_of_missing_scope(use(stage, one), Scope.READ_CASES, tools=stage.tools)
    (newest, *_) = stage.tools.screens.own.events(owner).events
    assert (newest.details["reason"], newest.details["scope"]) == ("out_of_scope", "read_cases")


def test_a_script_that_goes_on_with_a_dead_token_floods_no_page(stage: Stage) -> None:
    owner = ana(stage)
    one, another = made(stage, owner, expires="1h"), made(stage, owner, expires="1h", description="other")
    tell_of_missing_scope(use(stage, one), Scope.READ_CASES, tools=stage.tools)
    stage.clock.move(hours=1)
    at_once([partial(caller_with, one.value, tools=stage.tools) for _ in range(8)])
    for _ in range(20):
        assert is_refused(stage, one)
    assert refused(stage, owner) == [("nightly export", "expired"), ("nightly export", "out_of_scope")]
    assert is_refused(stage, another)
    assert refused(stage, owner)[0] == ("other", "expired"), "each token is counted by itself"
    stage.clock.move(minutes=59, seconds=59)
    assert is_refused(stage, one)
    assert len(refused(stage, owner)) == 3
    stage.clock.move(seconds=1)
    assert is_refused(stage, one)
    assert len(refused(stage, owner)) == 4


def test_what_never_was_a_token_is_nobodys(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    before = rows(stage, "select * from events")
    for value in (new_token(), one.value[:-1], ""):
        at_once([partial(caller_with, value, tools=stage.tools)])
    assert rows(stage, "select * from events") == before
    assert device.collect("nothing", tools=stage.tools) is device.Pending.UNKNOWN
