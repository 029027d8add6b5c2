"""What holds a move back: each guard answers None, or the sentence that says why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.addresses import compared
from support_portal.domain.cases import Approval, ApprovalReason, Case, Channel, DenialReason, State
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.policy import Policy
from support_portal.domain.risk import Level
from support_portal.domain.staff import Staff, is_fresh, is_own
from support_portal.domain.watching import FRESH_BEFORE_REMOVAL, PAST_DUE_AFTER


@dataclass(frozen=True)
class Circumstances:
    """The facts a move is judged by: gathered by the use case, read just before, never from a form or a message."""

    at: datetime
    policy: Policy
    account: Account | None = None
    run: Run | None = None
    risk: Level = Level.LOW
    decider: Staff | None = None
    signed_in_at: datetime | None = None
    seen_version: int | None = None
    approval: Approval | None = None
    approving: ApprovalReason | None = None
    denial: DenialReason | None = None
    note: str = ""
    why: str = ""
    compromise: bool = False
    confirmed_address: str | None = None
    confirmed_request: tuple[UUID, Channel] | None = None  # the request that the click is about, and how it came
    required_name: str | None = None
    new_code: str | None = None
    undated: frozenset[str] = frozenset()  # the providers that tell no creation date
    deciders: frozenset[UUID] = frozenset()  # everybody who may decide now
    bounced: bool = False
    refused_by_directory: bool = False
    removal_is_done: bool = False  # the directory said so
    last_link_at: datetime | None = None
    is_blocked: bool = False
    has_newer_case: bool = False

    @property
    def the_run(self) -> Run:
        """The run, where a guard has made sure that there is one."""
        if self.run is None:
            raise ValueError("no run was gathered")
        return self.run

    @property
    def the_approval(self) -> Approval:
        """The approval, where the use case gives one."""
        if self.approval is None:
            raise ValueError("no approval was given")
        return self.approval

    @property
    def the_decider(self) -> Staff:
        """The decider, where a guard has made sure that there is one."""
        if self.decider is None:
            raise ValueError("no decider was named")
        return self.decider


def needs_second(case: Case, policy: Policy) -> bool:
    """Whether one approval is not enough."""
    return policy.second_approval == "always" or case.risk is Level.HIGH


def wait_of(case: Case, policy: Policy) -> timedelta:
    """The safety wait of this case."""
    return max(policy.safety_wait, policy.safety_wait_high_risk) if case.risk is Level.HIGH else policy.safety_wait


def as_risky_as_now(case: Case, c: Circumstances) -> Case:
    """The case at its present risk: what was high once stays so, what has become high counts at once."""
    return case if case.risk is Level.HIGH else replace(case, risk=c.risk)


def link_is_for_this_address(case: Case, c: Circumstances) -> str | None:
    """The link that was clicked went to the address the case was opened for."""
    if c.confirmed_address is None or compared(c.confirmed_address) != compared(case.address):
        return "This link was not sent to the registered address of the account."
    return None


def by_a_decider(case: Case, c: Circumstances) -> str | None:
    """Agents and leads decide, nobody else."""
    return None if c.decider is not None and c.decider.is_decider else "Only agents and leads decide."


def signed_in_afresh(case: Case, c: Circumstances) -> str | None:
    """A decision needs a sign-in within the last 5 minutes."""
    if c.signed_in_at is None or not is_fresh(c.signed_in_at, c.at):
        return "Enter your password again: a decision needs a sign-in within the last 5 minutes."
    return None


def seen_version_is_current(case: Case, c: Circumstances) -> str | None:
    """A decision is about the version that was looked at."""
    if c.seen_version != case.version:
        return "The case changed while you were looking at it. Read it again, then decide."
    return None


def not_own_case(case: Case, c: Circumstances) -> str | None:
    """Nobody decides about an account of their own; where there is no telling, nobody decides."""
    if c.account is None:
        return "The account is not there, so nobody can tell whose it is."
    if c.decider and is_own(c.decider, c.account):
        return "This is a case of your own account. Somebody else decides it."
    return None


def not_the_first_decider(case: Case, c: Circumstances) -> str | None:
    """A second look is another person's."""
    if case.first_decider is not None and c.decider is not None and c.decider.id == case.first_decider:
        return "You denied this case before. Somebody else takes the second look."
    return None


def not_the_same_decider(case: Case, c: Circumstances) -> str | None:
    """The second approval is another person's."""
    if c.decider is not None and any(given.staff_id == c.decider.id for given in case.approvals):
        return "You approved this case already. The second approval is another person's."
    return None


def first_approver_still_decides(case: Case, c: Circumstances) -> str | None:
    """A second approval adds to one that stands."""
    stands = {given.staff_id for given in case.approvals} <= c.deciders
    return None if stands else "The first approval does not stand any more: who gave it may not decide now."


def note_unless_low_risk(case: Case, c: Circumstances) -> str | None:
    """Anything but low risk is decided with a note."""
    if c.risk is not Level.LOW and not c.note.strip():
        return "Write a reason: the risk of this case is not low."
    return None


def reason_given(case: Case, c: Circumstances) -> str | None:
    """A rejection says why."""
    return None if c.note.strip() else "Write a reason for the first agent."


def approval_reason_given(case: Case, c: Circumstances) -> str | None:
    """An approval names the reason that an auditor reads."""
    return None if c.approving else "Choose the reason why you approve."


def denial_reason_given(case: Case, c: Circumstances) -> str | None:
    """A denial names the reason that the requester reads."""
    return None if c.denial else "Choose the reason that the requester reads."


def all_checks_passed(case: Case, c: Circumstances) -> str | None:
    """Nobody can override a failed or missing check."""
    if c.run is None or case.evidence_run_id is None:
        return "No run of the checks has passed."
    if c.run.id != case.evidence_run_id or c.run.outcome is not Outcome.PASSED:
        return "The last run of the checks did not pass."
    if case.failing_since is not None:
        return "The repository failed its last check. It is checked again before anybody can approve."
    return None


def evidence_is_fresh(case: Case, c: Circumstances) -> str | None:
    """Old evidence is no evidence."""
    if c.run is None or c.at - c.run.at > c.policy.evidence_valid:
        return "The checks passed too long ago. They run again by themselves; look again in a minute."
    return None


def mailbox_confirmed(case: Case, c: Circumstances) -> str | None:
    """The mailbox was confirmed, and it is the one the account has now."""
    confirmed = case.confirmed_address
    if confirmed is None or c.account is None or compared(confirmed) != compared(c.account.address):
        return "The mailbox of the account's present address is not confirmed."
    return None


def no_compromise_answer(case: Case, c: Circumstances) -> str | None:
    """While somebody says the owner did not set this up, nothing is removed."""
    if case.compromise:
        return "The requester says that somebody else set up this 2FA. Nothing is removed while that stands."
    return None


def account_is_unchanged(case: Case, c: Circumstances) -> str | None:
    """The account is as it was when the case was opened."""
    return f"The account changed: {why}." if (why := change_of(case, c.account)) else None


def change_of(case: Case, account: Account | None) -> str | None:
    """What changed at the account since the case was opened, in words; None when nothing that matters did."""
    if account is None or account.status is AccountStatus.DELETED:
        return "it was deleted"
    if account.status is not AccountStatus.ACTIVE:
        return f"it is {account.status}"
    if compared(account.address) != compared(case.address):
        return "its registered address is another one"
    if account.two_factor is None:
        return "two-factor authentication is off"
    if account.two_factor.id != case.enrolment_id:
        return "two-factor authentication was set up anew"
    return None


def run_passed(case: Case, c: Circumstances) -> str | None:
    """Every mandatory check passed in this one run."""
    return None if c.run and c.run.outcome is Outcome.PASSED else "Not every check passed in one run."


def run_passed_just_now(case: Case, c: Circumstances) -> str | None:
    """Before a removal the same repository passed again, at most 30 minutes ago."""
    run = c.run
    if run is None or run.outcome is not Outcome.PASSED or c.at - run.at > FRESH_BEFORE_REMOVAL:
        return "The repository has not passed every check in the last 30 minutes."
    if (run.instance, run.repository_id) != (case.repository_instance, case.repository_id):
        return "It is not the repository that was approved."
    return None


def failed_twice(case: Case, c: Circumstances) -> str | None:
    """One failed run may be an accident; two, far enough apart, are not."""
    apart = c.policy.evidence_lost_after
    if c.run is None or c.run.outcome is not Outcome.FAILED or case.failing_since is None:
        return "The repository has not failed twice."
    return None if c.run.at - case.failing_since >= apart else "The two failed runs are too close together."


def wait_is_over(case: Case, c: Circumstances) -> str | None:
    """The safety wait holds for everybody, and grows at once with the risk or a stricter policy."""
    shortest = case.state_since + wait_of(as_risky_as_now(case, c), c.policy)
    return None if case.due_at and c.at >= max(case.due_at, shortest) else "The safety wait is not over."


def nobody_used_a_second_factor(case: Case, c: Circumstances) -> str | None:
    """Who signs in with a code or a key is not locked out."""
    used = c.account.last_second_factor_at if c.account else None
    return "Somebody signed in with a second factor since." if used and used > case.opened_at else None


def approvals_stand(case: Case, c: Circumstances) -> str | None:
    """Nothing voids the approvals."""
    return what_voids(case, c)


def _void_by_people(case: Case, c: Circumstances) -> str | None:
    people = {given.staff_id for given in case.approvals}
    if not people <= c.deciders:
        return "Somebody who approved may not decide any more."
    if not people:
        return "Nobody approved."
    is_missing = needs_second(as_risky_as_now(case, c), c.policy) and len(people) < 2
    return "A second approval is needed now." if is_missing and case.state is State.COOLING_OFF else None


def what_voids(case: Case, c: Circumstances) -> str | None:
    """Why the approvals of this case do not stand any more; None when they do."""
    if c.bounced:
        return "The mail server of the registered address refused our mail."
    if case.due_at is not None and c.at - case.due_at >= PAST_DUE_AFTER:
        return "The removal could not be done for 7 days."
    return _void_by_people(case, c)


def something_voids(case: Case, c: Circumstances) -> str | None:
    """The guard of the move `void`."""
    return None if what_voids(case, c) else "The approvals stand."
