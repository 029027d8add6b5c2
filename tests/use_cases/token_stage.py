"""Somebody with access tokens, and what is done with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from support_portal.domain.errors import NotAllowed
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.domain.tokens import Scope
from support_portal.use_cases import tokens
from support_portal.use_cases.steps.tokens import Caller, Made
from support_portal.use_cases.tokens import Wish
from support_portal.use_cases.use_token import caller_with
from tests.use_cases.stage import Stage

READS = frozenset({Scope.READ_ACCOUNT})
WISH = Wish("nightly export", READS, "1m")


def ana(stage: Stage) -> Principal:
    """Ana, whose account is new here."""
    return Principal(PrincipalKind.ACCOUNT, stage.an_account())


def made(stage: Stage, owner: Principal, form_id: UUID | None = None, **changes: object) -> Made:
    """A token of theirs: nightly export, for a month, unless changed."""
    wish = replace(WISH, **changes)  # type: ignore[arg-type]
    return tokens.make(owner, form_id or uuid4(), wish, stage.clock.at, tools=stage.tools)


def use(stage: Stage, one: Made) -> Caller:
    """Call the API with it."""
    return caller_with(one.value, tools=stage.tools)


def is_refused(stage: Stage, one: Made) -> bool:
    """Whether the API refuses it; AssertionError where it does not."""
    with pytest.raises(NotAllowed, match="does not work"):
        use(stage, one)
    return True


def edited(stage: Stage, owner: Principal, one: Made, **changes: object) -> None:
    """Change it, just signed in."""
    wish = replace(WISH, **changes)  # type: ignore[arg-type]
    tokens.edit(owner, one.token.id, wish, stage.clock.at, tools=stage.tools)


def last_used(stage: Stage, owner: Principal) -> datetime | None:
    """When the newest token was used last, as its page tells."""
    return tokens.list_tokens(owner, tools=stage.tools).tokens[0].last_used_at


def reminders(stage: Stage) -> list[str]:
    """The subjects of all reminders that Ana got."""
    return [subject for subject in stage.subjects() if "ends within" in subject]


def rows(stage: Stage, query: str) -> list[str]:
    """What a query finds, each row as text."""
    with stage.engine.connect() as connection:
        return [str(tuple(row)) for row in connection.execute(text(query))]
