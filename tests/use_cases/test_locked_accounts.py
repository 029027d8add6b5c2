"""Accounts that their owners locked by a link, without a case: a lead unlocks them, with a reason and a mail."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import NotAllowed, NotFound
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.staff import Role, Staff
from support_portal.use_cases import lock as lock_links
from support_portal.use_cases import protect
from support_portal.use_cases.steps.telling import write_about_security
from tests.cast import an_id
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

WHY = "I called the owner on the number we have"


def now(stage: Stage, person: Staff) -> Staff:
    with stage.tools.uow.begin() as work:
        found = work.people.staff(person.id)
    assert found is not None
    return found


def a_locked_account(stage: Stage) -> Principal:
    """Ana's account, locked by the link in a mail, without a case."""
    principal = Principal(PrincipalKind.ACCOUNT, stage.an_account())
    with stage.tools.uow.begin() as work:
        write_about_security(work, principal, Letter.PASSWORD_CHANGED)
    stage.work_off()
    lock_links.lock(stage.link("lock"), tools=stage.tools)
    stage.work_off()
    return principal


def test_an_account_that_its_owner_locked_without_a_case_is_unlocked_by_a_lead(stage: Stage) -> None:
    lea = stage.staff("Lea", Role.LEAD)
    principal = a_locked_account(stage)
    assert "/desk/accounts/locked" in stage.last(lea.address).text
    assert "Your account is locked" in stage.subjects()
    (listed,) = stage.tools.screens.locked.locked(lea).accounts
    assert (listed.account.id, listed.by) == (principal.id, "Owner, by the lock link to a•••@example.org")
    protect.unlock_without_case(principal.id, lea.id, stage.clock.at, f" {WHY} ", tools=stage.tools)
    stage.work_off()
    assert stage.account(principal.id).status is AccountStatus.ACTIVE
    assert all("Your account is unlocked" in stage.subjects(one) for one in (ANAS, ANAS_SECOND))
    assert stage.tools.screens.locked.locked(lea).accounts == ()
    with stage.engine.connect() as connection:
        told = connection.execute(
            text("select account_id, staff_id, why from events where action = 'account_unlocked'")
        )
        assert told.one() == (principal.id, lea.id, WHY)


def test_nobody_else_unlocks_it_nor_anybody_their_own_or_twice(stage: Stage) -> None:
    lea, ben = stage.staff("Lea", Role.LEAD), stage.staff("Ben")
    principal = a_locked_account(stage)
    unlock = partial(protect.unlock_without_case, principal.id, tools=stage.tools)
    for person, ago, why in ((ben, 0, WHY), (lea, 6, WHY), (lea, 0, " ")):
        with pytest.raises(NotAllowed):
            unlock(person.id, stage.clock.at - timedelta(minutes=ago), why)
    with stage.engine.begin() as connection:
        connection.execute(
            text("update staff set address = :a, compared = :a where id = :id"), {"a": ANAS, "id": lea.id}
        )
    with pytest.raises(NotFound) as own:
        unlock(lea.id, stage.clock.at, WHY)
    with pytest.raises(NotFound) as absent:
        protect.unlock_without_case(an_id(7), ben.id, stage.clock.at, WHY, tools=stage.tools)
    assert str(own.value) == str(absent.value)
    assert stage.tools.screens.locked.locked(now(stage, lea)).accounts == ()
    other = stage.staff("Lou", Role.LEAD)
    unlock(other.id, stage.clock.at, WHY)
    with pytest.raises(NotAllowed, match="not locked"):
        unlock(other.id, stage.clock.at, WHY)
