"""What agents do with a case besides deciding: open it, answer, note, assign, have it checked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author, Letter
from support_portal.domain.errors import NotAllowed, WrongState
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.staff import Permission, Staff
from support_portal.jobs import ASKED, Job
from support_portal.ports.records import Message
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.check import HOLDS_EVIDENCE
from support_portal.use_cases.steps.gather import policy_of
from support_portal.use_cases.steps.letters import write_letter
from support_portal.use_cases.steps.submit import look_now
from support_portal.use_cases.steps.text import written_text
from support_portal.use_cases.steps.visible import visible_case

LOOKED_AT_AGAIN_AFTER = timedelta(minutes=5)


def open_case(reference: str, staff_id: UUID, *, tools: Tools) -> UUID:
    """The id of a case that this person may see; its evidence is looked at again when the last look is old.

    Raises NotFound: nobody sees a case of their own account, nor one that is not for the desk.
    """
    with tools.uow.begin() as work:
        _, case = visible_case(work, reference, staff_id, Permission.SEE_CASES)
        last = work.records.last_run(case.id)
        if case.state in HOLDS_EVIDENCE and (last is None or work.now - last.at > LOOKED_AT_AGAIN_AFTER):
            work.due.put_off(Job.WATCH, case.id, work.now, ASKED)
        return case.id


def run_again(reference: str, staff_id: UUID, *, tools: Tools) -> None:
    """Have the checks run now. Raises WrongState when nothing can be checked."""
    with tools.uow.begin() as work:
        person, case = visible_case(work, reference, staff_id, Permission.WORK_ON_CASES)
        if case.state is not State.AWAITING_REPOSITORY and case.state not in HOLDS_EVIDENCE:
            raise WrongState(case.state, "run the checks")
        look_now(work, case, tools)
        work.records.tell(Event(case.id, work.now, "checks_asked_by_agent", _actor(person)))


def reply(reference: str, staff_id: UUID, text: str, *, tools: Tools) -> None:
    """Answer the requester, by mail and on the case page. Raises BadInput."""
    text = written_text(text)
    with tools.uow.begin() as work:
        person, case = visible_case(work, reference, staff_id, Permission.WORK_ON_CASES)
        message = Message(uuid4(), case.id, work.now, Author.AGENT, person.name, text, "desk", staff_id=person.id)
        work.records.say(message)
        work.records.tell(Event(case.id, work.now, "replied", _actor(person)))
        account = work.directory.read(case.account_id)
        facts = {"text": text, "agent": person.name}
        write_letter(work, case, Letter.REPLY, account, policy_of(work, case), facts)


def note(reference: str, staff_id: UUID, text: str, *, tools: Tools) -> None:
    """Write a note that only agents read. Raises BadInput."""
    text = written_text(text)
    with tools.uow.begin() as work:
        person, case = visible_case(work, reference, staff_id, Permission.WORK_ON_CASES)
        message = Message(uuid4(), case.id, work.now, Author.AGENT, person.name, text, "desk", staff_id=person.id)
        work.records.say(replace(message, is_internal=True))
        work.records.tell(Event(case.id, work.now, "noted", _actor(person)))


def assign(reference: str, staff_id: UUID, assignee: UUID | None, *, tools: Tools) -> None:
    """Give a case to somebody who decides, or (None) to nobody. Raises NotAllowed."""
    with tools.uow.begin() as work:
        person, case = visible_case(work, reference, staff_id, Permission.WORK_ON_CASES)
        whom = work.people.staff(assignee) if assignee else None
        if assignee and (whom is None or not whom.is_decider):
            raise NotAllowed("A case is given to an agent or a lead.")
        work.cases.save(case, replace(case, assignee_id=whom.id if whom else None))
        told = f"to {whom.name}" if whom else "to nobody"
        work.records.tell(Event(case.id, work.now, "assigned", _actor(person), why=told))


def _actor(person: Staff) -> Actor:
    return Actor(By.DECIDER, person.name, person.id)
