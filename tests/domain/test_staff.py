"""Who works here, what each role may do, and whose case is nobody's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support_portal.domain.identities import ConnectedAccount, GitIdentity
from support_portal.domain.principals import Step
from support_portal.domain.staff import (
    Permission,
    Staff,
    has_their_address,
    is_fresh,
    is_own,
    may,
    may_enter,
    opens,
    whose_it_is,
)
from tests.builders import an_account
from tests.cast import ANAS_BITBUCKET, ANAS_GITHUB, ANAS_WORKSPACE, BEN, CHLOE, INES, LEA, NOW, OTTO

P = Permission
THEIR_OWN = {P.ANYBODY, P.ENROL, P.OWN_ACCOUNT}
ALLOWED = {
    BEN: THEIR_OWN | {P.SEE_CASES, P.WORK_ON_CASES, P.DECIDE},
    LEA: THEIR_OWN | {P.SEE_CASES, P.WORK_ON_CASES, P.DECIDE, P.LIFT},
    INES: THEIR_OWN | {P.SEE_PEOPLE, P.MANAGE_PEOPLE, P.SEE_PROVIDERS},
    OTTO: THEIR_OWN | {P.SEE_CASES, P.SEE_PEOPLE, P.SEE_PROVIDERS},
}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("person", ALLOWED, ids=lambda person: str(person.role))
def test_each_role_may_do_what_the_product_says(person: Staff, permission: Permission) -> None:
    assert may(person, permission) is (permission in ALLOWED[person])


@pytest.mark.parametrize("permission", Permission)
def test_strangers_and_people_who_left_may_do_what_anybody_may(permission: Permission) -> None:
    assert may(None, permission) is (permission is P.ANYBODY)
    assert may(replace(LEA, is_active=False), permission) is (permission is P.ANYBODY)


@pytest.mark.parametrize("permission", Permission)
def test_the_owner_of_an_account_sees_that_account_alone(permission: Permission) -> None:
    assert may_enter(None, permission) is (permission in {P.HALF_WAY, P.ENROL, P.OWN_ACCOUNT, P.OWN_GIT_ACCOUNTS})


@pytest.mark.parametrize("permission", [one for one in Permission if one is not P.ANYBODY])
def test_before_the_second_factor_nothing_opens_but_the_page_that_asks_for_it(permission: Permission) -> None:
    assert opens(Step.SECOND_FACTOR, permission) is (permission is P.HALF_WAY)
    assert opens(Step.ENROLMENT, permission) is (permission is P.ENROL)
    assert opens(Step.SIGNED_IN, permission) is (permission is not P.HALF_WAY)


@pytest.mark.parametrize(
    ("person", "decides"),
    [(BEN, True), (CHLOE, True), (LEA, True), (INES, False), (OTTO, False), (replace(LEA, is_active=False), False)],
)
def test_agents_and_leads_who_work_here_decide_and_nobody_else(person: Staff, decides: bool) -> None:
    assert person.is_decider is decides


@pytest.mark.parametrize(
    "address",
    ["ana@example.org", "ANA@Example.ORG", "ana.ruiz@example.net", "ana.old@example.com"],
)
def test_a_case_is_ones_own_by_any_address_the_account_has_or_had(address: str) -> None:
    account = an_account(replaced_addresses=(("Ana.Old@example.com", NOW - timedelta(days=400)),))
    assert is_own(replace(CHLOE, address=address), account)


@pytest.mark.parametrize("address", ["chloe@support.example", "ana+2@example.org", "a.na@example.org"])
def test_another_address_is_another_persons(address: str) -> None:
    assert not is_own(replace(CHLOE, address=address), an_account())


OTHER_GIT = GitIdentity("github", "5001")
SHARED = ConnectedAccount("bitbucket", "{c0c0c0c0-1111-4222-8333-444455556666}", "Ana", NOW, (ANAS_WORKSPACE,)).acts_as


@pytest.mark.parametrize("git", [{ANAS_GITHUB.identity}, {ANAS_BITBUCKET.identity, OTHER_GIT}, SHARED])
def test_a_case_is_ones_own_by_a_git_account_too_or_by_a_workspace_that_one_administers(git: set[GitIdentity]) -> None:
    chloe = replace(CHLOE, git=frozenset(git))
    assert is_own(chloe, an_account())
    assert whose_it_is(an_account(), (BEN, chloe)) == "Chloe Martin"
    assert not has_their_address(chloe, an_account()), "it proves a case, and is no address of hers"


@pytest.mark.parametrize(
    "git", [OTHER_GIT, GitIdentity("gitlab", ANAS_GITHUB.external_id), GitIdentity("github", ANAS_WORKSPACE)]
)
def test_another_git_account_is_another_persons_and_so_is_the_same_number_at_another_provider(git: GitIdentity) -> None:
    assert not is_own(replace(CHLOE, git=frozenset({git})), an_account())


def test_an_account_is_a_colleagues_by_any_of_its_addresses() -> None:
    chloe = replace(CHLOE, address="ana.ruiz@example.net")
    assert whose_it_is(an_account(), (BEN, chloe)) == "Chloe Martin"
    assert whose_it_is(an_account(), (BEN, LEA)) == ""


@pytest.mark.parametrize(
    ("ago", "fresh"), [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)]
)
def test_a_sign_in_is_fresh_for_five_minutes(ago: timedelta, fresh: bool) -> None:
    assert is_fresh(NOW - ago, NOW) is fresh


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Chloe Martin", "CM"), ("Ben", "BE"), ("Lea van der Novak", "LN"), ("ö", "Ö"), ("", "?"), ("  ", "?")],
)
def test_initials_are_two_letters_where_a_name_has_them(name: str, initials: str) -> None:
    assert replace(BEN, name=name).initials == initials
