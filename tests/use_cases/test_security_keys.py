"""Security keys of one's own account: added and removed, each time after a fresh proof."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from support_portal.domain.errors import BadInput, NotAllowed, NotFound
from support_portal.domain.principals import Factor
from support_portal.domain.security_keys import MOST_KEYS
from support_portal.use_cases import second_step, security_keys, two_factor
from support_portal.use_cases.steps import using, using_keys
from tests.cast import an_id
from tests.phones import given_a_phone
from tests.security_key import Key
from tests.use_cases.owner_of_keys import HERE, Ana, ana_with_a_phone, refused
from tests.use_cases.stage import ANAS, PASSWORD, Stage


@pytest.fixture
def ana(stage: Stage) -> Ana:
    """Ana, who has an authenticator app."""
    return ana_with_a_phone(stage)


def test_a_key_is_added_used_and_removed_and_each_is_told(ana: Ana) -> None:
    key = ana.adds("Blue key")
    assert ana.signs_in(key) is Factor.SECURITY_KEY
    [kept] = ana.factor.keys
    assert (kept.name, kept.credential.sign_count, kept.last_used_at) == ("Blue key", 1, ana.stage.clock.at)
    assert ana.stage.account(ana.principal.id).last_second_factor_at == ana.stage.clock.at
    security_keys.remove(ana.session(), str(kept.id), tools=ana.stage.tools)
    assert ana.factor.keys == ()
    assert ana.events()[-3:] == ["security_key_added", "signed_in", "security_key_removed"]
    ana.stage.work_off()
    # Both were put in the post at one moment of the set clock.
    assert sorted(ana.stage.subjects(ANAS)[-2:]) == ["A security key was added", "A security key was removed"]
    for mail in ana.stage.mails.to(ANAS)[-2:]:
        assert "https://portal.example/lock/" in mail.text
        assert "Blue key" not in mail.text  # whoever is in could write something into their mail with it


def test_somebody_of_the_staff_uses_a_key_too(stage: Stage) -> None:
    lea = stage.staff("Lea").principal
    leas = Ana(stage, lea, given_a_phone(stage.tools, lea))
    assert leas.signs_in(leas.adds()) is Factor.SECURITY_KEY
    security_keys.remove(leas.session(), leas.key_id(), tools=stage.tools)
    assert leas.factor.keys == ()


def test_a_key_of_another_account_does_not_sign_in_and_cannot_be_added_twice(ana: Ana, stage: Stage) -> None:
    ana.adds()
    lea = stage.staff("Lea").principal
    leas = Ana(stage, lea, given_a_phone(stage.tools, lea))
    theirs = leas.adds()
    assert refused(BadInput, ana.signs_in, theirs) == using_keys.NOT_RIGHT
    assert refused(BadInput, ana.adds, "Red", theirs) == security_keys.TAKEN
    assert refused(BadInput, ana.adds, "Red", ana.keys["Blue"]) == security_keys.TAKEN


@pytest.mark.parametrize(
    ("factor", "minutes", "is_proven"),
    [
        (Factor.TOTP, 5, True),
        (Factor.SECURITY_KEY, 0, True),
        (Factor.RECOVERY_CODE, 0, True),
        (Factor.TOTP, 5.1, False),
        (Factor.GIT, 0, False),
        (Factor.PASSWORD, 0, False),
    ],
)
def test_adding_and_removing_need_a_fresh_session_with_a_second_factor(
    ana: Ana, factor: Factor, minutes: float, is_proven: bool
) -> None:
    ana.adds()
    session = ana.session(factor=factor)
    ana.stage.clock.move(minutes=minutes)
    tools = ana.stage.tools
    assert security_keys.is_proven(session, tools=tools) is is_proven
    if is_proven:
        ana.adds("Red", session=session)
        security_keys.remove(session, ana.key_id(), tools=tools)
    else:
        told = security_keys.PROVE_AFRESH
        assert refused(NotAllowed, security_keys.begin, session, tools=tools) == told
        assert refused(NotAllowed, security_keys.remove, session, ana.key_id(), tools=tools) == told


def test_a_proof_that_grows_old_before_the_key_answers_is_asked_again(ana: Ana) -> None:
    session, key = ana.session(), Key()
    ana.stage.clock.move(minutes=4)
    asked = security_keys.begin(session, tools=ana.stage.tools)
    ana.stage.clock.move(minutes=2)
    answer = key.create(asked.options)
    assert (
        refused(NotAllowed, security_keys.add, session, "Blue", str(asked.id), answer, tools=ana.stage.tools)
        == security_keys.PROVE_AFRESH
    )


@pytest.mark.parametrize("factor", [Factor.TOTP, Factor.GIT])
def test_the_proof_is_the_password_and_a_code_where_the_session_had_none(ana: Ana, factor: Factor) -> None:
    session, tools = ana.session(factor=factor), ana.stage.tools
    code = ana.phone.code(ana.stage.clock.at)
    assert (
        refused(BadInput, security_keys.prove, session, "wrong", code, HERE, tools=tools)
        == "That password is not right"
    )
    if factor is Factor.GIT:
        assert refused(BadInput, security_keys.prove, session, PASSWORD, "", HERE, tools=tools) == using.NOT_RIGHT
    assert security_keys.prove(session, PASSWORD, code, HERE, tools=tools) is Factor.TOTP


def test_ten_keys_are_enough_however_many_are_added_at_once(ana: Ana) -> None:
    for number in range(MOST_KEYS - 1):
        ana.adds(f"Key {number}")
    tools, keys = ana.stage.tools, [Key() for _ in range(4)]
    sessions = [ana.session() for _ in keys]
    asked = [security_keys.begin(session, tools=tools) for session in sessions]
    answers = [key.create(one.options) for key, one in zip(keys, asked, strict=True)]

    def add(number: int) -> str:
        try:
            security_keys.add(sessions[number], "Last", str(asked[number].id), answers[number], tools=tools)
        except NotAllowed as refusal:
            return str(refusal)
        return "added"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(4))) == [security_keys.ENOUGH] * 3 + ["added"]
    assert len(ana.factor.keys) == MOST_KEYS


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_key_has_a_name_of_at_most_60_characters(ana: Ana, name: str) -> None:
    assert refused(BadInput, ana.adds, name) == security_keys.NAME_IT
    ana.adds("ü" * 60)


def test_an_answer_of_another_site_adds_nothing(ana: Ana) -> None:
    session = ana.session()
    asked = security_keys.begin(session, tools=ana.stage.tools)
    answer = Key().create(asked.options, origin="https://portal.example.evil.example")
    assert (
        refused(BadInput, security_keys.add, session, "Blue", str(asked.id), answer, tools=ana.stage.tools)
        == security_keys.NOT_READ
    )
    assert (
        refused(BadInput, security_keys.add, session, "Blue", str(asked.id), answer, tools=ana.stage.tools)
        == using_keys.TOO_LATE
    )
    assert ana.factor.keys == ()


def test_removing_ends_every_other_session_and_only_ones_own_keys_go(ana: Ana, stage: Stage) -> None:
    ana.adds()
    mine, other = ana.session(), ana.session()
    lea = stage.staff("Lea").principal
    leas = Ana(stage, lea, given_a_phone(stage.tools, lea))
    leas.adds()
    for foreign in (leas.key_id(), str(an_id(7)), "x"):
        refused(NotFound, security_keys.remove, mine, foreign, tools=stage.tools)
    security_keys.remove(mine, ana.key_id(), tools=stage.tools)
    assert (has_ended(stage, mine.id), has_ended(stage, other.id)) == (False, True)
    assert len(leas.factor.keys) == 1


def has_ended(stage: Stage, session_id: UUID) -> bool:
    """Whether a session has ended."""
    asked = text("select ended_at is not null from sessions where id = :id")
    with stage.engine.connect() as connection:
        return bool(connection.execute(asked, {"id": session_id}).scalar_one())


def test_the_keys_stay_when_the_app_is_changed_and_go_when_it_is_turned_off(ana: Ana) -> None:
    key = ana.adds()
    before = ana.factor.id
    given_a_phone(ana.stage.tools, ana.principal)
    assert (ana.factor.id != before, len(ana.factor.keys)) == (True, 1)
    assert ana.signs_in(key) is Factor.SECURITY_KEY
    two_factor.turn_off(ana.principal, PASSWORD, Factor.TOTP, HERE, tools=ana.stage.tools)
    given_a_phone(ana.stage.tools, ana.principal)
    assert ana.factor.keys == ()


def test_without_two_factor_authentication_or_a_named_site_nothing_is_asked_of_keys(ana: Ana) -> None:
    ana.adds()
    without = replace(ana.stage.tools, security_keys=None)
    assert second_step.ask_for_key(ana.half_way(), tools=without) is None
    assert (
        refused(NotAllowed, second_step.by_key, ana.half_way(), str(an_id(7)), "{}", HERE, tools=without)
        == using_keys.KEYS_ARE_OFF
    )
    assert refused(NotAllowed, security_keys.begin, ana.session(), tools=without) == using_keys.KEYS_ARE_OFF
    two_factor.turn_off(ana.principal, PASSWORD, Factor.TOTP, HERE, tools=ana.stage.tools)
    assert second_step.ask_for_key(ana.half_way(), tools=ana.stage.tools) is None
    assert refused(NotAllowed, ana.adds, "Red") == security_keys.ON_FIRST


def test_challenges_that_are_too_old_are_not_kept(ana: Ana) -> None:
    session = ana.session()
    for _ in range(3):
        security_keys.begin(session, tools=ana.stage.tools)
    ana.stage.clock.move(minutes=5)
    security_keys.begin(replace(session, signed_in_at=ana.stage.clock.at), tools=ana.stage.tools)
    with ana.stage.engine.connect() as connection:
        assert connection.execute(text("select count(*) from key_challenges")).scalar_one() == 1
