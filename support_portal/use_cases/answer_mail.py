"""An agent answers a mail that fits no case: by hand, knowing what was answered, and with no link at all."""

from __future__ import annotations

from uuid import UUID

from support_portal.domain.addresses import masked
from support_portal.domain.errors import NotAllowed, NotFound, Stale
from support_portal.domain.incoming import answered_id, why_not_answered
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Permission, may
from support_portal.ports.records import Message
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.letters import write_answer
from support_portal.use_cases.steps.masking import without_tokens
from support_portal.use_cases.steps.text import written_text

ANSWERED_MEANWHILE = "Somebody answered this mail while you were writing. Nothing was sent: read that answer first."


def why_not(message: Message, *, tools: Tools) -> str | None:
    """Why nobody may answer this mail, in a sentence; None where an agent may."""
    return why_not_answered(message.name, message.from_address, tools.product.support_address)


def answer_mail(message_id: UUID, staff_id: UUID, text: str, *, seen: int, tools: Tools) -> str:
    """Write to the address a mail says it is from, which may be forged; the address.

    `seen` is how many answers to it this person was shown. Raises BadInput, NotFound, NotAllowed for a mail that is
    never answered, Stale when there are more answers by now, TooMany when enough went to that address today.
    """
    text = without_tokens(written_text(text), tools.links)
    with tools.uow.begin() as work:
        person = work.people.staff(staff_id)
        if person is None or not may(person, Permission.WORK_ON_CASES):
            raise NotFound("There is no such mail.")
        message = work.records.mail_without_case(message_id)
        refusal = why_not(message, tools=tools)
        if refusal is not None:
            raise NotAllowed(refusal)
        if work.mails.answers_to(message) != seen:
            raise Stale(ANSWERED_MEANWHILE)
        facts = {"text": text, "agent": person.name, "in_reply_to": answered_id(message.message_id)}
        write_answer(work, message, facts)
        details = {"mail": str(message.id), "to": masked(message.from_address)}
        actor = Actor(By.DECIDER, person.name, person.id)
        work.records.tell(Event(None, work.now, "mail_answered", actor, details=details))
        return message.from_address
