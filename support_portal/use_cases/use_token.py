"""A call of the API: whose token it is, and what it may do at this moment."""

from __future__ import annotations

from support_portal.domain.errors import NotAllowed
from support_portal.domain.tokens import USE_NOTED_EVERY, AccessToken, in_force, is_whole
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.tokens import TOKEN, Caller, staff_behind

DOES_NOT_WORK = "This access token does not work."


def caller_with(value: str, *, tools: Tools) -> Caller:
    """Who calls with this token; raises NotAllowed in the same words for every token that does not work.

    A text that is no whole token is refused without a look into the database.
    """
    if not is_whole(value):
        raise NotAllowed(DOES_NOT_WORK)
    with tools.uow.begin() as work:
        token = work.tokens.by_digest(tools.digests.possible(TOKEN, value), work.now)
        login = work.logins.of(token.owner) if token else None
        if token is None or login is None:
            raise NotAllowed(DOES_NOT_WORK)
        staff = staff_behind(work, token.owner)
        work.tokens.note_use(token.id, work.now, work.now - USE_NOTED_EVERY)
        return Caller(token, login, staff, in_force(token.scopes, staff), work.now)


def tokens_of(caller: Caller, *, tools: Tools) -> tuple[AccessToken, ...]:
    """The tokens of whoever calls."""
    with tools.uow.begin() as work:
        return tuple(work.tokens.of(caller.token.owner))
