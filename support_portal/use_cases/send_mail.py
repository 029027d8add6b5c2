"""One mail goes out: rendered now, handed to the server, and settled; the safety wait follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from support_portal.domain.addresses import compared, masked
from support_portal.domain.cases import Case, State
from support_portal.domain.correspondence import BY_HAND, Letter, Purpose
from support_portal.domain.errors import TryLater
from support_portal.domain.guards import wait_of
from support_portal.domain.incoming import message_id_of, reply_address
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import Policy, in_words, policy_for, up_to_the_minute
from support_portal.domain.watching import CHECKS_A_DAY, pause_at_age
from support_portal.ports.outside import MailDelayed, MailRefused, OutgoingMail
from support_portal.ports.records import Mail
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.gather import policy_of
from support_portal.use_cases.steps.voiding import void_for_bounce
from support_portal.use_cases.steps.wait import start_wait

PORTAL = Actor(By.PORTAL, "Support portal")
WITHOUT_A_SERVER = timedelta(minutes=1)  # between looks for a mail server that is not set
LONGEST_PAUSE = timedelta(minutes=3)  # so that mails go out soon after a mail server is back
OVERTAKEN = "overtaken: the case went on before this mail could be sent"

# Letters that say what is not true any more once the case has left these states.
TRUE_IN = {
    Letter.CONFIRM: {State.UNCONFIRMED},
    Letter.INSTRUCTIONS: {State.AWAITING_REPOSITORY},
    Letter.REMINDER: {State.AWAITING_REPOSITORY},
    Letter.CHECKS_FAILED: {State.AWAITING_REPOSITORY},
    Letter.CHECK_DELAYED: {State.AWAITING_REPOSITORY},
    Letter.APPROVED: {State.COOLING_OFF},
    Letter.WAIT_ENDS: {State.COOLING_OFF},
}


def send(mail_id: UUID, *, tools: Tools) -> None:
    """Send one mail; settled already is done. Raises TryLater while the server is not there.

    A worker killed between the server's yes and the note of it sends the same mail, with the same Message-ID, again.
    """
    with tools.uow.begin() as work:
        mail = work.mails.get(mail_id)
        if mail.settled_at is not None:
            return
        case = work.cases.read(mail.case_id) if mail.case_id else None
        if case is not None and case.state not in TRUE_IN.get(mail.letter, {case.state}):
            work.mails.settle(mail_id, work.now, OVERTAKEN)
            return
        now, facts = work.now, _facts(work, mail, case, tools)
    if tools.sender is None:
        raise TryLater(now + WITHOUT_A_SERVER, "no mail server is set")
    refusal = ""
    try:
        tools.sender.send(_rendered(mail, facts, tools), now)
    except MailRefused as no:
        refusal = str(no) or "refused"
    except MailDelayed as later:
        pause = pause_at_age(now - mail.made_at, tools.spread(), most=LONGEST_PAUSE)
        raise TryLater(now + pause, str(later)) from later
    _settle(mail, refusal, tools)


def _rendered(mail: Mail, facts: Mapping[str, str], tools: Tools) -> OutgoingMail:
    words = tools.letters.write(mail.letter, facts, _addresses_of(mail, facts, tools))
    ours = tools.product.support_address
    reply = mail.links.get(Purpose.REPLY)
    reply_to = reply_address(tools.links.token(Purpose.REPLY, reply), ours) if reply else None
    return OutgoingMail(
        message_id=message_id_of(mail.id, ours),
        to=mail.to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        reply_to=reply_to,
        is_automatic=mail.letter not in BY_HAND,
        in_reply_to=facts.get("in_reply_to", ""),
    )


def _addresses_of(mail: Mail, facts: Mapping[str, str], tools: Tools) -> dict[str, str]:
    """Complete link addresses; their tokens exist from here to the mail server and nowhere else."""
    base = tools.product.address
    token = {name: tools.links.token(Purpose(name), subject) for name, subject in mail.links.items()}
    pages = {
        Purpose.CONFIRM: "/requests/confirm/{token}",
        Purpose.STOP: "/stop/{token}",
        Purpose.LOCK: "/lock/{token}",
        Purpose.CASE: "/cases/{reference}/{token}",
        Purpose.STAFF_PASSWORD: "/staff/password/{token}",
        Purpose.RESET: "/sign-in/password/{token}",
        Purpose.ADDRESS: "/account/address/{token}",
    }
    reference = facts.get("reference", "")
    own = {
        purpose.value.replace("-", "_"): base + page.format(token=token[purpose], reference=reference)
        for purpose, page in pages.items()
        if purpose in token
    }
    desk = {"desk": f"{base}/desk/cases/{reference}"} if reference else {}
    ours = {
        "request": "/request",
        "start": "/",
        "security": "/account/security",
        "tokens": "/account/tokens",
        "locked": "/desk/accounts/locked",
        "forgotten": "/sign-in/forgotten",
    }
    return {**{name: base + page for name, page in ours.items()}, **desk, **own}


def _facts(work: Work, mail: Mail, case: Case | None, tools: Tools) -> dict[str, str]:
    product = tools.product
    policy = policy_of(work, case) if case else policy_for(work.policies.versions(), work.now)
    common = {
        "product": product.name,
        "portal": "Support portal",
        "repository_name": (case.required_name if case else None) or product.repository_name,
        "support_address": product.support_address,
        "confirm_hours": str(max(1, round(policy.confirmation_valid.total_seconds() / 3600))),
        "safety_wait": in_words(wait_of(case, policy) if case else policy.safety_wait),
        "block_days": str(policy.block.days),
        "check_limit": str(CHECKS_A_DAY),
        "registered": masked(case.address) if case else "",
        "password_verified": "",
    }
    return common | (_of_case(work, case, policy, mail) if case else {}) | dict(mail.facts)


def _of_case(work: Work, case: Case, policy: Policy, mail: Mail) -> dict[str, str]:
    due = up_to_the_minute(case.due_at or work.now + wait_of(case, policy))
    last = case.state_since + policy.repository_expected
    return {
        "reference": case.reference,
        "opened_date": f"{case.opened_at.day} {case.opened_at:%B %Y}",
        "due_weekday": f"{due:%A}",
        "due_date": f"{due:%A} {due.day} {due:%B %Y}",
        "due_time": f"{due:%H:%M}",
        "days_left": str(max(0, (last - work.now).days)),
        "code": case.code or "",
        "compromise": "yes" if case.compromise else "",
        "to_registered": "yes" if compared(mail.to) == compared(case.address) else "",
    }


def _settle(mail: Mail, refusal: str, tools: Tools) -> None:
    with tools.uow.begin() as work:
        if not work.mails.settle(mail.id, work.now, refusal) or mail.case_id is None:
            return
        details = {"letter": mail.letter.value, "to": masked(mail.to)}
        action = "mail_refused" if refusal else "mail_sent"
        work.records.tell(Event(mail.case_id, work.now, action, PORTAL, why=refusal[:200], details=details))
        if not refusal and mail.letter is not Letter.APPROVED:
            return
        case = work.cases.get(mail.case_id)
        if refusal and compared(mail.to) == compared(case.address) and void_for_bounce(work, case):
            return
        if mail.letter is Letter.APPROVED:
            start_wait(work, case, policy_of(work, case))
