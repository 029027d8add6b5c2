"""What a move is made of: who makes it, the rule it follows, and the event it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from support_portal.domain.browsers import Browser
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Letter
from support_portal.domain.guards import Circumstances


class Move(StrEnum):
    """All that can happen to a case."""

    CONFIRM = "confirm"
    SEND_INSTRUCTIONS = "send_instructions"
    PASS = "pass"  # noqa: S105  the name of a move
    LOSE_EVIDENCE = "lose_evidence"
    APPROVE = "approve"
    APPROVE_SECOND = "approve_second"
    REJECT = "reject"
    VOID = "void"
    BEGIN_REMOVAL = "begin_removal"
    FINISH = "finish"
    REFUSE = "refuse"
    DENY = "deny"
    WITHDRAW = "withdraw"
    STOP = "stop"
    SIGNED_IN = "signed_in"
    ACCOUNT_CHANGED = "account_changed"
    EXPIRE = "expire"
    ASK_AGAIN = "ask_again"


class By(StrEnum):
    """Who makes a move."""

    LINK = "link"  # whoever holds a link from a mail
    CASE_PAGE = "case_page"
    DECIDER = "decider"
    WORKER = "worker"
    PORTAL = "portal"
    DIRECTORY = "directory"
    CLOCK = "clock"
    OWNER = "owner"  # whoever is signed in to an account
    STAFF = "staff"  # somebody who works here, about themselves
    ADMIN = "admin"  # about somebody else who works here


@dataclass(frozen=True)
class Actor:
    """Who made a move, as it is written down."""

    by: By
    name: str = ""
    staff_id: UUID | None = None


@dataclass(frozen=True)
class Event:
    """What happened, for the timeline and the audit; moves and everything else worth telling."""

    case_id: UUID | None
    at: datetime
    action: str
    actor: Actor
    from_state: State | None = None
    to_state: State | None = None
    why: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    account_id: UUID | None = None  # whose account it is about, where there is no case
    browser: Browser | None = None  # where it came from, where a worker tells of a request that others made before


Guard = Callable[[Case, Circumstances], str | None]
Target = State | Callable[[Case, Circumstances], State]
Changes = Callable[[Case, Circumstances], dict[str, Any]]
Letters = Callable[[Case, Case], tuple[Letter, ...]]


@dataclass(frozen=True)
class Rule:
    """One move: from where, by whom, under which guards, to where, what it changes, and who is written to."""

    from_: frozenset[State]
    by: frozenset[By]
    to: Target
    guards: tuple[Guard, ...] = ()
    changes: Changes = lambda case, circumstances: {}
    letters: Letters = lambda before, after: ()
