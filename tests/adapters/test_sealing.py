"""Sealed secrets open with their key, for their owner, and not with one changed bit."""

from __future__ import annotations

import pytest

from support_portal.adapters.sealing import KEY_NAME_BYTES, NONCE_BYTES, AesSealing
from support_portal.ports.logins import SealBroken
from tests.cast import an_id

OLD, NEW = b"o" * 40, b"n" * 40
SECRET = b"the seed of an authenticator"


def test_a_secret_opens_again_and_never_looks_the_same_twice() -> None:
    sealing = AesSealing([NEW])
    first, second = (sealing.seal("seed", an_id(1), SECRET) for _ in range(2))
    assert first != second
    assert SECRET not in first
    assert sealing.open("seed", an_id(1), first) == sealing.open("seed", an_id(1), second) == SECRET


def test_it_opens_for_no_other_owner_and_no_other_purpose() -> None:
    sealing = AesSealing([NEW])
    sealed = sealing.seal("seed", an_id(1), SECRET)
    for purpose, owner in (("seed", an_id(2)), ("codes", an_id(1))):
        with pytest.raises(SealBroken):
            sealing.open(purpose, owner, sealed)


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    sealed = AesSealing([OLD]).seal("seed", an_id(1), SECRET)
    both = AesSealing([NEW, OLD])
    assert both.open("seed", an_id(1), sealed) == SECRET
    anew = both.seal("seed", an_id(1), SECRET)
    assert anew.startswith(both.newest)
    assert AesSealing([NEW]).open("seed", an_id(1), anew) == SECRET
    with pytest.raises(SealBroken):
        AesSealing([NEW]).open("seed", an_id(1), sealed)


def test_one_flipped_bit_closes_it_for_good() -> None:
    sealing = AesSealing([NEW])
    sealed = sealing.seal("seed", an_id(1), SECRET)
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(SealBroken):
            sealing.open("seed", an_id(1), bytes(broken))


@pytest.mark.parametrize(
    "length", [0, 3, KEY_NAME_BYTES, KEY_NAME_BYTES + NONCE_BYTES, KEY_NAME_BYTES + NONCE_BYTES + 15]
)
def test_what_was_cut_does_not_open(length: int) -> None:
    sealing = AesSealing([NEW])
    with pytest.raises(SealBroken):
        sealing.open("seed", an_id(1), sealing.seal("seed", an_id(1), SECRET)[:length])


def test_without_a_key_nothing_begins() -> None:
    with pytest.raises(ValueError, match="no secret key"):
        AesSealing([])
