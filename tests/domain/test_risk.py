"""The signals, what each weighs, and where a level begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from support_portal.domain.accounts import Account, Enrolment
from support_portal.domain.policy import ENTRIES, Policy
from support_portal.domain.risk import HIGH_FROM, Assessment, Facts, Kind, Level, assess
from tests.builders import an_account
from tests.cast import ANAS_GITHUB, ANAS_GITLAB, OPENED_AT, an_id

SECOND = timedelta(seconds=1)
DEFAULT = Policy()
DAYS_7, DAYS_30, DAYS_365 = timedelta(days=7), timedelta(days=30), timedelta(days=365)


def assessed(
    account: Account, *, said: bool = False, lifted_at: datetime | None = None, policy: Policy = DEFAULT
) -> Assessment:
    return assess(Facts(account, OPENED_AT, said_not_set_up_by_owner=said, block_lifted_at=lifted_at), policy)


def found(account: Account, *, said: bool = False) -> list[tuple[str, int]]:
    return [(signal.key, signal.weight) for signal in assessed(account, said=said).signals]


def connected(at: datetime) -> Account:
    return an_account(connected=(ANAS_GITHUB, replace(ANAS_GITLAB, connected_at=at)))


def enrolled(at: datetime) -> Account:
    return an_account(two_factor=Enrolment(an_id(21), at))


def test_an_old_account_has_no_signal_and_what_was_looked_at_is_listed() -> None:
    assessment = assessed(an_account())
    assert (assessment.signals, assessment.level) == ((), Level.LOW)
    assert assessment.looked_at == (
        "Every git account was connected more than 30 days before",
        "2FA was set up by the owner, more than 7 days before",
        "No password change in 30 days",
        "No block on new requests was lifted within a year",
        "Nobody who works here has an address or a git account of this account",
    )


@pytest.mark.parametrize(
    ("connected_at", "is_new"), [(OPENED_AT - DAYS_30, False), (OPENED_AT - DAYS_30 + SECOND, True), (OPENED_AT, True)]
)
def test_a_git_account_connected_less_than_30_days_before_is_high(connected_at: datetime, is_new: bool) -> None:
    account = connected(connected_at)
    assert found(account) == ([("git_account_is_new", 6)] if is_new else [])
    assert assessed(account).level is (Level.HIGH if is_new else Level.LOW)


@pytest.mark.parametrize(
    ("enrolled_at", "is_new"), [(OPENED_AT - DAYS_7, False), (OPENED_AT - DAYS_7 + SECOND, True), (OPENED_AT, True)]
)
def test_2fa_turned_on_less_than_7_days_before_is_high(enrolled_at: datetime, is_new: bool) -> None:
    account = enrolled(enrolled_at)
    assert found(account) == ([("two_factor_is_new", 6)] if is_new else [])
    assert assessed(account).level is (Level.HIGH if is_new else Level.LOW)


@pytest.mark.parametrize(
    ("changed_at", "is_new"),
    [(None, False), (OPENED_AT - DAYS_30, False), (OPENED_AT - DAYS_30 + SECOND, True), (OPENED_AT + SECOND, True)],
)
def test_a_password_changed_less_than_30_days_before_is_medium(changed_at: datetime | None, is_new: bool) -> None:
    account = an_account(password_changed_at=changed_at)
    assert found(account) == ([("password_is_new", 3)] if is_new else [])
    assert assessed(account).level is (Level.MEDIUM if is_new else Level.LOW)


def test_2fa_not_set_up_by_the_owner_is_high_and_counted_once_with_its_age() -> None:
    assert found(an_account(), said=True) == [("two_factor_not_set_up_by_owner", 6)]
    assert found(enrolled(OPENED_AT), said=True) == [("two_factor_not_set_up_by_owner", 6)]
    assert assessed(an_account(), said=True).level is Level.HIGH


@pytest.mark.parametrize(
    ("lifted_at", "is_high"),
    [(None, False), (OPENED_AT - DAYS_365, False), (OPENED_AT - DAYS_365 + SECOND, True), (OPENED_AT + SECOND, True)],
)
def test_a_block_lifted_within_a_year_is_high(lifted_at: datetime | None, is_high: bool) -> None:
    assessment = assessed(an_account(), lifted_at=lifted_at)
    assert [(signal.key, signal.weight) for signal in assessment.signals] == ([("unblocked", 6)] if is_high else [])
    assert assessment.level is (Level.HIGH if is_high else Level.LOW)


def test_aut_3_the_account_of_somebody_who_works_here_is_high() -> None:
    facts = Facts(an_account(), OPENED_AT, said_not_set_up_by_owner=False, colleague="Ben Ito")
    assessment = assess(facts, DEFAULT)
    assert [(one.key, one.weight) for one in assessment.signals] == [("of_a_colleague", 6)]
    assert assessment.level is Level.HIGH


def test_2fa_that_is_off_is_no_signal() -> None:
    assert found(an_account(two_factor=None)) == []


def test_weights_add_up_and_each_signal_says_its_reason() -> None:
    account = replace(connected(OPENED_AT), password_changed_at=OPENED_AT, two_factor=Enrolment(an_id(21), OPENED_AT))
    assessment = assessed(account, lifted_at=OPENED_AT)
    assert sum(signal.weight for signal in assessment.signals) == 21
    assert assessment.looked_at == ("Nobody who works here has an address or a git account of this account",)
    assert [signal.sentence for signal in assessment.signals] == [
        "ana.dev was connected on 15 Nov 2026, less than 30 days before the case.",
        "It was turned on on 15 Nov 2026, less than 7 days before the case.",
        "It was changed on 15 Nov 2026, less than 30 days before the case.",
        "A lead lifted a block on 15 Nov 2026. For a year after that, every case of the account is high risk.",
    ]


def test_a_signal_keeps_its_kind_whatever_policy_says_that_it_weighs() -> None:
    account = replace(connected(OPENED_AT), password_changed_at=OPENED_AT)
    policy = Policy(weight_medium=8, weight_high=9)
    signals = assessed(account, policy=policy).signals
    assert [(signal.kind, signal.weight) for signal in signals] == [(Kind.HIGH, 9), (Kind.MEDIUM, 8)]


@pytest.mark.parametrize(
    ("weights", "level"),
    [
        ({"weight_medium": 2}, Level.LOW),
        ({"weight_medium": 3}, Level.MEDIUM),
        ({"weight_medium": 5}, Level.MEDIUM),
        ({"weight_medium": 6}, Level.HIGH),
    ],
)
def test_a_level_begins_at_the_same_sum_whatever_a_signal_weighs(weights: dict[str, int], level: Level) -> None:
    policy = Policy(**weights)  # type: ignore[arg-type]
    assert assessed(an_account(password_changed_at=OPENED_AT), policy=policy).level is level


def test_one_high_signal_is_high_risk_whatever_policy_allows() -> None:
    assert ENTRIES["weight_high"].floor == HIGH_FROM
