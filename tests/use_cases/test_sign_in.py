"""Staff sign in: equal words for every reason, limits, and a link that sets a password once."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text

from support_portal.domain.errors import BadInput, LinkNotGood, NotAllowed, TooMany
from support_portal.domain.staff import Role
from support_portal.use_cases import add_staff, set_password, sign_in
from tests.use_cases.stage import ANAS, PASSWORD, Stage

BENS, HERE = "ben@support.example", "192.0.2.7"


def enter(stage: Stage, address: str = BENS, password: str = PASSWORD, network: str = HERE) -> str:
    """Sign in; who it was."""
    entered = sign_in.sign_in(address, password, network, tools=stage.tools)
    found = sign_in.who(entered.principal, tools=stage.tools)
    assert found is not None
    return found.name


def test_the_right_password_signs_in_however_the_address_is_spelled(stage: Stage) -> None:
    stage.staff("Ben")
    assert enter(stage) == enter(stage, "BEN@Support.example") == "Ben"


def test_every_reason_to_refuse_has_the_same_words(stage: Stage) -> None:
    stage.staff("Ben")
    gone = stage.staff("Gone")
    add_staff.add_staff("new@support.example", "agent", "New", tools=stage.tools)
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set is_active = false where id = :id"), {"id": gone.id})
    told = set()
    for address, password in (
        (BENS, "a lantern in the harbour"),
        (BENS, ""),
        ("nobody@support.example", PASSWORD),
        (gone.address, PASSWORD),
        ("new@support.example", ""),
        ("new@support.example", PASSWORD),
    ):
        with pytest.raises(NotAllowed) as refusal:
            enter(stage, address, password)
        told.add(str(refusal.value))
    assert told == {"That email address and password don’t fit."}


def test_a_wrong_password_asks_the_database_as_much_for_nobody_as_for_somebody(stage: Stage) -> None:
    stage.staff("Ben")
    stage.an_account()
    asked = {address: questions(stage, address) for address in (BENS, ANAS, "nobody@support.example")}
    assert len(set(asked.values())) == 1, asked


def questions(stage: Stage, address: str) -> int:
    """How often the database is asked about a sign-in that fails."""
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    event.listen(stage.engine, "before_cursor_execute", note)
    try:
        with pytest.raises(NotAllowed):
            enter(stage, address, "wrong", network=address)
    finally:
        event.remove(stage.engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("address", [BENS, "nobody@support.example"])
def test_after_ten_wrong_tries_an_address_waits_five_minutes_whether_or_not_it_exists(
    stage: Stage, address: str
) -> None:
    stage.staff("Ben")
    for number in range(10):
        with pytest.raises(NotAllowed):
            enter(stage, address, "wrong", network=f"192.0.2.{number}")
    with pytest.raises(TooMany) as refusal:
        enter(stage, address.upper(), PASSWORD, network="198.51.100.1")
    assert refusal.value.again_at is not None
    stage.clock.move(minutes=5, seconds=1)
    if address == BENS:
        assert enter(stage) == "Ben"


def test_after_ten_wrong_tries_a_network_address_waits_whomever_it_tried(stage: Stage) -> None:
    stage.staff("Ben")
    for number in range(10):
        with pytest.raises(NotAllowed):
            enter(stage, f"somebody{number}@support.example", "wrong")
    with pytest.raises(TooMany):
        enter(stage)
    assert enter(stage, network="198.51.100.1") == "Ben"


def test_a_password_link_works_once_for_a_day(stage: Stage) -> None:
    link = add_staff.add_staff(BENS, "agent", "Ben", tools=stage.tools)
    assert link.startswith("https://portal.example/staff/password/")
    token = link.rpartition("/")[2]
    assert set_password.look(token, tools=stage.tools).name == "Ben"
    with pytest.raises(LinkNotGood):
        set_password.set_password(token[:-1], PASSWORD, tools=stage.tools)
    set_password.set_password(token, PASSWORD, tools=stage.tools)
    assert enter(stage) == "Ben"
    with pytest.raises(LinkNotGood):
        set_password.look(token, tools=stage.tools)
    with pytest.raises(LinkNotGood):
        set_password.set_password(token, "another long password", tools=stage.tools)
    assert enter(stage) == "Ben"
    late = add_staff.add_staff("late@support.example", "agent", "Late", tools=stage.tools).rpartition("/")[2]
    stage.clock.move(hours=24)
    with pytest.raises(LinkNotGood):
        set_password.set_password(late, PASSWORD, tools=stage.tools)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "x" * 129,
        "with a NUL in it \0 see",
        "password123456789",
        "ben@support.example",
        "Bitrise Bitrise 2026",
        "bitrise_verification",
    ],
)
def test_a_password_that_does_not_do_leaves_the_link_unused(stage: Stage, password: str) -> None:
    token = add_staff.add_staff(BENS, "agent", "Ben", tools=stage.tools).rpartition("/")[2]
    with pytest.raises(BadInput) as refusal:
        set_password.set_password(token, password, tools=stage.tools)
    assert list(refusal.value.fields) == ["password"]
    set_password.set_password(token, PASSWORD, tools=stage.tools)


@pytest.mark.parametrize("length", [64, 128])
def test_a_long_password_works_whole_and_for_years(stage: Stage, length: int) -> None:
    token = add_staff.add_staff(BENS, "agent", "Ben", tools=stage.tools).rpartition("/")[2]
    password = ("a lantern in the harbor, and nobody who counts the ships; " * 3)[:length]
    set_password.set_password(token, password, tools=stage.tools)
    stage.clock.move(days=3000)
    assert enter(stage, password=password) == "Ben"
    with pytest.raises(NotAllowed):
        enter(stage, password=password[:-1])


def test_whose_link_is_over_is_told_so_whatever_was_typed(stage: Stage) -> None:
    token = add_staff.add_staff(BENS, "agent", "Ben", tools=stage.tools).rpartition("/")[2]
    stage.clock.move(hours=24)
    with pytest.raises(LinkNotGood):
        set_password.set_password(token, "short", tools=stage.tools)


def test_spaces_and_emoji_work_whole(stage: Stage) -> None:
    token = add_staff.add_staff(BENS, "agent", "Ben", tools=stage.tools).rpartition("/")[2]
    password = "  a \N{ANCHOR} in the harbor "
    set_password.set_password(token, password, tools=stage.tools)
    assert enter(stage, password=password) == "Ben"
    with pytest.raises(NotAllowed):
        enter(stage, password=password.strip())


def test_a_password_entered_again_before_a_decision_counts_as_a_try(stage: Stage) -> None:
    ben = stage.staff("Ben")
    sign_in.confirm_password(ben.principal, PASSWORD, HERE, tools=stage.tools)
    for _ in range(10):
        with pytest.raises(BadInput) as refusal:
            sign_in.confirm_password(ben.principal, "wrong", HERE, tools=stage.tools)
        assert list(refusal.value.fields) == ["password"]
    with pytest.raises(TooMany):
        sign_in.confirm_password(ben.principal, PASSWORD, HERE, tools=stage.tools)


def test_who_was_suspended_is_nobody_on_the_next_request(stage: Stage) -> None:
    ben = stage.staff("Ben")
    found = sign_in.who(ben.principal, tools=stage.tools)
    assert found is not None
    assert found.staff == ben
    assert ben.role is Role.AGENT
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set is_active = false where id = :id"), {"id": ben.id})
    assert sign_in.who(ben.principal, tools=stage.tools) is None


@pytest.mark.parametrize(
    ("address", "role", "field"),
    [("ben", "agent", "email"), (BENS, "owner", "role"), ("new@support.example", "", "role")],
)
def test_a_person_who_does_not_fit_is_not_added(stage: Stage, address: str, role: str, field: str) -> None:
    stage.staff("Ben")
    with pytest.raises(BadInput) as refusal:
        add_staff.add_staff(address, role, "Ben", tools=stage.tools)
    assert list(refusal.value.fields) == [field]
