"""A call of the API: whose token it is, and what it may do at this moment."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event

from support_portal.domain.errors import NotAllowed, Refusal
from support_portal.domain.second_factor import Limit
from support_portal.domain.tokens import (
    REFUSAL_TOLD_EVERY,
    USE_NOTED_EVERY,
    AccessToken,
    Refused,
    Scope,
    in_force,
    is_whole,
)
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.counting import take_a_try
from support_portal.use_cases.steps.telling import tell_of
from support_portal.use_cases.steps.tokens import TOKEN, Caller, details_of, staff_behind

DOES_NOT_WORK = "This access token does not work."
REFUSAL_TAKES = 0.02  # seconds; several times what it takes to write one down
ONCE_IN_A_WHILE = (Limit(1, REFUSAL_TOLD_EVERY),)


def caller_with(value: str, *, tools: Tools) -> Caller:
    """Who calls with this token; raises NotAllowed in the same words for every token that does not work.

    A text that is no whole token is refused without a look into the database. What was a token once is written down
    for its owner; that takes longer than to find nothing, so every refusal takes as long as a slow one.
    """
    if not is_whole(value):
        raise NotAllowed(DOES_NOT_WORK)
    refused_at = time.monotonic() + REFUSAL_TAKES
    digests = tools.digests.possible(TOKEN, value)
    with tools.uow.begin() as work:
        token = work.tokens.by_digest(digests, work.now)
        login = work.logins.of(token.owner) if token else None
        if token is not None and login is not None:
            staff = staff_behind(work, token.owner)
            work.tokens.note_use(token.id, work.now, work.now - USE_NOTED_EVERY)
            return Caller(token, login, staff, in_force(token.scopes, staff), work.now)
        _tell_of_a_dead_one(work, digests)
    Event().wait(max(0.0, refused_at - time.monotonic()))  # nobody sets it
    raise NotAllowed(DOES_NOT_WORK)


def tell_of_missing_scope(caller: Caller, scope: Scope, *, tools: Tools) -> None:
    """Write down that a token was used for what it may not do."""
    with tools.uow.begin() as work:
        _tell(work, caller.token, Refused.OUT_OF_SCOPE, {"scope": scope})


def _tell_of_a_dead_one(work: Work, digests: Sequence[bytes]) -> None:
    """What never was a token is nobody's, so there is nobody to tell."""
    token = work.tokens.dead(digests)
    reason = token.why_dead(work.now) if token else None
    if token is not None and reason is not None:
        _tell(work, token, reason, {})


def _tell(work: Work, token: AccessToken, reason: Refused, more: dict[str, str]) -> None:
    taken = take_a_try(work, (f"token-refused:{token.id}:{reason}", ONCE_IN_A_WHILE))
    if not isinstance(taken, Refusal):
        details = {**details_of(token), "reason": reason, **more}
        tell_of(work, token.owner, "token_refused", why=token.description, details=details)


def tokens_of(caller: Caller, *, tools: Tools) -> tuple[AccessToken, ...]:
    """The tokens of whoever calls."""
    with tools.uow.begin() as work:
        return tuple(work.tokens.of(caller.token.owner))
