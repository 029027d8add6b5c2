"""Access tokens: their form and checksum, what they may be made for, how long they live, when owners are reminded."""

from __future__ import annotations

import random
import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support_portal.domain import tokens
from support_portal.domain.device import new_user_code, read_user_code
from support_portal.domain.errors import BadInput
from support_portal.domain.policy import Policy
from support_portal.domain.staff import Role, Staff
from support_portal.domain.tokens import AccessToken, Expiry, Scope, TokenKind
from tests.cast import BEN, NOW, OTTO, an_id

LETTERS = string.ascii_letters + string.digits
ALL = frozenset(Scope)


def a_token(expires_at: datetime | None, kind: TokenKind = TokenKind.USER, **changes: datetime) -> AccessToken:
    scopes = frozenset({Scope.READ_CASES})
    made = {"made_at": NOW, **changes}
    return AccessToken(an_id(1), BEN.principal, kind, "export", scopes, "spp_7Qm2", expires_at=expires_at, **made)


def test_a_token_is_its_prefix_256_random_bits_and_a_checksum() -> None:
    made = {tokens.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"spp_[0-9A-Za-z]{49}", token) and tokens.is_whole(token) for token in made)
    assert 62**43 > 2**256


@pytest.mark.parametrize("round_", range(5))
def test_pat_1_any_one_wrong_letter_is_caught_by_the_checksum(round_: int) -> None:
    token = tokens.new_token()
    for place in range(len(token)):
        for letter in LETTERS:
            typo = token[:place] + letter + token[place + 1 :]
            assert tokens.is_whole(typo) is (typo == token)
        assert not tokens.is_whole(token[:place] + token[place + 1 :])
    for place in range(len(token) - 1):
        swapped = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
        assert tokens.is_whole(swapped) is (swapped == token)


@pytest.mark.parametrize("text", ["", "spp_", "spp_" + "0" * 49, "spp_" + "é" * 49, "Bearer", "x" * 100_000])
def test_what_is_no_token_is_told_from_one(text: str) -> None:
    assert not tokens.is_whole(text)


def test_no_random_text_of_the_right_form_passes_for_a_token() -> None:
    chance = random.Random(7)
    texts = ("spp_" + "".join(chance.choices(LETTERS, k=49)) for _ in range(20_000))
    assert not any(map(tokens.is_whole, texts))


def test_pat_1_four_letters_are_shown_of_a_token() -> None:
    token = tokens.new_token()
    assert tokens.shown(token) == token[:8]


def test_nobody_grants_more_than_they_may() -> None:
    reads, writes = {Scope.READ_ACCOUNT, Scope.READ_CASES}, ALL
    assert set(tokens.grantable(None)) == {Scope.READ_ACCOUNT}
    expected = {Role.AGENT: writes, Role.LEAD: writes, Role.AUDITOR: reads, Role.ADMIN: {Scope.READ_ACCOUNT}}
    for role in Role:
        assert set(tokens.grantable(Staff(an_id(9), "A", "a@b.example", role))) == expected[role]
    gone = Staff(an_id(9), "A", "a@b.example", Role.LEAD, is_active=False)
    assert tokens.grantable(gone) == ()


def test_scopes_beyond_the_owners_are_named_by_their_field() -> None:
    with pytest.raises(BadInput) as refusal:
        tokens.granted(ALL, OTTO)
    assert set(refusal.value.fields) == {"write_cases"}
    with pytest.raises(BadInput) as refusal:
        tokens.granted(ALL, None)
    assert set(refusal.value.fields) == {"read_cases", "write_cases"}
    with pytest.raises(BadInput) as refusal:
        tokens.granted(frozenset(), BEN)
    assert set(refusal.value.fields) == {"read_account"}
    assert tokens.granted(ALL, BEN) == ALL


def test_what_the_owner_may_no_longer_is_not_in_force() -> None:
    assert tokens.in_force(ALL, OTTO) == {Scope.READ_ACCOUNT, Scope.READ_CASES}
    assert tokens.in_force(ALL, None) == {Scope.READ_ACCOUNT}


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2026-11-18", "2026-12-18"),
        ("2026-12-31", "2027-01-31"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2027-02-28", "2027-03-28"),
        ("2027-03-31", "2027-04-30"),
    ],
)
def test_pat_2_a_month_ends_on_the_same_day_of_the_next_or_on_its_last(made: str, ends: str) -> None:
    at = datetime.fromisoformat(f"{made}T23:59:58+00:00")
    assert tokens.expires_at(Expiry.MONTH, at) == datetime.fromisoformat(f"{ends}T23:59:58+00:00")


def test_pat_2_the_other_ends_are_an_hour_a_day_and_never() -> None:
    assert tokens.expires_at(Expiry.HOUR, NOW) == NOW + timedelta(hours=1)
    assert tokens.expires_at(Expiry.DAY, NOW) == NOW + timedelta(days=1)
    assert tokens.expires_at(Expiry.NEVER, NOW) is None


@pytest.mark.parametrize("text", ["", "2020-01-01", "2h", "1M", "1h ", "0", "-1d", "keep"])
def test_an_end_that_is_none_of_the_answers_is_named_by_its_field(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        tokens.read_expiry(text, Policy())
    assert set(refusal.value.fields) == {"expires"}


def test_a_policy_forbids_tokens_without_an_end() -> None:
    strict = replace(Policy(), endless_tokens="forbidden")
    assert tokens.read_expiry("never", Policy()) is Expiry.NEVER
    assert tokens.read_expiry("1m", strict) is Expiry.MONTH
    with pytest.raises(BadInput) as refusal:
        tokens.read_expiry("never", strict)
    assert set(refusal.value.fields) == {"expires"}


@pytest.mark.parametrize("text", ["", "   ", "x" * 500, "x" * 201, "two\nlines", "hidden\u200bletter", "bell\a"])
def test_a_description_that_does_not_do_is_named_by_its_field(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        tokens.read_description(text)
    assert set(refusal.value.fields) == {"description"}


def test_a_token_is_over_at_the_second_it_ends() -> None:
    token = a_token(NOW + timedelta(hours=1))
    assert not token.is_expired(NOW + timedelta(minutes=59, seconds=59))
    assert token.is_expired(NOW + timedelta(hours=1))
    assert not a_token(None).is_expired(NOW + timedelta(days=99_999))


def test_reminders_go_a_week_and_a_day_before_the_end() -> None:
    ends = NOW + timedelta(days=30)
    assert tokens.reminders(a_token(ends)) == (ends - timedelta(days=7), ends - timedelta(days=1))
    assert tokens.reminders(a_token(NOW + timedelta(days=2))) == (NOW + timedelta(days=1),)


@pytest.mark.parametrize(
    "token",
    [
        a_token(NOW + timedelta(days=1)),
        a_token(NOW + timedelta(hours=1)),
        a_token(None),
        a_token(NOW + timedelta(days=30), TokenKind.AUTO),
    ],
)
def test_nobody_is_reminded_of_what_lives_no_longer_than_that_or_renews_itself(token: AccessToken) -> None:
    assert tokens.reminders(token) == ()
    assert tokens.next_reminder(token, NOW) is None


def test_each_reminder_goes_once_and_missed_ones_are_one() -> None:
    ends = NOW + timedelta(days=30)
    week, day = ends - timedelta(days=7), ends - timedelta(days=1)
    token = a_token(ends)
    assert not tokens.is_reminder_due(token, week - timedelta(seconds=1))
    assert tokens.is_reminder_due(token, week)
    assert not tokens.is_reminder_due(a_token(ends, reminded_at=week), week + timedelta(days=1))
    assert tokens.is_reminder_due(a_token(ends, reminded_at=week), day)
    assert not tokens.is_reminder_due(a_token(ends, reminded_at=day), day + timedelta(hours=1))
    assert not tokens.is_reminder_due(token, ends)
    assert tokens.next_reminder(token, NOW) == week
    assert tokens.next_reminder(token, week) == day
    assert tokens.next_reminder(token, day) is None


def test_a_command_renews_its_token_in_the_last_week() -> None:
    ends = datetime(2026, 12, 18, tzinfo=UTC)
    assert not a_token(ends, TokenKind.AUTO).should_renew(ends - timedelta(days=8))
    assert a_token(ends, TokenKind.AUTO).should_renew(ends - timedelta(days=7))
    assert not a_token(ends).should_renew(ends - timedelta(days=1))


def test_a_short_code_is_read_however_it_is_typed() -> None:
    code = new_user_code()
    plain = code.replace("-", "")
    for typed in (code, plain, code.lower(), f" {plain[:2]} {plain[2:]} ", f"{plain[:4]} - {plain[4:]}"):
        assert read_user_code(typed) == code
    for typed in ("", plain[:-1], plain + "B", "AAAA-AAAA", "1234-5678", plain * 100, "\uff22CDF-BCDF"):
        assert read_user_code(typed) is None
