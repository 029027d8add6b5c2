"""Signing in at the command line: the command shows a short code, a person confirms it, the command gets a token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from support_portal.domain.device import (
    ASKED_EVERY,
    CODE_LIVES,
    CODES_OF_ONE_NETWORK,
    GUESSES,
    GUESSES_OF_ONE_NETWORK,
    Answer,
    DeviceCode,
    new_user_code,
    read_user_code,
)
from support_portal.domain.errors import BadInput, NotAllowed, Refusal
from support_portal.domain.principals import Principal
from support_portal.domain.staff import is_fresh
from support_portal.domain.tokens import AUTO_LIVES, Scope, TokenKind, in_force, new_token, shown
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.entering import the_login
from support_portal.use_cases.steps.telling import tell_of
from support_portal.use_cases.steps.tokens import TOKEN, Made, NewToken, details_of, give_token, staff_behind

DEVICE, USER = "device code", "user code"  # what digests are made for
NOT_RIGHT = "That code is not right, or its ten minutes are over. Look at it again, or start the command anew."
NOT_FRESH = "Enter your password: you signed in more than 5 minutes ago"
NOTHING_TO_GRANT = "You may not do what this command asks for, so it can’t be confirmed."
DOES_NOT_RENEW = "This token does not renew itself: its owner edits it on the page of access tokens."


class Pending(StrEnum):
    """Why a command has no token yet, or gets none: the words of RFC 8628, 3.5, and RFC 6749, 5.2."""

    WAITING = "authorization_pending"
    TOO_FAST = "slow_down"
    REFUSED = "access_denied"
    OVER = "expired_token"
    UNKNOWN = "invalid_grant"


@dataclass(frozen=True)
class Begun:
    """What a command gets when it begins: its own secret, and the short code that it shows to the person."""

    device_code: str
    user_code: str


@dataclass(frozen=True)
class Question:
    """What the page asks: which command, and what it would be allowed of what it asked for."""

    code: DeviceCode
    user_code: str
    scopes: frozenset[Scope]
    now: datetime


def begin(client: str, scopes: frozenset[Scope], network_address: str, *, tools: Tools) -> Begun:
    """Begin a sign-in of a command. Raises TooMany."""
    device_code, user_code = new_token(), new_user_code()
    with tools.uow.begin() as work:
        taken = take_a_try(work, (f"device-code-network:{network_address}", CODES_OF_ONE_NETWORK))
        if not isinstance(taken, Refusal):
            until = work.now + CODE_LIVES
            code = DeviceCode(uuid4(), client, scopes, network_address, work.now, until)
            digests = tools.digests
            work.device_codes.add(code, digests.kept(DEVICE, device_code), digests.kept(USER, user_code))
            return Begun(device_code, user_code)
    raise taken


def look(owner: Principal, typed: str, network_address: str, *, tools: Tools) -> Question:
    """Which command shows this code. Raises BadInput in the same words for every wrong one, TooMany, NotAllowed."""
    with tools.uow.begin() as work:
        found = _find(work, owner, typed, network_address, tools)
    if isinstance(found, Refusal):
        raise found
    return found


def answer(
    owner: Principal, typed: str, said: Answer, proved_at: datetime | None, network_address: str, *, tools: Tools
) -> Question:
    """Confirm or refuse what the command asks for. Raises as `look`, and BadInput for a sign-in that is not fresh."""
    with tools.uow.begin() as work:
        if said is Answer.CONFIRMED and not is_fresh(proved_at, work.now):
            raise BadInput({"password": NOT_FRESH})
        found = _find(work, owner, typed, network_address, tools)
        if isinstance(found, Question):
            if said is Answer.CONFIRMED and not found.scopes:
                raise NotAllowed(NOTHING_TO_GRANT)
            if work.device_codes.answer(found.code.id, owner, said, work.now):
                tell_of(work, owner, f"command_{said}", why=found.code.client)
            else:
                found = BadInput({"code": NOT_RIGHT})
    if isinstance(found, Refusal):
        raise found
    return found


def collect(device_code: str, *, tools: Tools) -> Made | Pending:
    """The token of a command whose code was confirmed, once; else why there is none. Raises NotAllowed at the limit."""
    with tools.uow.begin() as work:
        code = work.device_codes.by_device_code(tools.digests.possible(DEVICE, device_code))
        if code is None:
            return Pending.UNKNOWN
        if not work.device_codes.may_ask(code.id, work.now, work.now - ASKED_EVERY):
            return Pending.TOO_FAST
        if code.answer is Answer.REFUSED:
            return Pending.REFUSED
        if work.now >= code.expires_at:
            return Pending.OVER
        if code.answer is None or code.owner is None:
            return Pending.WAITING
        if work.logins.of(code.owner) is None or not work.device_codes.collect(code.id, work.now):
            return Pending.UNKNOWN
        scopes = in_force(code.scopes, staff_behind(work, code.owner))
        ends = work.now + AUTO_LIVES
        wanted = NewToken(code.id, code.owner, TokenKind.AUTO, f"Command line: {code.client}", scopes, ends)
        return give_token(work, wanted, tools) or Pending.UNKNOWN


def renew(value: str, *, tools: Tools) -> Made:
    """Another value for a token that a command keeps; the one before is dead. Raises NotAllowed."""
    with tools.uow.begin() as work:
        digests = tools.digests.possible(TOKEN, value)
        before = work.tokens.by_digest(digests, work.now)
        if before is None or work.logins.of(before.owner) is None or before.kind is not TokenKind.AUTO:
            raise NotAllowed(DOES_NOT_RENEW)
        renewed = new_token()
        after = replace(before, shown=shown(renewed), expires_at=work.now + AUTO_LIVES)
        if not work.tokens.replace(after, digests, tools.digests.kept(TOKEN, renewed), work.now):
            raise NotAllowed(DOES_NOT_RENEW)
        tell_of(work, after.owner, "token_renewed", why=after.description, details=details_of(after))
        return Made(renewed, after)


def _find(work: Work, owner: Principal, typed: str, network_address: str, tools: Tools) -> Question | Refusal:
    """The question behind a short code; a wrong code stays counted, so the refusal is handed back to be raised."""
    the_login(work, owner)
    taken = take_a_try(
        work,
        (f"user-code:{owner}", GUESSES),
        (f"user-code-network:{network_address}", GUESSES_OF_ONE_NETWORK),
    )
    if isinstance(taken, Refusal):
        return taken
    user_code = read_user_code(typed)
    possible = tools.digests.possible(USER, user_code) if user_code else ()
    code = work.device_codes.by_user_code(possible, work.now)
    if code is None or user_code is None:
        return BadInput({"code": NOT_RIGHT})
    work.tries.give_back(taken)
    return Question(code, user_code, in_force(code.scopes, staff_behind(work, owner)), work.now)
