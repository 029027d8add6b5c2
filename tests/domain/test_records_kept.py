"""How long records and audit are kept: as long as was promised when they began."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.policy import (
    Policy,
    PolicyVersion,
    audit_goes_before,
    records_kept,
    records_kept_at_least,
)
from tests.cast import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_records_are_kept_as_long_as_was_promised_when_their_case_was_opened() -> None:
    short, long = Policy(records_kept=365 * DAY), Policy(records_kept=2000 * DAY)
    versions = [PolicyVersion(short, NOW)]
    assert records_kept([], NOW) == records_kept_at_least([]) == 1096 * DAY
    assert records_kept(versions, NOW - timedelta(seconds=1)) == 1096 * DAY
    assert records_kept(versions, NOW) == records_kept_at_least(versions) == 365 * DAY
    versions.append(PolicyVersion(long, NOW + DAY))
    assert records_kept(versions, NOW) == records_kept_at_least(versions) == 2000 * DAY


def test_the_audit_of_no_case_goes_oldest_first_and_as_late_as_was_promised() -> None:
    short = [PolicyVersion(Policy(records_kept=365 * DAY), NOW)]
    assert audit_goes_before([], NOW) == NOW - 1096 * DAY
    assert audit_goes_before(short, NOW + 500 * DAY) == NOW - 596 * DAY
    assert audit_goes_before(short, NOW + 1096 * DAY - HOUR) == NOW - HOUR
    assert audit_goes_before(short, NOW + 1096 * DAY) == NOW + 731 * DAY
    assert audit_goes_before([PolicyVersion(short[0].policy, NOW + DAY)], NOW) == NOW - 1096 * DAY


def test_no_policy_keeps_records_shorter_than_the_database_does() -> None:
    assert records_kept([PolicyVersion(Policy(records_kept=HOUR), NOW)], NOW) == 365 * DAY
