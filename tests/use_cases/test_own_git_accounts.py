"""Whose git accounts are a colleague's, and what they may not do with a case that one of those could prove."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from support_portal.domain.cases import State
from support_portal.domain.errors import NotFound
from support_portal.domain.identities import ConnectedAccount, GitIdentity
from support_portal.domain.risk import Level
from support_portal.domain.staff import Role, Staff
from support_portal.use_cases import add_staff, desk
from tests.use_cases.git_people import Git, owner_of
from tests.use_cases.stage import ANAS_SECOND, Owner, Stage
from tests.use_cases.test_git_sign_in import refused

WORKSPACE = "{a0a0a0a0-1111-4222-8333-444455556666}"
A_YEAR = timedelta(days=365)
GITHUB_OF_BEN = GitIdentity("github", "5001")


@pytest.fixture
def git(stage: Stage) -> Git:
    """Ana and the providers."""
    return Git(stage)


def now(stage: Stage, person: Staff) -> Staff:
    """The person as the desk knows them at this moment."""
    with stage.tools.uow.begin() as work:
        found = work.people.staff(person.id)
        assert found in work.people.everybody()
        assert found in work.people.with_roles(*Role)
    assert found is not None
    return found


def bitbucket(stage: Stage, number: int) -> ConnectedAccount:
    """One of several people who administer the same workspace."""
    return ConnectedAccount("bitbucket", f"{{{number}}}", "somebody", stage.clock.at - A_YEAR, (WORKSPACE,))


def anas_github(stage: Stage) -> ConnectedAccount:
    """The one she proves it with."""
    return ConnectedAccount("github", "1001", "ana-dev", stage.clock.at - A_YEAR)


def test_what_is_connected_to_an_account_with_their_address_is_theirs_and_nothing_else(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    assert now(stage, ben).git == frozenset()
    stage.an_account_of(Owner(ben.address.upper(), "", "5001", "ben-ito"))
    assert now(stage, ben).git == {GITHUB_OF_BEN}


def test_an_account_that_has_or_had_their_address_as_another_one_counts_too(stage: Stage) -> None:
    ben = stage.staff("Ben")
    stage.an_account(other_addresses=(ben.address,), connected=(bitbucket(stage, 1),))
    assert now(stage, ben).git == {GitIdentity("bitbucket", "{1}"), GitIdentity("bitbucket", WORKSPACE)}


def test_aut_3_who_administers_the_workspace_that_proves_a_case_neither_sees_nor_decides_it(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    stage.an_account(ben.address, other_addresses=(), connected=(bitbucket(stage, 1),))
    done = stage.in_review(connected=(anas_github(stage), bitbucket(stage, 2)))
    for act in (
        partial(desk.open_case, done.reference, ben.id, tools=stage.tools),
        partial(stage.approve, done.reference, ben),
    ):
        with pytest.raises(NotFound):
            act()
    stage.approve(done.reference, chloe)
    case = stage.case(done.reference)
    assert (case.state, case.risk) == (State.AWAITING_SECOND_APPROVAL, Level.HIGH)


def test_oau_4_nobody_comes_in_through_a_git_account_where_another_address_is_a_colleagues(
    stage: Stage, git: Git
) -> None:
    stage.an_account()
    add_staff.add_staff(ANAS_SECOND, "agent", "Ana", tools=stage.tools)
    assert refused(git, git.brought(git.begin()))[1] == "the account is not open this way"


def test_a_workspace_that_a_colleague_administers_too_keeps_nobody_out(stage: Stage, git: Git) -> None:
    ben = stage.staff("Ben")
    stage.an_account(ben.address, other_addresses=(), connected=(bitbucket(stage, 1),))
    account_id = stage.an_account(connected=(anas_github(stage), bitbucket(stage, 2)))
    assert git.sign_in().principal == owner_of(account_id)
