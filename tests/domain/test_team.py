"""Who may change what about the people who work here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support_portal.domain.protection import LONGEST_REASON
from support_portal.domain.staff import Role, Staff
from support_portal.domain.team import (
    Asked,
    Change,
    is_no_question,
    standing,
    what_holds_back,
    what_holds_back_inviting,
)
from tests.cast import BEN, CHLOE, INES, LEA, NOW, OTTO, an_id

C = Change
IDA = Staff(an_id(106), "Ida Holm", "ida@support.example", Role.ADMIN)
TEAM = (BEN, CHLOE, LEA, INES, IDA, OTTO)
GONE = replace(BEN, is_active=False)


def refused(what: Change, person: Staff = BEN, team: tuple[Staff, ...] = TEAM, **changes: Any) -> tuple[str, ...]:
    """Why Ines, freshly signed in, does not do this now."""
    person = GONE if what is C.LET_BACK and person is BEN else person
    asked = Asked(INES, NOW, NOW - timedelta(minutes=5), "She asked.", Role.LEAD if what is C.ROLE else None)
    return what_holds_back(what, person, replace(asked, **changes), team)


@pytest.mark.parametrize("what", Change)
def test_nothing_holds_back_what_is_right(what: Change) -> None:
    assert refused(what) == ()


@pytest.mark.parametrize("what", Change)
@pytest.mark.parametrize("by", [BEN, LEA, OTTO, replace(IDA, is_active=False)], ids=lambda one: one.name)
def test_only_admins_who_work_here_change_people(what: Change, by: Staff) -> None:
    assert "Only an admin changes who works here." in refused(what, CHLOE, by=by)


@pytest.mark.parametrize("what", Change)
def test_nobody_changes_anything_about_themselves(what: Change) -> None:
    assert any("about yourself" in reason for reason in refused(what, INES))
    assert any("about yourself" in reason for reason in is_no_question(what, INES, INES, NOW, TEAM))


@pytest.mark.parametrize("what", [C.ROLE, C.SUSPEND])
def test_the_last_admin_is_neither_demoted_nor_suspended(what: Change) -> None:
    alone = (BEN, replace(INES, is_active=False), IDA)
    assert any("last admin" in reason for reason in refused(what, IDA, alone))
    assert refused(what, IDA) == ()


def test_an_admin_who_is_suspended_already_is_not_the_last_one() -> None:
    assert not any("last admin" in reason for reason in refused(C.SUSPEND, replace(IDA, is_active=False), (INES,)))


@pytest.mark.parametrize("what", Change)
@pytest.mark.parametrize("why", ["", "  \n", "x" * (LONGEST_REASON + 1)])
def test_every_change_says_why(what: Change, why: str) -> None:
    assert any(reason.startswith("Write a reason") for reason in refused(what, why=why))


@pytest.mark.parametrize("what", Change)
def test_every_change_needs_a_sign_in_within_five_minutes(what: Change) -> None:
    (reason,) = refused(what, signed_in_at=NOW - timedelta(minutes=5, seconds=1))
    assert reason.startswith("Enter your password again")


@pytest.mark.parametrize("role", [None, Role.AGENT])
def test_a_change_of_role_names_another_role(role: Role | None) -> None:
    (reason,) = refused(C.ROLE, role=role)
    assert reason.startswith("Choose")


@pytest.mark.parametrize("what", [C.ROLE, C.SUSPEND, C.INVITE_ANEW])
def test_who_is_suspended_is_let_back_in_first(what: Change) -> None:
    assert refused(what, GONE) == ("Ben Ito is suspended.",)


def test_who_works_here_is_not_let_back_in() -> None:
    assert refused(C.LET_BACK, CHLOE) == ("Chloe Martin is not suspended.",)


def test_a_question_is_asked_before_its_form_is_filled_in() -> None:
    for what in Change:
        assert is_no_question(what, GONE if what is C.LET_BACK else BEN, INES, NOW, TEAM) == ()


def test_only_an_admin_who_just_signed_in_invites_and_says_why() -> None:
    right = Asked(INES, NOW, NOW, "She begins on Monday.", Role.AGENT)
    assert what_holds_back_inviting(right) == ()
    for wrong in (replace(right, by=LEA), replace(right, why=" "), replace(right, signed_in_at=NOW - timedelta(1))):
        assert len(what_holds_back_inviting(wrong)) == 1


def test_a_standing_changes_with_role_and_state() -> None:
    assert len({standing(one) for one in (BEN, GONE, LEA, INES, OTTO)}) == 5
    assert standing(BEN) == standing(CHLOE)
