"""Tokens of links: one spelling, one purpose, and none without the key."""

from __future__ import annotations

import base64
import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_portal.adapters.secrets import SignedLinks
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood
from tests.cast import an_id

KEY, OLD_KEY = b"a" * 32, b"b" * 32
LINKS = SignedLinks([KEY])
TOKEN = LINKS.token(Purpose.STOP, an_id(70))


@given(st.uuids(), st.sampled_from(Purpose))
def test_a_token_leads_to_the_id_it_was_made_from(subject: UUID, purpose: Purpose) -> None:
    assert LINKS.subject(purpose, LINKS.token(purpose, subject)) == subject


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.STOP])
def test_a_token_is_of_no_use_for_another_purpose(purpose: Purpose) -> None:
    with pytest.raises(LinkNotGood):
        LINKS.subject(purpose, TOKEN)


def test_a_token_needs_no_quoting_in_an_address_or_a_mail() -> None:
    assert set(TOKEN) <= set(string.ascii_letters + string.digits + "-_")
    assert len(TOKEN) == 48


@pytest.mark.parametrize(
    "token",
    [
        "",
        TOKEN[:-1],
        TOKEN[:-4],
        TOKEN + "A",
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.lower(),
        TOKEN[:24],
        "A" * 48,
        "é" * 48,
        "\x00" * 48,
        TOKEN[:-1] + "+",
        "x" * 1_000_000,
    ],
)
def test_a_cut_or_foreign_token_is_not_good(token: str) -> None:
    with pytest.raises(LinkNotGood):
        LINKS.subject(Purpose.STOP, token)


@given(st.integers(min_value=0, max_value=36 * 8 - 1))
def test_a_token_with_one_bit_changed_is_not_good(bit: int) -> None:
    data = bytearray(base64.urlsafe_b64decode(TOKEN))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(LinkNotGood):
        LINKS.subject(Purpose.STOP, base64.urlsafe_b64encode(data).decode())


def test_links_live_on_while_a_key_is_replaced_and_end_when_it_is_gone() -> None:
    old = SignedLinks([OLD_KEY]).token(Purpose.CASE, an_id(1))
    both = SignedLinks([KEY, OLD_KEY])
    assert both.subject(Purpose.CASE, old) == an_id(1)
    assert both.token(Purpose.CASE, an_id(1)) == LINKS.token(Purpose.CASE, an_id(1))
    with pytest.raises(LinkNotGood):
        LINKS.subject(Purpose.CASE, old)


def test_there_are_no_links_without_a_key() -> None:
    with pytest.raises(ValueError, match="no secret key"):
        SignedLinks([])
