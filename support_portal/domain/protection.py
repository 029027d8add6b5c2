"""What protects an account beside the moves of a case: a lock, its unlocking, and the lifting of a block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from support_portal.domain import guards
from support_portal.domain.accounts import Account, AccountStatus
from support_portal.domain.cases import Case
from support_portal.domain.guards import Circumstances
from support_portal.domain.moves import Guard
from support_portal.domain.staff import Permission, Staff, is_fresh, is_own, may

# Who broke in can end the case by signing in, or by setting up 2FA anew: that must not save them from the lock.
LOCK_AFTER_THE_END = timedelta(days=30)
LONGEST_REASON = 4000  # characters
ONLY_A_LEAD = "Only a lead unlocks an account or lifts a block."
NOT_LOCKED = "The account is not locked."
ASK_THE_PASSWORD = "Enter your password again: this needs a sign-in within the last 5 minutes."  # noqa: S105  words


class Measure(StrEnum):
    """All that is done to protect an account, or to take such a protection away."""

    LOCK_ACCOUNT = "lock_account"
    UNLOCK_ACCOUNT = "unlock_account"
    LIFT_BLOCK = "lift_block"


def by_a_lead(case: Case, c: Circumstances) -> str | None:
    """What protects an account is taken away by leads alone."""
    return None if may(c.decider, Permission.LIFT) else ONLY_A_LEAD


def compromise_answer_stands(case: Case, c: Circumstances) -> str | None:
    """Staff lock an account only while somebody says the owner did not set this up."""
    return None if case.compromise else "Nobody says any more that somebody else set up this 2FA."


def not_long_after_the_end(case: Case, c: Circumstances) -> str | None:
    """What was said in a case of long ago locks nobody out now."""
    is_over = case.ended_at is not None and c.at - case.ended_at > LOCK_AFTER_THE_END
    return "This case ended more than 30 days ago." if is_over else None


def account_is_in_use(case: Case, c: Circumstances) -> str | None:
    """There is something to lock."""
    if c.account is None or c.account.status is AccountStatus.ACTIVE:
        return None
    return f"The account is {c.account.status} already."


def account_is_locked(case: Case, c: Circumstances) -> str | None:
    """There is something to unlock."""
    return None if c.account and c.account.status is AccountStatus.LOCKED else NOT_LOCKED


def a_block_is_in_force(case: Case, c: Circumstances) -> str | None:
    """There is something to lift."""
    return None if c.is_blocked else "New requests are not blocked: the block ended, or somebody lifted it."


def reason_written(case: Case, c: Circumstances) -> str | None:
    """All of it is explained, to whoever reads the audit."""
    return why_not_this_reason(c.note)


def why_not_this_reason(why: str) -> str | None:
    """What is wrong with a reason; None when it will do."""
    length = len(why.strip())
    if not length:
        return "Write a reason: it is kept in the audit log."
    return f"Write a reason of at most {LONGEST_REASON:,} characters." if length > LONGEST_REASON else None


_ASKED_FOR = (guards.seen_version_is_current, guards.not_own_case, guards.signed_in_afresh, reason_written)
RULES: Mapping[Measure, tuple[Guard, ...]] = {
    Measure.LOCK_ACCOUNT: (
        guards.by_a_decider,
        compromise_answer_stands,
        not_long_after_the_end,
        account_is_in_use,
        *_ASKED_FOR,
    ),
    Measure.UNLOCK_ACCOUNT: (by_a_lead, account_is_locked, *_ASKED_FOR),
    Measure.LIFT_BLOCK: (by_a_lead, a_block_is_in_force, *_ASKED_FOR),
}


def what_holds_back(measure: Measure, case: Case, circumstances: Circumstances) -> tuple[str, ...]:
    """Every reason why this is not done now, in the order of its guards; empty where none holds it back."""
    return tuple(reason for guard in RULES[measure] if (reason := guard(case, circumstances)))


def what_holds_back_unlocking(
    account: Account, by: Staff, signed_in_at: datetime, why: str, at: datetime
) -> tuple[str, ...]:
    """Every reason why this person does not unlock an account that was locked without a case; empty for none."""
    reasons = (
        None if may(by, Permission.LIFT) and not is_own(by, account) else ONLY_A_LEAD,
        None if account.status is AccountStatus.LOCKED else NOT_LOCKED,
        None if is_fresh(signed_in_at, at) else ASK_THE_PASSWORD,
        why_not_this_reason(why),
    )
    return tuple(reason for reason in reasons if reason)
