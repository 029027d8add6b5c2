"""A mail came in: it joins a case, opens a request, or is a machine's and is never answered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from support_portal.domain.addresses import compared, masked
from support_portal.domain.cases import Case, Channel, State
from support_portal.domain.correspondence import Author, Purpose
from support_portal.domain.errors import BadInput, LinkNotGood, NotFound, TooMany
from support_portal.domain.incoming import (
    LARGEST,
    MACHINES,
    Incoming,
    Nature,
    Returned,
    mail_id_in,
    numbers_in,
    reply_tokens,
    repository_url_in,
    speaks_for_requester,
)
from support_portal.domain.moves import Actor, By, Event
from support_portal.jobs import ASKED, Job
from support_portal.ports.records import Message, Request
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.masking import without_tokens
from support_portal.use_cases.steps.submit import name_link
from support_portal.use_cases.steps.voiding import void_for_bounce

PORTAL = Actor(By.PORTAL, "Support portal")
REQUESTER = Actor(By.LINK, "Requester, by email")


@dataclass(frozen=True)
class Receipt:
    """What became of a mail: the exit status by sysexits.h, and what the command prints of it as one JSON line."""

    status: int
    result: str
    message_id: str = ""
    reference: str = ""
    matched_by: str = ""
    dmarc: str = ""
    why: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What there is to say, by name."""
        return {name: value for name, value in asdict(self).items() if name != "status" and value}


@dataclass(frozen=True)
class _Thread:
    """The case a mail belongs to, by what, and to whom its reply token was mailed, if it has one."""

    case: Case
    matched_by: str
    mailed_to: str | None = None


def receive(raw: bytes, *, tools: Tools) -> Receipt:
    """Take one mail, as often as it is handed over; what can't be taken is said with a status of sysexits.h.

    A message moves no case: it speaks for the requester only by the rule of `speaks_for_requester`, else it is held.
    """
    if len(raw) > LARGEST:
        return Receipt(os.EX_DATAERR, "too_large", why=f"a mail has at most {LARGEST} bytes")
    mail = _without_our_tokens(tools.reader.read(raw), tools)
    refused = _why_unusable(mail)
    if refused is not None:
        return refused
    with tools.uow.begin() as work:
        if work.records.has_mail(mail.id):
            return Receipt(os.EX_OK, "duplicate", mail.message_id)
        thread = _thread(work, mail, tools)
        if mail.nature is not Nature.PERSON:
            return _of_a_machine(work, mail, thread, tools)
        if thread is not None:
            return _join(work, mail, thread, tools)
        return _ask(work, mail)


def _without_our_tokens(mail: Incoming, tools: Tools) -> Incoming:
    """What is kept of a mail opens nothing, whatever it quotes."""
    subject, words = (without_tokens(text, tools.links) for text in (mail.subject, mail.text))
    return replace(mail, subject=subject, text=words)


def _why_unusable(mail: Incoming) -> Receipt | None:
    """A person's mail names one sender and says something; a machine's is only kept."""
    if mail.nature is not Nature.PERSON:
        return None
    problems = {
        "no_sender": not mail.senders,
        "two_senders": len(mail.senders) > 1,
        "no_text": not mail.text,
    }
    found = next((problem for problem, is_so in problems.items() if is_so), None)
    return Receipt(os.EX_DATAERR, found, mail.message_id) if found else None


def _thread(work: Work, mail: Incoming, tools: Tools) -> _Thread | None:
    for token in reply_tokens(mail.recipients, tools.product.support_address):
        try:
            link = work.mails.link(Purpose.REPLY, tools.links.subject(Purpose.REPLY, token))
        except LinkNotGood:
            continue
        if link.case_id is not None:
            return _Thread(work.cases.get(link.case_id), "reply token", link.address)
    for message_id in mail.answers:
        case_id = work.mails.case_of_message(message_id)
        if case_id is not None:
            return _Thread(work.cases.get(case_id), "message id")
    return next(_by_subject(work, mail), None)


def _by_subject(work: Work, mail: Incoming) -> Iterator[_Thread]:
    """Anybody can write a number into a subject: it counts from the registered address alone."""
    for number in numbers_in(mail.subject):
        try:
            case = work.cases.by_number(number)
        except NotFound:
            continue
        if mail.sender and compared(mail.sender) == compared(case.address):
            yield _Thread(case, "subject")


def _join(work: Work, mail: Incoming, thread: _Thread, tools: Tools) -> Receipt:
    case = thread.case
    is_requesters = speaks_for_requester(mail, case.address, thread.mailed_to)
    author = Author.REQUESTER if is_requesters else Author.UNPROVEN
    _keep(work, mail, case.id, author, mail.sender_name or mail.sender)
    action = "message_received" if is_requesters else "message_held"
    by = REQUESTER if is_requesters else PORTAL
    _tell(work, case, action, by, mail, thread)
    if is_requesters:
        _take_to_heart(work, mail, case, tools)
    result = "joined" if is_requesters else "held"
    return Receipt(os.EX_OK, result, mail.message_id, case.reference, thread.matched_by, mail.dmarc)


def _take_to_heart(work: Work, mail: Incoming, case: Case, tools: Tools) -> None:
    """A link in the requester's own words is taken as on the case page; any other word has the watcher look."""
    url = repository_url_in(mail.new_text, tools.instances)
    try:
        if url is not None:
            name_link(work, case, url, REQUESTER, tools)
            return
    except (BadInput, TooMany) as refusal:
        work.records.tell(Event(case.id, work.now, "link_not_taken", REQUESTER, why=str(refusal)))
    if case.state is State.AWAITING_REPOSITORY:
        work.due.put_off(Job.WATCH, case.id, work.now, ASKED)


def _ask(work: Work, mail: Incoming) -> Receipt:
    """A mail of its own is a request like the form's, and proves as little; a worker matches it."""
    request = Request(
        id=mail.id,
        address=mail.sender,
        reason=f"{mail.subject}\n\n{mail.text}".strip(),
        has_recovery_code=None,
        set_up_by_me=None,
        channel=Channel.EMAIL,
        received_at=work.now,
        message_id=mail.message_id,
        dmarc=mail.dmarc,
    )
    work.requests.add(request)
    work.due.put_off(Job.MATCH_REQUEST, request.id, work.now)
    return Receipt(os.EX_OK, "request", mail.message_id, dmarc=mail.dmarc)


def _of_a_machine(work: Work, mail: Incoming, thread: _Thread | None, tools: Tools) -> Receipt:
    """Kept, and nothing else: no answer, nothing reopened; only a mail of ours that came back has a consequence."""
    case = thread.case if thread else None
    matched_by = thread.matched_by if thread else ""
    for returned in mail.returned:
        found = _came_back(work, returned, tools)
        if found is not None:
            case, matched_by = found, "mail that came back"
    _keep(work, mail, case.id if case else None, Author.UNPROVEN, MACHINES[mail.nature])
    reference = case.reference if case else ""
    return Receipt(os.EX_OK, mail.nature, mail.message_id, reference, matched_by, mail.dmarc, mail.why)


def _came_back(work: Work, returned: Returned, tools: Tools) -> Case | None:
    """The case of a mail of ours that came back; only what we sent to that very address counts."""
    mail_id = mail_id_in(returned.message_id, tools.product.support_address)
    if mail_id is None:
        return None
    try:
        sent = work.mails.get(mail_id)
    except NotFound:
        return None
    if sent.case_id is None or compared(sent.to) != compared(returned.address):
        return None
    case = work.cases.get(sent.case_id)
    if returned.is_final:
        _bounced(work, case, sent.to)
    return case


def _bounced(work: Work, case: Case, address: str) -> None:
    """A mailbox refuses us for good: told on the timeline, and at the registered address approvals fall."""
    is_registered = compared(address) == compared(case.address)
    details = {"to": masked(address), "registered": "yes" if is_registered else "no"}
    work.records.tell(Event(case.id, work.now, "bounced", PORTAL, details=details))
    if is_registered:
        void_for_bounce(work, case)


def _keep(work: Work, mail: Incoming, case_id: UUID | None, author: Author, name: str) -> None:
    message = Message(
        id=mail.id,
        case_id=case_id,
        at=work.now,
        author=author,
        name=name,
        text=mail.text,
        via=Channel.EMAIL,
        from_address=mail.sender,
        subject=mail.subject,
        message_id=mail.message_id,
        dmarc=mail.dmarc,
    )
    work.records.say(message)


def _tell(work: Work, case: Case, action: str, by: Actor, mail: Incoming, thread: _Thread) -> None:
    details = {"matched_by": thread.matched_by, "dmarc": mail.dmarc.value}
    work.records.tell(Event(case.id, work.now, action, by, why="by email", details=details))
