"""A request comes in: written down at once, matched to an account by a worker, so that nothing is given away."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from support_portal.domain.accounts import Account, AccountStatus, the_one_meant
from support_portal.domain.addresses import is_address
from support_portal.domain.browsers import LONGEST_USER_AGENT
from support_portal.domain.cases import Case, Channel, State
from support_portal.domain.correspondence import Author, Letter
from support_portal.domain.errors import BadInput
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import Policy, policy_for
from support_portal.domain.principals import Principal
from support_portal.jobs import Job
from support_portal.ports.records import Message, Request
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.letters import may_write_today, write_letter, write_within_a_day
from support_portal.use_cases.steps.masking import without_tokens
from support_portal.use_cases.steps.move import put_off_work
from support_portal.use_cases.steps.telling import tell_of

NOT_AN_ADDRESS = "Enter an email address in the correct format, like name@example.com"
LONGEST_REASON = 4000


@dataclass(frozen=True)
class Typed:
    """The form as somebody filled it in, and from where."""

    address: str
    reason: str
    has_recovery_code: bool
    set_up_by_me: bool
    network_address: str
    user_agent: str
    by: Principal | None = None  # who typed the right password just before, and has no second factor


def write_down(typed: Typed, *, tools: Tools) -> UUID:
    """Keep a request and put its matching off: the same two rows whether or not an account exists; its id.

    Raises BadInput.
    """
    wrong = {}
    if not is_address(typed.address):
        wrong["email"] = NOT_AN_ADDRESS
    if not typed.reason.strip():
        wrong["reason"] = "Tell us what happened"
    elif len(typed.reason) > LONGEST_REASON:
        wrong["reason"] = f"Use at most {LONGEST_REASON} characters"
    if wrong:
        raise BadInput(wrong)
    with tools.uow.begin() as work:
        request = Request(
            id=uuid4(),
            address=typed.address,
            reason=without_tokens(typed.reason.strip(), tools.links),
            has_recovery_code=typed.has_recovery_code,
            set_up_by_me=typed.set_up_by_me,
            channel=Channel.FORM,
            received_at=work.now,
            network_address=typed.network_address,
            user_agent=typed.user_agent[:LONGEST_USER_AGENT],
            password_verified=typed.by is not None,
        )
        work.requests.add(request)
        work.due.put_off(Job.MATCH_REQUEST, request.id, work.now)
        if typed.by is not None:
            tell_of(work, typed.by, "help_asked")
        return request.id


def match(request_id: UUID, *, tools: Tools) -> None:
    """Find the account a request is about, and open a case or say by mail why there is none."""
    with tools.uow.begin() as work:
        request = work.requests.get(request_id)
        if request.matched_at is not None:
            return
        account = the_one_meant(request.address, work.directory.find(request.address))
        if account is None:
            _answer(work, request, Letter.NO_ACCOUNT, request.address)
            return
        case = work.cases.open_one(account.id)
        refusal = _why_none(work, account)
        if case is not None:
            _beside(work, case, request, account)
        elif refusal is not None:
            _answer(work, request, refusal, account.address)
        else:
            _open(work, request, account)


def _answer(work: Work, request: Request, letter: Letter, address: str) -> None:
    """No case is opened: one mail a day says why, and an e-mail's words wait in a list that agents read."""
    write_within_a_day(work, letter, address)
    work.requests.settle(request.id, work.now, None, letter)
    if request.channel is Channel.EMAIL:
        work.records.say(_as_message(work, None, request))


def _why_none(work: Work, account: Account) -> Letter | None:
    if account.status is not AccountStatus.ACTIVE:  # first: who can't sign in at all is helped by nothing else
        return Letter.ACCOUNT_SUSPENDED
    if account.two_factor is None:
        return Letter.TWO_FACTOR_OFF
    if not account.connected:
        return Letter.NO_GIT_ACCOUNT
    return Letter.BLOCKED if work.blocks.active(account.id, work.now) else None


def _beside(work: Work, case: Case, request: Request, account: Account) -> None:
    """A request beside a case opens nothing: a new link, or the way to the case; its text is held as unproven."""
    policy = policy_for(work.policies.versions(), case.opened_at)
    letter = Letter.CONFIRM if case.state is State.UNCONFIRMED else Letter.CASE_IS_OPEN
    if may_write_today(work, letter, account.address):
        write_letter(work, case, letter, account, policy, _said(request), request.id)
        if case.state is State.UNCONFIRMED:
            work.due.postpone(Job.EXPIRE, case.id, work.now + policy.confirmation_valid)
    work.records.say(_as_message(work, case, request))
    work.requests.settle(request.id, work.now, case.id, letter)


def _open(work: Work, request: Request, account: Account) -> None:
    if account.two_factor is None:
        raise ValueError("an account without two-factor authentication opens no case")
    before = work.cases.latest_before(account.id)
    case = Case(
        id=uuid4(),
        number=work.cases.next_number(),
        account_id=account.id,
        address=account.address,
        enrolment_id=account.two_factor.id,
        state=State.UNCONFIRMED,
        version=1,
        opened_at=work.now,
        state_since=work.now,
        channel=request.channel,
        request_id=request.id,
        previous_case_id=before.id if before else None,
    )
    work.cases.add(case)
    actor = Actor(By.PORTAL, f"by {'the form' if request.channel is Channel.FORM else 'email'}")
    work.records.tell(Event(case.id, work.now, "opened", actor, to_state=case.state))
    work.records.say(_as_message(work, case, request))
    policy: Policy = policy_for(work.policies.versions(), case.opened_at)
    if may_write_today(work, Letter.CONFIRM, account.address):
        write_letter(work, case, Letter.CONFIRM, account, policy, _said(request), request.id)
    put_off_work(work, case, policy)
    work.requests.settle(request.id, work.now, case.id, Letter.CONFIRM)


def _said(request: Request) -> dict[str, str]:
    """What the mail says of where the request came from: whoever reads it may not know that the password is known."""
    return {"password_verified": "yes"} if request.password_verified else {}


def _as_message(work: Work, case: Case | None, request: Request) -> Message:
    """Nobody has proved yet who wrote it: the confirming click says whose words are the requester's."""
    return Message(
        id=request.id,
        case_id=case.id if case else None,
        at=work.now,
        author=Author.UNPROVEN,
        name=request.address,
        text=request.reason,
        via=request.channel,
        from_address=request.address,
        message_id=request.message_id,
        dmarc=request.dmarc,
    )
