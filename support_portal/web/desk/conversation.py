"""The conversation of a case: messages, notes, and between them what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from support_portal.domain.correspondence import Author
from support_portal.domain.staff import Staff
from support_portal.ports.desk_screens import CaseView
from support_portal.ports.records import Message
from support_portal.web.desk.timeline import Entry, entry, stands_between_messages

_WAYS = {
    "form": "by the form",
    "page": "on the case page",
    "email": "by email",
    "desk": "to the requester",
    "portal": "by itself",
}


@dataclass(frozen=True)
class Said:
    """One message as it is shown: `style` is `in`, `out` or `internal`; the text is cut into paragraphs of lines."""

    style: str
    who: str
    initials: str
    is_me: bool
    way: str
    is_unproven: bool
    at: datetime
    paragraphs: tuple[tuple[str, ...], ...]


def thread(view: CaseView, me: Staff) -> tuple[Said | Entry, ...]:
    """Everything in the order in which it happened; the events come newest first."""
    owner = view.account.name if view.account else ""
    said = [_said(message, me, owner, view.people) for message in view.messages]
    between = [entry(event) for event in reversed(view.events) if stands_between_messages(event)]
    return tuple(sorted((*said, *between), key=lambda one: one.at))


def counted(view: CaseView) -> str:
    """How much was said: `4 messages, 1 note`."""
    notes = sum(message.is_internal for message in view.messages)
    messages = len(view.messages) - notes
    told = [_plural(messages, "message")] if messages else []
    told += [_plural(notes, "note")] if notes else []
    return ", ".join(told) or "Nothing was said yet"


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _said(message: Message, me: Staff, owner: str, people: Mapping[UUID, Staff]) -> Said:
    is_ours = message.author is Author.AGENT
    who = message.name or message.from_address or "Requester"
    if message.author is Author.REQUESTER and owner:
        who = owner
    return Said(
        style="internal" if message.is_internal else "out" if is_ours else "in",
        who=who,
        initials=_initials(message, who, people),
        is_me=message.staff_id == me.id,
        way=_WAYS[message.via],
        is_unproven=message.author is Author.UNPROVEN,
        at=message.at,
        paragraphs=paragraphs(message.text),
    )


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """A text cut at its empty lines, and each piece at its line ends."""
    pieces = text.replace("\r\n", "\n").split("\n\n")
    return tuple(tuple(piece.strip("\n").split("\n")) for piece in pieces if piece.strip())


def _initials(message: Message, who: str, people: Mapping[UUID, Staff]) -> str:
    if message.staff_id is not None and message.staff_id in people:
        return people[message.staff_id].initials
    words = who.split("@", maxsplit=1)[0].replace(".", " ").split() or ["?"]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()
