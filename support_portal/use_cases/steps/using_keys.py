"""Asking a security key, and using its answer: counted, once, and never beside a limit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, Refusal
from support_portal.domain.security_keys import CHALLENGE_BYTES, Ceremony
from support_portal.ports.security_keys import AnswerNotGood, Challenge
from support_portal.ports.sessions import Session
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.telling import tell_of, write_about_security
from support_portal.use_cases.steps.using import IS_OFF, LOCKED, count_wrong, limits_of

KEYS_ARE_OFF = (
    "Security keys are off here, because the portal’s address is an IP address, and browsers refuse them there."
)
TOO_LATE = "That took longer than five minutes, or was sent twice. Use the key once more."
NOT_RIGHT = "That answer of the security key is not right. Use a key that you have added to this account."
COPIED = (
    "That security key is not accepted any more, because a copy of it seems to be in use. Sign in with a code, remove"
    " the key on the security page, and add a new one."
)


@dataclass(frozen=True)
class Asked:
    """What a page asks a key: the challenge it is about, and the question as browsers read it."""

    id: UUID
    options: str


def new_challenge() -> bytes:
    """Bytes that nobody can foresee."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def ask(work: Work, session: Session, ceremony: Ceremony, value: bytes, options: str) -> Asked:
    """Keep the challenge of a question, so that one answer to it counts."""
    challenge = Challenge(uuid4(), ceremony, value)
    work.key_challenges.make(session.id, challenge, work.now)
    return Asked(challenge.id, options)


def use_challenge(work: Work, session: Session, ceremony: Ceremony, challenge_id: str) -> bytes | None:
    """Use up the challenge that an answer is about; None when it is not good any more, or never was."""
    try:
        wanted = UUID(challenge_id)
    except ValueError:
        return None
    return work.key_challenges.use(wanted, session.id, session.principal, ceremony, work.now)


def use_a_key(
    work: Work, session: Session, challenge_id: str, answer: str, network_address: str, tools: Tools
) -> Refusal | None:
    """Use the answer of a security key that signs in; the refusal to raise when it is not good.

    The enrolment stays locked until the transaction ends. The refusal is handed back, so that the caller can commit
    what was counted and used up before it raises it.
    """
    principal = session.principal
    factor = work.factors.of(principal)
    if factor is None or tools.security_keys is None:
        return NotAllowed(IS_OFF if factor is None else KEYS_ARE_OFF)
    taken = take_a_try(work, *limits_of(principal, network_address))
    if isinstance(taken, Refusal):
        return taken
    if factor.locked_at is not None:
        return NotAllowed(LOCKED)
    challenge = use_challenge(work, session, Ceremony.SIGN_IN, challenge_id)
    if challenge is None:
        return BadInput({"key": TOO_LATE})
    try:
        signed = tools.security_keys.read_one_of(answer, challenge, principal, factor.keys_that_sign_in)
    except AnswerNotGood:
        return count_wrong(work, principal, factor, BadInput({"key": NOT_RIGHT}))
    if not work.security_keys.use(signed.key.id, signed.sign_count, work.now):
        work.security_keys.refuse_copies(signed.key.id, work.now)
        tell_of(work, principal, "security_key_copied", details={"name": signed.key.name})
        write_about_security(work, principal, Letter.SECURITY_KEY_COPIED)
        return count_wrong(work, principal, factor, BadInput({"code": COPIED}))  # a code is the way that is left
    work.tries.give_back(taken)
    work.factors.forget_wrong(factor.id)
    return None
