"""One's own access tokens: made, looked at, changed and removed in a session, never by a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from support_portal.domain import tokens as rules
from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput, NotAllowed, TryLater
from support_portal.domain.policy import Policy, policy_for
from support_portal.domain.principals import Principal
from support_portal.domain.staff import is_fresh
from support_portal.domain.tokens import AccessToken, Expiry, Scope, TokenKind
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entering import the_login
from support_portal.use_cases.steps.telling import tell_of, write_about_security
from support_portal.use_cases.steps.tokens import (
    Made,
    NewToken,
    details_of,
    facts_of,
    give_token,
    remind_in_time,
    staff_behind,
)

KEEP = "keep"  # the answer that leaves the end as it is
NOT_FRESH = "Enter your password: you signed in more than 5 minutes ago"
MADE_BEFORE = "This token was made already, and its value was shown once. If you lost it, remove it and make another."
IS_OVER = "This token has ended, and an ended token can’t be brought back. Make a new one."
RENEWS_ITSELF = "The command that uses this token renews it"


@dataclass(frozen=True)
class Wish:
    """What a form asks for: the description, the scopes and the end, as they were typed and chosen."""

    description: str
    scopes: frozenset[Scope]
    expires: str


@dataclass(frozen=True)
class TokensView:
    """Somebody's tokens, what they may grant and how long a token may live, and the time by which tokens end."""

    tokens: Sequence[AccessToken]
    grantable: tuple[Scope, ...]
    expiries: tuple[Expiry, ...]
    now: datetime


def list_tokens(owner: Principal, *, tools: Tools) -> TokensView:
    """Every token that was not removed."""
    with tools.uow.begin() as work:
        return _view(work, owner, work.tokens.of(owner))


def look(owner: Principal, token_id: UUID, *, tools: Tools) -> tuple[AccessToken, TokensView]:
    """One token beside all that is there; raises NotFound."""
    with tools.uow.begin() as work:
        return work.tokens.one(owner, token_id), _view(work, owner, ())


def make(owner: Principal, form_id: UUID, wish: Wish, proved_at: datetime | None, *, tools: Tools) -> Made:
    """Make a token; its value is in the answer and nowhere else. One form makes one token, however often it is sent.

    Raises BadInput naming every field, NotAllowed for a form that was used and at the limit.
    """
    with tools.uow.begin() as work:
        the_login(work, owner)
        description, scopes, wrong = _read(work, owner, wish, proved_at)
        try:
            expires_at = _end(work, wish.expires)
        except BadInput as refusal:
            wrong |= refusal.fields
        if wrong:
            raise BadInput(wrong)
        wanted = NewToken(form_id, owner, TokenKind.USER, description, scopes, expires_at)
        made = give_token(work, wanted, tools)
        if made is None:
            raise NotAllowed(MADE_BEFORE)
        return made


def make_on_server(address: str, description: str, expires: str, *, tools: Tools) -> Made:
    """Make a token for somebody by a command on the server, with all that its owner may grant.

    Raises BadInput, NotAllowed.
    """
    with tools.uow.begin() as work:
        login = work.logins.by_address(address)
        if login is None:
            raise BadInput({"email": f"nobody who may sign in has the address {address}"})
        expires_at = _end(work, expires)
        scopes = frozenset(rules.grantable(staff_behind(work, login.principal)))
        text = rules.read_description(description)
        made = give_token(work, NewToken(uuid4(), login.principal, TokenKind.USER, text, scopes, expires_at), tools)
        if made is None:
            raise NotAllowed(MADE_BEFORE)
        return made


def edit(owner: Principal, token_id: UUID, wish: Wish, proved_at: datetime | None, *, tools: Tools) -> AccessToken:
    """Change description, scopes and end of a token that works. Raises BadInput, NotAllowed, NotFound."""
    with tools.uow.begin() as work:
        the_login(work, owner)
        before = work.tokens.one(owner, token_id)
        if before.is_expired(work.now):
            raise NotAllowed(IS_OVER)
        description, scopes, wrong = _read(work, owner, wish, proved_at)
        expires_at = before.expires_at
        if wish.expires != KEEP:
            try:
                expires_at = _end(work, wish.expires)
            except BadInput as refusal:
                wrong |= refusal.fields
            if before.kind is TokenKind.AUTO:
                wrong["expires"] = RENEWS_ITSELF
        if wrong:
            raise BadInput(wrong)
        after = replace(before, description=description, scopes=scopes, expires_at=expires_at)
        if not work.tokens.change(after, work.now):
            raise NotAllowed(IS_OVER)
        remind_in_time(work, after)
        tell_of(work, owner, "token_changed", why=after.description, details=details_of(after))
        write_about_security(work, owner, Letter.TOKEN_CHANGED, facts_of(after))
        return after


def remove(owner: Principal, token_id: UUID, proved_at: datetime | None, *, tools: Tools) -> None:
    """End a token at once; removed already is done. Raises BadInput for a sign-in that is not fresh."""
    with tools.uow.begin() as work:
        the_login(work, owner)
        if not is_fresh(proved_at, work.now):
            raise BadInput({"password": NOT_FRESH})
        token = work.tokens.remove(owner, token_id, work.now)
        if token is None:
            return
        tell_of(work, owner, "token_removed", why=token.description, details=details_of(token))
        write_about_security(work, owner, Letter.TOKEN_REMOVED, facts_of(token))


def remind_of_token(token_id: UUID, *, tools: Tools) -> None:
    """Remind the owner of a token that ends soon, once for each reminder. Raises TryLater, NotFound."""
    with tools.uow.begin() as work:
        token = work.tokens.one(None, token_id)
        if rules.is_reminder_due(token, work.now) and work.logins.of(token.owner) is not None:
            work.tokens.note_reminder(token.id, work.now)
            is_last = rules.next_reminder(token, work.now) is None
            facts = {**facts_of(token), "is_last": "yes" if is_last else ""}
            write_about_security(work, token.owner, Letter.TOKEN_EXPIRES, facts)
            tell_of(work, token.owner, "token_reminded", why=token.description, details=details_of(token))
        again = rules.next_reminder(token, work.now)
    if again is not None:
        raise TryLater(again, "the next reminder")


def _view(work: Work, owner: Principal, held: Sequence[AccessToken]) -> TokensView:
    return TokensView(held, rules.grantable(staff_behind(work, owner)), rules.expiries(_policy(work)), work.now)


def _end(work: Work, expires: str) -> datetime | None:
    return rules.expires_at(rules.read_expiry(expires, _policy(work)), work.now)


def _policy(work: Work) -> Policy:
    return policy_for(work.policies.versions(), work.now)


def _read(
    work: Work, owner: Principal, wish: Wish, proved_at: datetime | None
) -> tuple[str, frozenset[Scope], dict[str, str]]:
    """Description and scopes of a form, and what is wrong with each field."""
    wrong: dict[str, str] = {}
    description, scopes = wish.description, wish.scopes
    try:
        description = rules.read_description(wish.description)
    except BadInput as refusal:
        wrong |= refusal.fields
    try:
        scopes = rules.granted(wish.scopes, staff_behind(work, owner))
    except BadInput as refusal:
        wrong |= refusal.fields
    if not is_fresh(proved_at, work.now):
        wrong["password"] = NOT_FRESH
    return description, scopes, wrong
