"""What a requester can do on the private case page."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import Author
from support_portal.domain.errors import BadInput, NotAllowed, WrongState
from support_portal.domain.moves import Actor, By, Event, Move
from support_portal.jobs import ASKED, Job
from support_portal.ports.records import Message
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import case_by_key
from support_portal.use_cases.steps.gather import circumstances, facts_for_the_owner
from support_portal.use_cases.steps.masking import without_tokens
from support_portal.use_cases.steps.move import make_move
from support_portal.use_cases.steps.stopping import stop_case
from support_portal.use_cases.steps.submit import count_check, look_now, name_link

REQUESTER = Actor(By.CASE_PAGE, "Requester")
LONGEST_MESSAGE = 4000


def open_case(reference: str, key: str, *, tools: Tools) -> UUID:
    """The id of the case that this reference and key open; raises NotFound or LinkNotGood."""
    with tools.uow.begin() as work:
        return case_by_key(work, reference, key, tools).id


def submit_link(reference: str, key: str, url: str, *, tools: Tools) -> None:
    """Send the link of a repository; raises BadInput, TooMany."""
    if not url.strip():
        raise BadInput({"repository_url": "Paste the link to your repository"})
    with tools.uow.begin() as work:
        case = _confirmed(case_by_key(work, reference, key, tools), "send a link")
        name_link(work, case, url, REQUESTER, tools)


def check_again(reference: str, key: str, *, tools: Tools) -> None:
    """Have the repository looked at now; raises TooMany after 20 times a day, WrongState when nothing is waited for."""
    with tools.uow.begin() as work:
        case = case_by_key(work, reference, key, tools)
        if case.state is not State.AWAITING_REPOSITORY:
            raise WrongState(case.state, "check again")
        count_check(work, case, REQUESTER)
        look_now(work, case, tools)


def send_message(reference: str, key: str, text: str, *, tools: Tools) -> None:
    """Write to the agents; a message moves nothing. Raises BadInput."""
    text = text.strip()
    if not text or len(text) > LONGEST_MESSAGE:
        wrong = "Write your message" if not text else f"Use at most {LONGEST_MESSAGE} characters"
        raise BadInput({"message": wrong})
    with tools.uow.begin() as work:
        case = _confirmed(case_by_key(work, reference, key, tools), "send a message")
        kept = without_tokens(text, tools.links)
        work.records.say(Message(uuid4(), case.id, work.now, Author.REQUESTER, case.address, kept, "page"))
        work.records.tell(Event(case.id, work.now, "message_received", REQUESTER, why="on the case page"))
        if case.state is State.AWAITING_REPOSITORY:
            work.due.put_off(Job.WATCH, case.id, work.now, ASKED)


def withdraw(reference: str, key: str, *, tools: Tools) -> None:
    """The requester needs it no more."""
    with tools.uow.begin() as work:
        case = case_by_key(work, reference, key, tools)
        make_move(work, case, Move.WITHDRAW, REQUESTER, facts_for_the_owner(work, case))


def disown(reference: str, key: str, *, tools: Tools) -> None:
    """Say "this was not me": the case is stopped, new ones are blocked, staff are told."""
    with tools.uow.begin() as work:
        case = case_by_key(work, reference, key, tools)
        stop_case(work, case, Actor(By.CASE_PAGE, "Owner, on the case page"))


def correct_answer(reference: str, key: str, *, tools: Tools) -> None:
    """Say "I did set it up myself after all": the answer no longer stands, the signal stays."""
    with tools.uow.begin() as work:
        case = case_by_key(work, reference, key, tools)
        if case.state is not State.TRIAGE or not case.compromise:
            raise NotAllowed("There is no answer to correct.")
        _correct(work, case)


def ask_again(reference: str, key: str, *, tools: Tools) -> None:
    """Ask another person to look at a denied case, once."""
    with tools.uow.begin() as work:
        case = case_by_key(work, reference, key, tools)
        newer = work.cases.open_one(case.account_id) or work.cases.latest_before(case.account_id)
        about = circumstances(
            work,
            case,
            is_blocked=work.blocks.active(case.account_id, work.now) is not None,
            has_newer_case=newer is not None and newer.number > case.number,
        )
        make_move(work, case, Move.ASK_AGAIN, REQUESTER, about)


def _confirmed(case: Case, what: str) -> Case:
    if case.confirmed_at is None or case.has_ended:
        raise WrongState(case.state, what)
    return case


def _correct(work: Work, case: Case) -> None:
    work.cases.save(case, replace(case, compromise=False, version=case.version + 1))
    work.records.tell(Event(case.id, work.now, "answer_corrected", REQUESTER))
