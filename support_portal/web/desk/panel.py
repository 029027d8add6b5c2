"""The decision panel: what has to hold, what holds it back, and what this person can do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from support_portal.domain import guards
from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Outcome
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Move
from support_portal.domain.policy import up_to_the_minute
from support_portal.domain.risk import Kind, Level
from support_portal.domain.staff import Staff
from support_portal.ports.desk_screens import CaseView
from support_portal.web.desk.checklist import count_of
from support_portal.web.desk.marks import FAIL, NONE, PASS, WARN, Mark


@dataclass(frozen=True)
class Button:
    """A way to a decision: the last part of its page's address, and why it is off for this person, if it is."""

    question: str
    label: str
    icon: str
    style: str
    key: str = ""
    why_off: tuple[str, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True)
class Panel:
    """The panel's head, its conditions and its buttons."""

    kind: str
    title: str
    lead: str
    gates: tuple[Mark, ...]
    buttons: tuple[Button, ...]
    can_approve: bool
    can_deny: bool


Reasons = Mapping[Move, tuple[str, ...]]


def panel(view: CaseView, viewer: Staff, why_not: Reasons) -> Panel:
    """The panel for this person; `why_not` are the reasons that hold each decision back."""
    buttons = _buttons(view, why_not) if viewer.is_decider else ()
    kind, title, lead = _head(view, viewer, why_not)
    usable = {button.question for button in buttons if not button.why_off}
    can_approve = bool(usable & {"approve", "approve-second"})
    return Panel(kind, title, lead, gates(view), buttons, can_approve, "deny" in usable)


def as_risky_as_now(view: CaseView) -> Case:
    """The case at the risk that counts now."""
    risk = view.assessment.level if view.assessment else view.case.risk
    return guards.as_risky_as_now(view.case, Circumstances(at=view.now, policy=view.policy, risk=risk))


def gates(view: CaseView) -> tuple[Mark, ...]:
    """The conditions of an approval, each met or not."""
    before = [one for one in view.account.connected if one.connected_at < view.case.opened_at] if view.account else []
    about = Circumstances(at=view.now, policy=view.policy, account=view.account)
    is_confirmed = guards.mailbox_confirmed(view.case, about) is None
    listed = [
        Mark(PASS, "Email matches and the inbox is confirmed")
        if is_confirmed
        else Mark(FAIL, "The account’s present address is not confirmed"),
        Mark(PASS, "Git account connected before the case") if before else Mark(FAIL, "No git account from before"),
        _evidence(view),
        _risk(view),
        second_agent(view),
    ]
    if view.case.compromise:
        listed.insert(0, Mark(FAIL, "Somebody else set up this 2FA, says the requester"))
    return tuple(listed)


def second_agent(view: CaseView) -> Mark:
    """Whether another decider has to agree, and who has."""
    names = [view.people[given.staff_id].name for given in view.case.approvals if given.staff_id in view.people]
    now = as_risky_as_now(view)
    is_needed = guards.needs_second(now, view.policy)
    if len(names) > 1 or (names and not is_needed):
        return Mark(PASS, f"Approved by {' and '.join(names)}")
    if names:
        return Mark(NONE, f"Approved by {names[0]}, second agent: nobody yet")
    if is_needed:
        return Mark(NONE, "Second agent: nobody yet")
    return Mark(NONE, f"Second agent: not needed at {now.risk} risk")


def _evidence(view: CaseView) -> Mark:
    run, case = view.last_run, view.case
    if run is None:
        return Mark(NONE, "Repository: none yet")
    count = count_of(run)
    if run.outcome is Outcome.CANNOT_CHECK:
        return Mark(WARN if case.evidence_at else NONE, f"Repository: {run.passed_count} of {count} so far")
    if run.failed:
        return Mark(FAIL, f"Repository: {len(run.failed)} of {count} checks failed")
    if case.evidence_at and view.now - case.evidence_at > view.policy.evidence_valid and not case.has_ended:
        return Mark(WARN, f"Repository passed {run.passed_count} of {count}, too long ago")
    return Mark(PASS, f"Repository passed {run.passed_count} of {count}")


def _risk(view: CaseView) -> Mark:
    if view.assessment is None:
        return Mark(WARN, "Risk not known")
    high = sum(signal.kind is Kind.HIGH for signal in view.assessment.signals)
    if high:
        return Mark(FAIL, f"{high} high risk signal{'s' if high != 1 else ''}")
    if view.assessment.level is Level.HIGH:
        return Mark(FAIL, "The risk signals add up to high")
    return Mark(PASS, "No high risk signal")


_WAITING = {
    Outcome.CANNOT_CHECK: (WARN, "Wait for the checks", "The repository check has not finished."),
    Outcome.FAILED: (FAIL, "The checks have not passed", "The requester was told what to change."),
}
_HEADS = {
    State.REMOVING: (NONE, "2FA is being removed", "Nothing can be decided any more."),
    State.REMOVED: (PASS, "2FA was removed", "The owner was told at every confirmed address."),
    State.DENIED: (FAIL, "Denied", "2FA stays on. The owner was told."),
    State.WITHDRAWN: (NONE, "Closed", "Withdrawn or stopped, or the account changed. There is nothing to decide."),
    State.EXPIRED: (NONE, "Expired", "2FA stays on. A new request opens a new case."),
}


def _head(view: CaseView, viewer: Staff, why_not: Reasons) -> tuple[str, str, str]:
    case = view.case
    if case.state is State.TRIAGE:
        return _head_of_triage(view, viewer)
    if case.state is State.AWAITING_REPOSITORY:
        outcome = view.last_run.outcome if view.last_run else Outcome.PASSED
        return _WAITING.get(outcome, (NONE, "Wait for the requester", "There is no repository to decide on yet."))
    if case.state in {State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL}:
        move = Move.APPROVE_SECOND if case.state is State.AWAITING_SECOND_APPROVAL else Move.APPROVE
        return _head_of_decision(view, viewer, why_not[move])
    if case.state is State.COOLING_OFF:
        told = (
            f"2FA comes off on {up_to_the_minute(case.due_at):%a %-d %b, %H:%M} UTC."
            if case.due_at
            else "It begins with the notices."
        )
        return PASS, "Safety wait", f"{told} The owner can stop it until then."
    return _HEADS[case.state]


def _head_of_triage(view: CaseView, viewer: Staff) -> tuple[str, str, str]:
    if view.case.compromise:
        return FAIL, "Perhaps a break-in", "Nothing is removed while that answer stands. You can ask, or deny."
    if view.case.second_look_used:
        if viewer.id == view.case.first_decider:
            return WARN, "Somebody else’s turn", "You denied this case before. Another person takes the second look."
        return WARN, "Second look", "It was denied once. Send the instructions anew, or deny it for good."
    return NONE, "Read it first", "Send the instructions, or deny."


def _head_of_decision(view: CaseView, viewer: Staff, why_not: tuple[str, ...]) -> tuple[str, str, str]:
    if not viewer.is_decider:
        return NONE, "Waits for a decision", "Agents and leads decide."
    if any(given.staff_id == viewer.id for given in view.case.approvals):
        return WARN, "Somebody else’s turn", "You approved this case. A second agent has to agree."
    if why_not:
        count = len(why_not)
        return FAIL, f"{count} condition{'s are' if count != 1 else ' is'} not met", " ".join(why_not)
    if view.case.state is State.AWAITING_SECOND_APPROVAL:
        return PASS, "Your second opinion", "Another agent approved it. Look at the evidence yourself."
    return PASS, "All conditions are met", "The decision is yours."


_REPLY = Button("reply", "Reply", "reply", "", "r")
_ASK = Button("reply", "Ask", "reply", "", "r")


def _buttons(view: CaseView, why_not: Reasons) -> tuple[Button, ...]:
    state = view.case.state
    if state is State.TRIAGE:
        off = why_not[Move.SEND_INSTRUCTIONS]
        send = Button("send-instructions", "Send the instructions", "send", "primary", "a", off, is_wide=True)
        return (send, _deny(why_not), _ASK)
    if state is State.AWAITING_REPOSITORY:
        waits = ("You can approve after the checks have passed.",)
        if view.last_run is not None and view.last_run.outcome is Outcome.FAILED:
            return (_deny(why_not, is_main=True), _approve(waits, is_wide=False), _REPLY)
        return (_approve(waits), _deny(why_not), _ASK)
    if state is State.IN_REVIEW:
        return (_approve(why_not[Move.APPROVE]), _deny(why_not), _ASK)
    if state is State.AWAITING_SECOND_APPROVAL:
        off = why_not[Move.APPROVE_SECOND]
        second = Button("approve-second", "Approve as second agent", "check", "approve", "a", off, is_wide=True)
        return (second, Button("reject", "Don’t agree", "x", ""), _deny(why_not), _REPLY)
    return (_deny(why_not), _REPLY) if state is State.COOLING_OFF else (_REPLY,)


def _approve(why_off: tuple[str, ...], *, is_wide: bool = True) -> Button:
    return Button("approve", "Approve", "check", "approve", "a", why_off, is_wide)


def _deny(why_not: Reasons, *, is_main: bool = False) -> Button:
    return Button("deny", "Deny", "ban", "danger" if is_main else "deny", "d", why_not[Move.DENY], is_main)
