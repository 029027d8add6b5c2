"""Security keys and passkeys of one's own account: added and removed, after proving afresh who one is."""

from __future__ import annotations

from uuid import UUID, uuid4

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Refusal
from support_portal.domain.principals import SECOND_FACTORS, Factor
from support_portal.domain.security_keys import LONGEST_NAME, MOST_KEYS, Ceremony
from support_portal.domain.staff import is_fresh
from support_portal.ports.logins import SecondFactor
from support_portal.ports.security_keys import AnswerNotGood, SecurityKey, SecurityKeys
from support_portal.ports.sessions import Session
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import ask_password, the_login
from support_portal.use_cases.steps.telling import tell_of, write_about_security
from support_portal.use_cases.steps.using import LOCKED, use_a_code
from support_portal.use_cases.steps.using_keys import KEYS_ARE_OFF, TOO_LATE, Asked, ask, new_challenge, use_challenge

ON_FIRST = "Two-factor authentication is off. Turn it on first, with an authenticator app."
ENOUGH = f"You have {MOST_KEYS} security keys, and more are not possible. Remove one first."
NOT_READ = "Your browser or the key answered something that we can’t use. Try again, or try another key."
TAKEN = "That key is in use already. Add another one."
NAME_IT = f"Give the key a name of 1 to {LONGEST_NAME} characters"
PROVE_AFRESH = "Show once more that it’s you: more than five minutes have passed."


def is_proven(session: Session, *, tools: Tools) -> bool:
    """Whether somebody has shown within five minutes who they are, with a second factor too."""
    with tools.uow.begin() as work:
        return _is_proven(work, session)


def prove(session: Session, password: str, code: str, network_address: str, *, tools: Tools) -> Factor:
    """Prove oneself afresh with the password, and with a code where the session was begun without a second factor.

    The factor of the session that takes this one's place. Raises BadInput, TooMany, NotAllowed for a locked factor.
    """
    ask_password(session.principal, password, network_address, tools)
    if session.factor in SECOND_FACTORS:
        return session.factor
    with tools.uow.begin() as work:
        used = use_a_code(work, session.principal, code, network_address, tools)
    if isinstance(used, Refusal):
        raise used
    return used


def begin(session: Session, *, tools: Tools) -> Asked:
    """Ask a new key; raises NotAllowed."""
    with tools.uow.begin() as work:
        factor, port = _ready(work, session, tools)
        login, value = the_login(work, session.principal), new_challenge()
        options = port.ask_for_new(value, session.principal, login.address, login.name, factor.keys)
        return ask(work, session, Ceremony.ADD, value, options)


def add(session: Session, name: str, challenge_id: str, answer: str, *, tools: Tools) -> None:
    """Add the key that answered; raises BadInput, NotAllowed. The challenge is used up, whatever comes of it."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput({"name": NAME_IT})
    with tools.uow.begin() as work:
        factor, port = _ready(work, session, tools)
        value = use_challenge(work, session, Ceremony.ADD, challenge_id)
        wrong = TOO_LATE if value is None else _add(work, session, factor, port, name, answer, value)
    if wrong:
        raise BadInput({"key": wrong})


def look(session: Session, key_id: str, *, tools: Tools) -> SecurityKey:
    """One of one's own keys; raises NotFound."""
    with tools.uow.begin() as work:
        return _key(work.factors.of(session.principal), key_id)


def remove(session: Session, key_id: str, *, tools: Tools) -> None:
    """Remove a key; every other session ends. Raises NotFound, NotAllowed when the proof is not fresh."""
    principal = session.principal
    with tools.uow.begin() as work:
        factor = work.factors.of(principal)
        key = _key(factor, key_id)
        if not _is_proven(work, session):
            raise NotAllowed(PROVE_AFRESH)
        if factor is None or work.security_keys.remove(factor.id, key.id) is None:
            raise NotFound("There is no such key.")
        work.logins.end_sessions(principal, work.now, but=session.id)
        tell_of(work, principal, "security_key_removed", details={"name": key.name})
        write_about_security(work, principal, Letter.SECURITY_KEY_REMOVED, {"keys": str(len(factor.keys) - 1)})


def _add(
    work: Work, session: Session, factor: SecondFactor, port: SecurityKeys, name: str, answer: str, value: bytes
) -> str:
    """Add the key; what is wrong with it in words, or nothing."""
    try:
        credential = port.read_new(answer, value)
    except AnswerNotGood:
        return NOT_READ
    if not work.security_keys.add(factor.id, SecurityKey(uuid4(), credential, name, work.now, None)):
        return TAKEN
    tell_of(work, session.principal, "security_key_added", details={"name": name})
    write_about_security(work, session.principal, Letter.SECURITY_KEY_ADDED, {"keys": str(len(factor.keys) + 1)})
    return ""


def _ready(work: Work, session: Session, tools: Tools) -> tuple[SecondFactor, SecurityKeys]:
    """The enrolment that a key may be added to, locked until the transaction ends; raises NotAllowed."""
    if tools.security_keys is None:
        raise NotAllowed(KEYS_ARE_OFF)
    factor = work.factors.of(session.principal)
    if factor is None:
        raise NotAllowed(ON_FIRST)
    if factor.locked_at is not None:
        raise NotAllowed(LOCKED)
    if len(factor.keys) >= MOST_KEYS:
        raise NotAllowed(ENOUGH)
    if not _is_proven(work, session):
        raise NotAllowed(PROVE_AFRESH)
    return factor, tools.security_keys


def _is_proven(work: Work, session: Session) -> bool:
    return session.factor in SECOND_FACTORS and is_fresh(session.proved_at, work.now)


def _key(factor: SecondFactor | None, key_id: str) -> SecurityKey:
    try:
        wanted = UUID(key_id)
    except ValueError:
        raise NotFound("There is no such key.") from None
    for key in factor.keys if factor else ():
        if key.id == wanted:
            return key
    raise NotFound("There is no such key.")
