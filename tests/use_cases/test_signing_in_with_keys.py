"""Signing in with a security key: each answer once, counted beside codes, and never with a copy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from support_portal.domain.errors import BadInput, NotAllowed, TooMany
from support_portal.domain.principals import Factor, Principal, PrincipalKind
from support_portal.use_cases import second_step, security_keys
from support_portal.use_cases.steps import using, using_keys
from support_portal.use_cases.steps.using_keys import NOT_RIGHT
from tests.cast import an_id
from tests.phones import given_a_phone
from tests.security_key import Key
from tests.use_cases.owner_of_keys import ELSEWHERE, HERE, Ana, ana_with_a_phone, refused
from tests.use_cases.stage import ANAS, Stage


@pytest.fixture
def ana(stage: Stage) -> Ana:
    """Ana, who has an authenticator app."""
    return ana_with_a_phone(stage)


def test_an_answer_signs_in_once(ana: Ana) -> None:
    key, session = ana.adds(), ana.half_way()
    asked = second_step.ask_for_key(session, tools=ana.stage.tools)
    assert asked is not None
    answer = key.sign(asked.options)
    second_step.by_key(session, str(asked.id), answer, HERE, tools=ana.stage.tools)
    assert (
        refused(BadInput, second_step.by_key, session, str(asked.id), answer, HERE, tools=ana.stage.tools)
        == using_keys.TOO_LATE
    )


def test_of_two_that_send_the_same_answer_at_once_one_signs_in(ana: Ana) -> None:
    key, session = ana.adds(key=Key(is_counting=False)), ana.half_way()
    asked = second_step.ask_for_key(session, tools=ana.stage.tools)
    assert asked is not None
    answer = key.sign(asked.options)

    def enter(_: int) -> str:
        try:
            return second_step.by_key(session, str(asked.id), answer, HERE, tools=ana.stage.tools)
        except BadInput:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == ["refused"] * 3 + [Factor.SECURITY_KEY]


def test_a_challenge_is_used_up_by_a_wrong_answer_too(ana: Ana) -> None:
    key, session = ana.adds(), ana.half_way()
    asked = second_step.ask_for_key(session, tools=ana.stage.tools)
    assert asked is not None
    for answer, told in (("{}", NOT_RIGHT), (key.sign(asked.options), using_keys.TOO_LATE)):
        assert (
            refused(BadInput, second_step.by_key, session, str(asked.id), answer, HERE, tools=ana.stage.tools) == told
        )


def test_a_challenge_is_bound_to_its_session_its_person_its_purpose_and_five_minutes(ana: Ana) -> None:
    tools, key = ana.stage.tools, ana.adds()
    session = ana.half_way()
    asked = second_step.ask_for_key(session, tools=tools)
    assert asked is not None
    bens = Principal(PrincipalKind.ACCOUNT, ana.stage.an_account("ben@example.org", other_addresses=(), connected=()))
    given_a_phone(tools, bens)
    answer = key.sign(asked.options)
    for other in (ana.half_way(), replace(session, principal=bens)):
        assert (
            refused(BadInput, second_step.by_key, other, str(asked.id), answer, HERE, tools=tools)
            == using_keys.TOO_LATE
        )
    for_adding = security_keys.begin(replace(session, factor=Factor.TOTP), tools=tools)
    assert (
        refused(BadInput, second_step.by_key, session, str(for_adding.id), answer, HERE, tools=tools)
        == using_keys.TOO_LATE
    )
    ana.stage.clock.move(minutes=5)
    assert (
        refused(BadInput, second_step.by_key, session, str(asked.id), answer, HERE, tools=tools) == using_keys.TOO_LATE
    )


def test_a_challenge_is_good_until_five_minutes_are_over(ana: Ana) -> None:
    key, session = ana.adds(), ana.half_way()
    asked = second_step.ask_for_key(session, tools=ana.stage.tools)
    assert asked is not None
    ana.stage.clock.move(minutes=4, seconds=59)
    answer = key.sign(asked.options)
    assert second_step.by_key(session, str(asked.id), answer, HERE, tools=ana.stage.tools) is Factor.SECURITY_KEY


@pytest.mark.parametrize("challenge", ["", "x", str(an_id(7))])
def test_a_challenge_that_never_was_is_refused(ana: Ana, challenge: str) -> None:
    ana.adds()
    assert (
        refused(BadInput, second_step.by_key, ana.half_way(), challenge, "{}", HERE, tools=ana.stage.tools)
        == using_keys.TOO_LATE
    )


def test_a_copied_key_is_refused_and_told(ana: Ana) -> None:
    key = ana.adds()
    copy = replace(key)
    for _ in range(2):
        ana.signs_in(key)
    assert refused(BadInput, ana.signs_in, copy) == using_keys.COPIED
    assert ana.events()[-2:] == ["security_key_copied", "second_factor_failed"]
    assert ana.factor.wrong_in_a_row == 1
    ana.stage.work_off()
    assert "A security key may have been copied" in ana.stage.subjects(ANAS)


def test_once_a_copy_was_noticed_neither_it_nor_the_key_signs_in_until_another_is_added(ana: Ana) -> None:
    key, session = ana.adds(), ana.half_way()
    copy, other = replace(key), ana.adds("Red")
    asked = second_step.ask_for_key(session, tools=ana.stage.tools)
    assert asked is not None
    ana.signs_in(key)
    refused(BadInput, ana.signs_in, copy)
    for again in (key, copy):
        assert refused(BadInput, ana.signs_in, again) == NOT_RIGHT
    assert ana.signs_in(other) is Factor.SECURITY_KEY
    answer = key.sign(asked.options)
    tools = ana.stage.tools
    assert refused(BadInput, second_step.by_key, session, str(asked.id), answer, HERE, tools=tools) == NOT_RIGHT


def test_a_forged_answer_with_a_low_counter_is_no_copied_key(ana: Ana) -> None:
    key = ana.adds()
    ana.signs_in(key)
    forged = replace(Key(), credential_id=key.credential_id)
    assert refused(BadInput, ana.signs_in, forged) == NOT_RIGHT
    assert "security_key_copied" not in ana.events()


def test_a_key_that_does_not_count_signs_in_again_and_again(ana: Ana) -> None:
    key = ana.adds(key=Key(is_counting=False))
    assert [ana.signs_in(key) for _ in range(3)] == [Factor.SECURITY_KEY] * 3


def test_a_key_that_counted_and_says_0_is_refused(ana: Ana) -> None:
    key = ana.adds()
    ana.signs_in(key)
    assert refused(BadInput, ana.signs_in, replace(key, count=0, is_counting=False)) == using_keys.COPIED


def test_wrong_answers_and_wrong_codes_are_counted_together(ana: Ana) -> None:
    key = ana.adds()
    for number in range(5):
        if number % 2:
            refused(BadInput, ana.signs_in, Key())
        else:
            refused(BadInput, second_step.by_code, ana.principal, "000000", HERE, tools=ana.stage.tools)
    refused(TooMany, ana.signs_in, key, network=ELSEWHERE)
    ana.stage.clock.move(minutes=5, seconds=1)
    assert ana.signs_in(key) is Factor.SECURITY_KEY
    assert ana.factor.wrong_in_a_row == 0


def test_a_hundred_wrong_answers_lock_and_then_the_right_one_is_refused_too(ana: Ana) -> None:
    key = ana.adds()
    with ana.stage.engine.begin() as connection:
        connection.execute(text("update enrolments set wrong_in_a_row = 99 where ended_at is null"))
    assert refused(NotAllowed, ana.signs_in, Key()) == using.LOCKED
    assert refused(NotAllowed, ana.signs_in, key) == using.LOCKED
    assert refused(NotAllowed, ana.adds, "Red") == using.LOCKED
