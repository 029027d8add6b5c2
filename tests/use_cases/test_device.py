"""Signing in at the command line: one code, one answer, one token; guesses are counted, old codes are worth nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from support_portal.domain.device import Answer
from support_portal.domain.errors import BadInput, NotAllowed, TooMany
from support_portal.domain.moves import Actor, By
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.tokens import Scope, TokenKind
from support_portal.use_cases import device, tidy, tokens
from support_portal.use_cases.device import Begun, Pending
from support_portal.use_cases.steps.locking import shut
from support_portal.use_cases.steps.tokens import Made
from support_portal.use_cases.use_token import caller_with
from tests.use_cases.at_once import at_once
from tests.use_cases.git_people import owner_of
from tests.use_cases.stage import Stage, owner

HERE, THERE = "192.0.2.7", "198.51.100.9"
READS = frozenset({Scope.READ_ACCOUNT})


def ana(stage: Stage) -> Principal:
    return Principal(PrincipalKind.ACCOUNT, stage.an_account())


def begun(stage: Stage, scopes: frozenset[Scope] = READS) -> Begun:
    return device.begin("support-portal on laptop", scopes, THERE, tools=stage.tools)


def answer(stage: Stage, owner: Principal, code: str, said: Answer = Answer.CONFIRMED) -> device.Question:
    return device.answer(owner, code, said, stage.clock.at, HERE, tools=stage.tools)


def collect(stage: Stage, one: Begun) -> Made | Pending:
    stage.clock.move(seconds=5)
    return device.collect(one.device_code, tools=stage.tools)


def signed_in(stage: Stage, owner: Principal, scopes: frozenset[Scope] = READS) -> Made:
    one = begun(stage, scopes)
    answer(stage, owner, one.user_code)
    made = collect(stage, one)
    assert isinstance(made, Made)
    return made


def test_a_confirmed_code_becomes_one_token_that_the_command_collects_once(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    assert collect(stage, one) is Pending.WAITING
    question = device.look(owner, one.user_code.lower(), HERE, tools=stage.tools)
    assert (question.code.client, question.code.network_address) == ("support-portal on laptop", THERE)
    answer(stage, owner, one.user_code)
    made = collect(stage, one)
    assert isinstance(made, Made)
    assert caller_with(made.value, tools=stage.tools).token.owner == owner
    assert made.token.kind is TokenKind.AUTO
    assert collect(stage, one) is Pending.UNKNOWN
    stage.work_off()
    assert "A new access token was made" in stage.subjects()


def test_many_commands_with_one_code_get_one_token(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    answer(stage, owner, one.user_code)
    results = at_once([partial(device.collect, one.device_code, tools=stage.tools) for _ in range(8)])
    assert sum(isinstance(result, Made) for result in results) == 1
    assert len(tokens.list_tokens(owner, tools=stage.tools).tokens) == 1


def test_a_code_is_answered_once_whoever_is_first(stage: Stage) -> None:
    owner, ben, one = ana(stage), stage.staff("Ben").principal, begun(stage)
    acts = [partial(answer, stage, who, one.user_code) for who in (owner, ben)]
    results = at_once(acts)
    assert sorted(type(result).__name__ for result in results) == ["BadInput", "Question"]


def test_a_refused_code_gives_nothing(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    answer(stage, owner, one.user_code, Answer.REFUSED)
    assert collect(stage, one) is Pending.REFUSED
    with pytest.raises(BadInput):
        answer(stage, owner, one.user_code)


def test_an_old_code_can_neither_be_confirmed_nor_collected(stage: Stage) -> None:
    owner, late, confirmed = ana(stage), begun(stage), begun(stage)
    answer(stage, owner, confirmed.user_code)
    stage.clock.move(minutes=10)
    with pytest.raises(BadInput):
        answer(stage, owner, late.user_code)
    assert collect(stage, late) is Pending.OVER
    assert collect(stage, confirmed) is Pending.OVER
    assert device.collect("nothing", tools=stage.tools) is Pending.UNKNOWN


def test_a_command_that_asks_too_often_is_told_so(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    answer(stage, owner, one.user_code)
    assert collect(stage, begun(stage)) is Pending.WAITING
    waiting = begun(stage)
    ask = partial(device.collect, waiting.device_code, tools=stage.tools)
    assert [ask(), ask()] == [Pending.WAITING, Pending.TOO_FAST]
    stage.clock.move(seconds=4)
    assert ask() is Pending.TOO_FAST
    stage.clock.move(seconds=1)
    assert ask() is Pending.WAITING


def test_five_wrong_codes_and_the_person_waits_even_with_the_right_one(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    for number in range(5):
        with pytest.raises(BadInput):
            device.look(owner, "BBBB-BBBB", f"192.0.2.{number}", tools=stage.tools)
    with pytest.raises(TooMany):
        device.look(owner, one.user_code, THERE, tools=stage.tools)
    stage.clock.move(minutes=5, seconds=1)
    assert device.look(owner, one.user_code, THERE, tools=stage.tools)


def test_in_an_hour_a_person_types_twenty_wrong_codes_and_no_more(stage: Stage) -> None:
    owner, networks = ana(stage), (f"192.0.2.{number}" for number in range(99))
    guess = partial(device.look, owner, "BBBB-BBBB", tools=stage.tools)
    for _ in range(4):
        for _ in range(5):
            with pytest.raises(BadInput):
                guess(network_address=next(networks))
        stage.clock.move(minutes=6)
    with pytest.raises(TooMany):
        guess(network_address=next(networks))
    stage.clock.move(minutes=36, seconds=1)
    with pytest.raises(BadInput):
        guess(network_address=next(networks))


@pytest.mark.parametrize(("most", "people", "minutes"), [(10, 2, 0), (50, 10, 6)])
def test_one_network_guesses_so_often_and_no_more_whoever_is_signed_in(
    stage: Stage, most: int, people: int, minutes: int
) -> None:
    owners = [owner_of(stage.an_account_of(owner(number))) for number in range(people)]
    for number in range(most):
        if number and number % 10 == 0:
            stage.clock.move(minutes=minutes)
        with pytest.raises(BadInput):
            device.look(owners[number // 5], "BBBB-BBBB", HERE, tools=stage.tools)
    stage.clock.move(minutes=minutes)
    fresh, one = ana(stage), begun(stage)
    with pytest.raises(TooMany):
        device.look(fresh, one.user_code, HERE, tools=stage.tools)
    assert device.look(fresh, one.user_code, THERE, tools=stage.tools)


def test_right_codes_are_not_counted(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    for _ in range(30):
        assert device.look(owner, one.user_code, HERE, tools=stage.tools)


def test_confirming_needs_a_sign_in_of_the_last_five_minutes_and_refusing_does_not(stage: Stage) -> None:
    owner, one = ana(stage), begun(stage)
    stale = stage.clock.at - timedelta(minutes=5, seconds=1)
    with pytest.raises(BadInput) as refusal:
        device.answer(owner, one.user_code, Answer.CONFIRMED, stale, HERE, tools=stage.tools)
    assert set(refusal.value.fields) == {"password"}
    device.answer(owner, one.user_code, Answer.REFUSED, stale, HERE, tools=stage.tools)
    assert collect(stage, one) is Pending.REFUSED


def test_a_command_gets_no_more_than_the_person_may_and_nothing_where_that_is_nothing(stage: Stage) -> None:
    owner = ana(stage)
    assert signed_in(stage, owner, frozenset(Scope)).token.scopes == READS
    with pytest.raises(NotAllowed):
        answer(stage, owner, begun(stage, frozenset({Scope.WRITE_CASES})).user_code)


def test_one_network_begins_so_many_sign_ins_and_no_more(stage: Stage) -> None:
    for _ in range(20):
        begun(stage)
    with pytest.raises(TooMany):
        begun(stage)
    for _ in range(4):
        stage.clock.move(minutes=6)
        for _ in range(20):
            begun(stage)
    stage.clock.move(minutes=6)
    with pytest.raises(TooMany):
        begun(stage)
    stage.clock.move(minutes=31)
    assert begun(stage)


def test_a_renewed_token_has_another_value_and_the_old_one_is_dead(stage: Stage) -> None:
    first = signed_in(stage, ana(stage))
    stage.clock.move(days=25)
    second = device.renew(first.value, tools=stage.tools)
    assert second.token.id == first.token.id
    stage.clock.move(days=29)
    assert caller_with(second.value, tools=stage.tools)
    for act in (caller_with, device.renew):
        with pytest.raises(NotAllowed):
            act(first.value, tools=stage.tools)


def test_of_many_renewals_at_once_one_wins(stage: Stage) -> None:
    first = signed_in(stage, ana(stage))
    results = at_once([partial(device.renew, first.value, tools=stage.tools) for _ in range(8)])
    [won] = [result for result in results if isinstance(result, Made)]
    assert caller_with(won.value, tools=stage.tools)


def test_only_a_commands_token_renews_itself_and_never_after_its_end(stage: Stage) -> None:
    owner = ana(stage)
    own = tokens.make_on_server("ana@example.org", "script", "1d", tools=stage.tools)
    ended = signed_in(stage, owner)
    with pytest.raises(NotAllowed):
        device.renew(own.value, tools=stage.tools)
    stage.clock.move(days=30)
    with pytest.raises(NotAllowed):
        device.renew(ended.value, tools=stage.tools)


def test_the_end_of_a_commands_token_is_not_for_its_owner_to_choose(stage: Stage) -> None:
    owner = ana(stage)
    made = signed_in(stage, owner)
    wish = tokens.Wish("my laptop", READS, "never")
    with pytest.raises(BadInput) as refusal:
        tokens.edit(owner, made.token.id, wish, stage.clock.at, tools=stage.tools)
    assert set(refusal.value.fields) == {"expires"}


@pytest.mark.parametrize("what", ["locked", "signed out everywhere"])
def test_a_confirmed_code_dies_with_the_sessions_of_its_person(stage: Stage, what: str) -> None:
    owner, one = ana(stage), begun(stage)
    answer(stage, owner, one.user_code)
    with stage.tools.uow.begin() as work:
        if what == "locked":
            shut(work, owner, Actor(By.LINK, "Owner"))
        else:
            work.logins.end_sessions(owner, work.now)
    assert collect(stage, one) is Pending.UNKNOWN


def test_the_codes_are_kept_as_hmacs_alone_and_forgotten_when_they_are_old(stage: Stage) -> None:
    one = begun(stage)
    query = text("select t::text from device_codes t")
    with stage.engine.connect() as connection:
        kept = str(connection.execute(query).all())
    assert one.device_code not in kept
    assert one.user_code not in kept
    stage.clock.move(minutes=21)
    tidy.tidy(tools=stage.tools)
    with stage.engine.connect() as connection:
        assert connection.execute(query).all() == []
