"""What happened to a case, told in an agent's words: for the history, and between the messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from support_portal.domain.cases import ApprovalReason
from support_portal.domain.evidence import Check
from support_portal.domain.moves import Event, Move
from support_portal.domain.words import approved
from support_portal.web.desk.checklist import NAMES


@dataclass(frozen=True)
class Entry:
    """One line: its color's kind, its icon, what happened, what is known of it besides, and when."""

    kind: str
    icon: str
    text: str
    besides: str
    at: datetime


_Words = str | Callable[[Event], str]


def _who(text: str) -> Callable[[Event], str]:
    return lambda event: text.format(who=event.actor.name or "Somebody")


def _passed(event: Event) -> str:
    return f"Checks run: {event.details.get('passed', 'all')} of {event.details.get('of', 'all')} passed"


def _failed(event: Event) -> str:
    known = {check.value: NAMES[check] for check in Check}
    names = [known[word] for word in event.why.replace(",", " ").split() if word in known]
    return f"Checks run, not passed: {', '.join(names)}" if names else "Checks run: not passed"


def _bounced(event: Event) -> str:
    return f"Mail to {event.details.get('to', 'an address')} came back"


def _mail(text: str) -> Callable[[Event], str]:
    return lambda event: f"{text}: {event.details.get('letter', '').replace('_', ' ')}"


def _locked(event: Event) -> str:
    return f"{event.actor.name} locked the account" if event.actor.staff_id else "Account locked"


def _stopped(event: Event) -> str:
    return f"Check stopped: {event.why.replace('_', ' ') or 'no answer'}"


_KNOWN: dict[str, tuple[str, str, _Words]] = {
    "opened": ("", "inbox", _who("Case opened {who}")),
    "confirm": ("pass", "mail-check", "Email confirmed by link"),
    "send_instructions": ("", "send", _who("{who} sent the instructions")),
    "link_received": ("", "folder-git-2", "Repository link received"),
    "link_not_taken": ("", "folder-git-2", "Link in a mail not taken"),
    "check_asked": ("", "refresh-cw", "Check asked for by the requester"),
    "checks_asked_by_agent": ("", "refresh-cw", _who("{who} had the checks run")),
    "reminded": ("", "bell", "Requester reminded"),
    "mail_sent": ("", "mail", _mail("Mail sent")),
    "mail_refused": ("fail", "mail-x", _mail("Mail refused")),
    "bounced": ("fail", "mail-x", _bounced),
    "checks_passed": ("pass", "circle-check", _passed),
    "checks_failed": ("fail", "circle-x", _failed),
    "checks_cannot_check": ("", "wifi-off", _stopped),
    "check_delayed": ("", "clock", "Requester told that the check takes longer"),
    "pass": ("info", "zap", "Status: ready to decide"),
    "lose_evidence": ("fail", "circle-x", "Evidence lost, requester told what to mend"),
    "approve": ("pass", "check", _who("{who} approved")),
    "approve_second": ("pass", "users", _who("{who} approved as second agent")),
    "reject": ("fail", "x", _who("{who} did not agree")),
    "void": ("fail", "x", "Approval void"),
    "begin_removal": ("info", "timer", "Safety wait over, removal begun"),
    "finish": ("pass", "shield-off", "2FA removed"),
    "refuse": ("fail", "x", "The directory refused the removal"),
    "deny": ("fail", "ban", _who("{who} denied the request")),
    "withdraw": ("", "hand", "Withdrawn by the requester"),
    "stop": ("fail", "hand", "Stopped by the owner"),
    "blocked": ("fail", "ban", "New requests blocked"),
    "signed_in": ("", "user-check", "The owner signed in, so the case ended"),
    "account_changed": ("", "user-x", "The account changed, so the case ended"),
    "expire": ("", "clock", "Expired"),
    "ask_again": ("info", "history", "Second look asked for"),
    "answer_corrected": ("", "pencil", "Requester: “I did set up this 2FA myself”"),
    "account_locked": ("fail", "lock", _locked),
    "account_unlocked": ("pass", "lock-open", _who("{who} unlocked the account")),
    "block_lifted": ("info", "lock-open", _who("{who} lifted the block on new requests")),
    "message_received": ("", "message-square", "Message from the requester"),
    "replied": ("", "reply", _who("{who} replied")),
    "noted": ("", "sticky-note", _who("{who} added an internal note")),
    "assigned": ("", "user-check", _who("{who} changed the owner of the case")),
    "removal_slow_told": ("fail", "bell", "Leads told that the removal takes long"),
}
# Words of people stand in the conversation themselves.
_IN_CONVERSATION = frozenset(_KNOWN) - {
    "opened",
    "message_received",
    "replied",
    "noted",
    "assigned",
    "check_asked",
    "checks_asked_by_agent",
    "removal_slow_told",
    "checks_passed",
    "checks_cannot_check",
    "mail_sent",
}
_APPROVALS = frozenset({Move.APPROVE, Move.APPROVE_SECOND})
_WHY_IS_IN_THE_TEXT = frozenset({"checks_passed", "checks_failed", "checks_cannot_check"})


def entry(event: Event) -> Entry:
    """One event as a line; an action without words of its own is told by its name."""
    name = str(event.action)
    kind, icon, told = _KNOWN.get(name, ("", "circle-dot", name.replace("_", " ").capitalize()))
    text = told if isinstance(told, str) else told(event)
    why = _approved(event) if name in _APPROVALS else event.why
    if name in _WHY_IS_IN_THE_TEXT:
        why = event.details.get("detail", "")
    return Entry(kind, icon, text, why, event.at)


def _approved(event: Event) -> str:
    """The reason of an approval, and its note."""
    reason = event.details.get("reason")
    return ". ".join(part for part in (approved(ApprovalReason(reason)) if reason else "", event.why) if part)


def stands_between_messages(event: Event) -> bool:
    """Whether an event is told in the conversation too."""
    return str(event.action) in _IN_CONVERSATION
