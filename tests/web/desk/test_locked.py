"""Accounts that were locked without a case: listed for leads, and unlocked with a reason."""

from __future__ import annotations

from uuid import uuid4

import pytest

from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.moves import Actor, By
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.use_cases.steps.locking import shut
from tests.cast import BEN, INES, LEA, OTTO
from tests.web.desk.conftest import Desk, sent, shown
from tests.web.desk.test_decisions import PASSWORD, with_password
from tests.web.desk.test_queue import words

WHY = "I called the owner on the number we have"
LIST = "/desk/accounts/locked"


def a_shut_account(desk: Desk, address: str = "shut@example.org") -> Account:
    account = desk.stage.account(address, other_addresses=(f"second.{address}",))
    with desk.tools.uow.begin() as work:
        shut(work, Principal(PrincipalKind.ACCOUNT, account.id), Actor(By.LINK, "Owner, by the lock link"))
    return account


def unlock(account: Account) -> str:
    return f"/desk/accounts/{account.id}/unlock"


def status(desk: Desk, account: Account) -> AccountStatus:
    with desk.stage.uow.begin() as work:
        found = work.directory.read(account.id)
    assert found is not None
    return found.status


def test_a_lead_finds_it_from_the_queue_and_unlocks_it(desk: Desk) -> None:
    client = desk.signed_in(LEA)
    assert "No account is locked" in shown(client, LIST)
    account = a_shut_account(desk)
    assert f'href="{LIST}"' in shown(client, "/desk")
    assert unlock(account) in shown(client, LIST)
    asked = words(shown(client, unlock(account)))
    assert "Owner, by the lock link" in asked
    assert "2 confirmed addresses of the owner" in asked
    sent(client, unlock(account), note=WHY)
    assert status(desk, account) is AccountStatus.ACTIVE
    assert "The account is unlocked." in shown(client, LIST)
    assert desk.count("select count(*) from mails where letter = 'unlocked' and case_id is null") == 2
    shown(client, unlock(account), 404)
    sent(client, unlock(account), 404, note=WHY)


def test_a_reason_and_a_fresh_sign_in_are_asked_for(desk: Desk) -> None:
    with_password(desk, LEA)
    account = a_shut_account(desk)
    client = desk.signed_in(LEA, minutes_ago=6)
    assert 'name="password"' in shown(client, unlock(account))
    assert '<a href="#note">Write a reason' in sent(client, unlock(account), 422, note=" ")
    stale = sent(client, unlock(account), 422, note=WHY)
    assert '<a href="#password">Enter your password again' in stale
    assert f">\n{WHY}</textarea>" in stale
    assert status(desk, account) is AccountStatus.LOCKED
    sent(client, unlock(account), note=WHY, password=PASSWORD)


@pytest.mark.parametrize("person", [BEN, INES, OTTO], ids=lambda one: str(one.role))
def test_nobody_but_a_lead_sees_it(desk: Desk, person: object) -> None:
    account = a_shut_account(desk)
    client = desk.signed_in(person)  # type: ignore[arg-type]
    for path in (LIST, unlock(account)):
        shown(client, path, 403)
    sent(client, unlock(account), 403, note=WHY)
    assert status(desk, account) is AccountStatus.LOCKED


def test_aut_4_an_account_of_ones_own_is_as_absent_as_one_that_is_not_there(desk: Desk) -> None:
    own = a_shut_account(desk, LEA.address)
    client = desk.signed_in(LEA)
    assert LEA.address not in shown(client, LIST)
    absent = f"/desk/accounts/{uuid4()}/unlock"
    for path in (absent, "/desk/accounts/1/unlock"):
        assert shown(client, unlock(own), 404) == shown(client, path, 404)
        assert sent(client, unlock(own), 404, note=WHY) == sent(client, path, 404, note=WHY)
    assert status(desk, own) is AccountStatus.LOCKED
