"""Giving somebody an access token: its row, its reminder, an event and a mail, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from support_portal.domain.correspondence import Letter
from support_portal.domain.principals import Principal
from support_portal.domain.staff import Staff
from support_portal.domain.tokens import (
    MOST_TOKENS,
    AccessToken,
    Scope,
    TokenKind,
    new_token,
    next_reminder,
    shown,
)
from support_portal.jobs import Job
from support_portal.ports.logins import Login
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.telling import tell_of, write_about_security

TOKEN = "access token"  # noqa: S105  what a digest is made for
IN_WORDS = {
    Scope.READ_ACCOUNT: "read your name, address and list of tokens",
    Scope.READ_CASES: "read cases",
    Scope.WRITE_CASES: "write in cases (reply, assign)",
}


@dataclass(frozen=True)
class NewToken:
    """A token to be made: whose, of which kind, for what and until when."""

    id: UUID
    owner: Principal
    kind: TokenKind
    description: str
    scopes: frozenset[Scope]
    expires_at: datetime | None


@dataclass(frozen=True)
class Made:
    """A token that was just made, with its value: it is shown or handed over now, and kept nowhere."""

    value: str
    token: AccessToken


@dataclass(frozen=True)
class Caller:
    """Whoever calls the API with a token: its owner as they are now, and the scopes that are in force."""

    token: AccessToken
    login: Login
    staff: Staff | None
    scopes: frozenset[Scope]
    at: datetime


def give_token(work: Work, wanted: NewToken, tools: Tools) -> Made | None:
    """Make a token and tell its owner; None where this very token was made before. Raises NotAllowed at the limit."""
    value = new_token()
    token = AccessToken(
        wanted.id,
        wanted.owner,
        wanted.kind,
        wanted.description,
        wanted.scopes,
        shown(value),
        work.now,
        wanted.expires_at,
    )
    if not work.tokens.add(token, tools.digests.kept(TOKEN, value), MOST_TOKENS):
        return None
    remind_in_time(work, token)
    tell_of(work, token.owner, "token_made", why=token.description, details=details_of(token))
    by_command = "yes" if token.kind is TokenKind.AUTO else ""
    write_about_security(work, token.owner, Letter.TOKEN_MADE, {**facts_of(token), "by_command": by_command})
    return Made(value, token)


def staff_behind(work: Work, owner: Principal) -> Staff | None:
    """The person of the staff whose token it is, as they are now; None for the owner of an account."""
    return work.people.staff(owner.id) if owner.is_staff else None


def remind_in_time(work: Work, token: AccessToken) -> None:
    """Have the owner reminded before the token ends; an earlier plan counts no longer."""
    work.due.cancel(token.id, Job.REMIND_OF_TOKEN)
    at = next_reminder(token, work.now)
    if at is not None:
        work.due.put_off(Job.REMIND_OF_TOKEN, token.id, at)


def facts_of(token: AccessToken) -> dict[str, str]:
    """A token as letters speak of it."""
    ends = token.expires_at
    return {
        "description": token.description,
        "shown": token.shown,
        "scopes": ", ".join(IN_WORDS[scope] for scope in Scope if scope in token.scopes),
        "expires": f"{ends.day} {ends:%B %Y, %H:%M}" if ends else "",
    }


def details_of(token: AccessToken) -> dict[str, str]:
    """A token as an event tells of it."""
    until = token.expires_at.isoformat() if token.expires_at else "never"
    return {"token": str(token.id), "kind": token.kind, "scopes": " ".join(sorted(token.scopes)), "until": until}


def tokens_listed(work: Work, owner: Principal) -> str:
    """The tokens of somebody that work now, an entry of a list for each; empty where there are none."""
    works = [token for token in work.tokens.of(owner) if not token.is_expired(work.now)]
    return "\n".join(f"- {token.description} ({token.shown}…)" for token in works)
