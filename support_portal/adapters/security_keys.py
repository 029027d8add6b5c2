"""Security keys and passkeys, by a library that implements Web Authentication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from support_portal.domain.principals import Principal
from support_portal.domain.security_keys import ANSWER_WITHIN, Site
from support_portal.ports.security_keys import AnswerNotGood, Assertion, Credential, SecurityKey

LONGEST_ANSWER = 20_000  # characters; a long chain of certificates in it takes a third of that
LONGEST_CREDENTIAL_ID = 1023  # bytes (W3C Web Authentication 3, 7.1)
LONGEST_PUBLIC_KEY = 2000  # bytes; the longest accepted, RSA with 8192 bits, takes 1034
_TIMEOUT = int(ANSWER_WITHIN.total_seconds() * 1000)
_PREFERRED = UserVerificationRequirement.PREFERRED  # the password was typed before: the key is the second factor


class WebAuthnKeys:
    """The port `SecurityKeys` for one site. Which maker a key is of is not asked."""

    def __init__(self, site: Site, title: str) -> None:
        """Take the site, and the title that browsers show."""
        self._site = site
        self._title = title

    def ask_for_new(
        self, challenge: bytes, principal: Principal, address: str, name: str, known: Sequence[SecurityKey]
    ) -> str:
        """The question for a key that is none of those known."""
        options = generate_registration_options(
            rp_id=self._site.name,
            rp_name=self._title,
            user_id=principal.id.bytes,
            user_name=address,
            user_display_name=name or address,
            challenge=challenge,
            timeout=_TIMEOUT,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_PREFERRED
            ),
            exclude_credentials=[_described(key) for key in known],
        )
        return options_to_json(options)

    def ask_for_one_of(self, challenge: bytes, known: Sequence[SecurityKey]) -> str:
        """The question for one of these keys."""
        options = generate_authentication_options(
            rp_id=self._site.name,
            challenge=challenge,
            timeout=_TIMEOUT,
            allow_credentials=[_described(key) for key in known],
            user_verification=_PREFERRED,
        )
        return options_to_json(options)

    def read_new(self, answer: str, challenge: bytes) -> Credential:
        """The new key; raises AnswerNotGood."""
        with _hostile(answer):
            credential = parse_registration_credential_json(answer)
            proved = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._site.name,
                expected_origin=self._site.origin,
            )
            transports = {one.value for one in credential.response.transports or ()}
        if len(proved.credential_id) > LONGEST_CREDENTIAL_ID or len(proved.credential_public_key) > LONGEST_PUBLIC_KEY:
            raise AnswerNotGood
        return Credential(
            proved.credential_id, proved.credential_public_key, proved.sign_count, tuple(sorted(transports))
        )

    def read_one_of(
        self, answer: str, challenge: bytes, principal: Principal, known: Sequence[SecurityKey]
    ) -> Assertion:
        """Which of these keys of this person answered; raises AnswerNotGood."""
        with _hostile(answer):
            credential = parse_authentication_credential_json(answer)
            key = next(one for one in known if one.credential.credential_id == credential.raw_id)
            if credential.response.user_handle not in {None, b"", principal.id.bytes}:
                raise AnswerNotGood
            proved = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._site.name,
                expected_origin=self._site.origin,
                credential_public_key=key.credential.public_key,
                # The library would refuse a counter before it has checked the signature, so it is judged afterwards.
                credential_current_sign_count=0,
            )
        return Assertion(key, proved.new_sign_count)


@contextmanager
def _hostile(answer: str) -> Iterator[None]:
    """Whatever goes wrong while a stranger's answer is taken apart, it is an answer that is not good."""
    if len(answer) > LONGEST_ANSWER:
        raise AnswerNotGood
    try:
        yield
    except Exception as error:
        raise AnswerNotGood from error


def _described(key: SecurityKey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(one) for one in key.credential.transports]
    return PublicKeyCredentialDescriptor(key.credential.credential_id, transports=transports)
