"""Web Authentication behind its port: what is asked, and that no wrong answer is good."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers import bytes_to_base64url

from support_portal.adapters.security_keys import LONGEST_ANSWER, LONGEST_CREDENTIAL_ID, WebAuthnKeys
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.security_keys import Site
from support_portal.ports.security_keys import AnswerNotGood, SecurityKey
from tests.cast import ANA, BEN, NOW
from tests.security_key import ORIGIN, SITE, Key

KEYS = WebAuthnKeys(Site(SITE, ORIGIN), "Bitrise")
ANAS = Principal(PrincipalKind.ACCOUNT, ANA.id)
CHALLENGE, ANOTHER = b"c" * 32, b"d" * 32


def asked_for_new(*known: SecurityKey) -> str:
    return KEYS.ask_for_new(CHALLENGE, ANAS, ANA.address, ANA.name, known)


def added(key: Key) -> SecurityKey:
    """The key as it is kept."""
    credential = KEYS.read_new(key.create(asked_for_new()), CHALLENGE)
    return SecurityKey(uuid4(), credential, "Blue", NOW, None)


def test_a_new_key_is_asked_for_this_site_and_none_of_those_known() -> None:
    known = added(Key())
    asked = json.loads(asked_for_new(known))
    assert asked["rp"] == {"name": "Bitrise", "id": SITE}
    assert asked["user"] == {"id": bytes_to_base64url(ANA.id.bytes), "name": ANA.address, "displayName": ANA.name}
    assert asked["challenge"] == bytes_to_base64url(CHALLENGE)
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "preferred"
    [left_out] = asked["excludeCredentials"]
    assert left_out["id"] == bytes_to_base64url(known.credential.credential_id)
    assert left_out["transports"] == ["nfc", "usb"]


def test_who_has_no_name_is_shown_by_the_address() -> None:
    asked = json.loads(KEYS.ask_for_new(CHALLENGE, ANAS, ANA.address, "", ()))
    assert asked["user"]["displayName"] == ANA.address


def test_only_ones_own_keys_are_asked_to_sign_in() -> None:
    first, second = added(Key()), added(Key())
    asked = json.loads(KEYS.ask_for_one_of(CHALLENGE, (first, second)))
    assert asked["rpId"] == SITE
    assert asked["userVerification"] == "preferred"
    ids = [bytes_to_base64url(one.credential.credential_id) for one in (first, second)]
    assert [one["id"] for one in asked["allowCredentials"]] == ids


def test_a_key_that_was_added_signs_in() -> None:
    key, other = Key(), added(Key())
    kept = added(key)
    answer = key.sign(KEYS.ask_for_one_of(CHALLENGE, (other, kept)))
    signed = KEYS.read_one_of(answer, CHALLENGE, ANAS, (other, kept))
    assert (signed.key, signed.sign_count) == (kept, 1)


def test_the_counter_is_told_and_not_judged() -> None:
    key = Key()
    kept = added(key)
    far = replace(kept, credential=replace(kept.credential, sign_count=99))
    assert KEYS.read_one_of(key.sign(KEYS.ask_for_one_of(CHALLENGE, (far,))), CHALLENGE, ANAS, (far,)).sign_count == 1


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://portal.example.evil.example"},
        {"origin": "http://portal.example"},
        {"origin": "https://portal.example:8443"},
        {"origin": "https://sub.portal.example"},
        {"site": "evil.example"},
        {"challenge": bytes_to_base64url(ANOTHER)},
        {"kind": "webauthn.get"},
        {"flags": 0},
    ],
)
def test_a_new_key_is_refused_when_anything_about_it_is_another(lies: dict[str, Any]) -> None:
    with pytest.raises(AnswerNotGood):
        KEYS.read_new(Key().create(asked_for_new(), **lies), CHALLENGE)


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://portal.example.evil.example"},
        {"origin": "http://portal.example"},
        {"site": "evil.example"},
        {"challenge": bytes_to_base64url(ANOTHER)},
        {"kind": "webauthn.create"},
        {"flags": 0},
        {"secret": ec.generate_private_key(ec.SECP256R1())},
        {"user_handle": BEN.id.bytes},
    ],
)
def test_an_answer_is_refused_when_anything_about_it_is_another(lies: dict[str, Any]) -> None:
    key = Key()
    kept = added(key)
    answer = key.sign(KEYS.ask_for_one_of(CHALLENGE, (kept,)), **lies)
    with pytest.raises(AnswerNotGood):
        KEYS.read_one_of(answer, CHALLENGE, ANAS, (kept,))


def test_a_key_of_somebody_else_does_not_sign_in() -> None:
    key, mine = Key(), added(Key())
    added(key)
    answer = key.sign(KEYS.ask_for_one_of(CHALLENGE, (mine,)))
    for known in ((mine,), ()):
        with pytest.raises(AnswerNotGood):
            KEYS.read_one_of(answer, CHALLENGE, ANAS, known)


def test_an_id_that_is_too_long_is_refused() -> None:
    for length, is_good in ((LONGEST_CREDENTIAL_ID, True), (LONGEST_CREDENTIAL_ID + 1, False)):
        answer = Key(credential_id=b"i" * length).create(asked_for_new())
        if is_good:
            assert len(KEYS.read_new(answer, CHALLENGE).credential_id) == length
        else:
            with pytest.raises(AnswerNotGood):
                KEYS.read_new(answer, CHALLENGE)


_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
_NAMES = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle", "transports")


@given(st.sampled_from(_NAMES), _JSON)
def test_no_garbage_is_good_and_none_is_a_fault(name: str, garbage: object) -> None:
    key = Key()
    kept = added(key)
    for good, read in (
        (key.create(asked_for_new()), lambda text: KEYS.read_new(text, CHALLENGE)),
        (key.sign(KEYS.ask_for_one_of(CHALLENGE, ())), lambda text: KEYS.read_one_of(text, CHALLENGE, ANAS, (kept,))),
    ):
        answer = json.loads(good)
        needed = name in answer["response"] and name not in {"userHandle", "transports"}
        answer["response"][name] = garbage
        try:
            read(json.dumps(answer))
        except AnswerNotGood:
            continue
        assert not needed


@pytest.mark.parametrize(
    "answer",
    ["", "{", "[]", "null", "{}", "é", "[" * 9000, '{"a":' * 3000, "1" * 5000, " " * LONGEST_ANSWER + "{}"],
)
def test_what_is_no_answer_at_all_is_refused(answer: str) -> None:
    for read in (
        lambda: KEYS.read_new(answer, CHALLENGE),
        lambda: KEYS.read_one_of(answer, CHALLENGE, ANAS, (added(Key()),)),
    ):
        with pytest.raises(AnswerNotGood):
            read()
