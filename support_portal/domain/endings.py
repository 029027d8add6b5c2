"""What ends a case by itself, and what opens an ended one again: the guards of those moves."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.cases import Case, State
from support_portal.domain.guards import Circumstances, change_of, nobody_used_a_second_factor

ASK_AGAIN_WITHIN = timedelta(days=14)


def account_has_changed(case: Case, c: Circumstances) -> str | None:
    """The account is not as it was when the case was opened."""
    return None if change_of(case, c.account) else "The account has not changed."


def owner_used_a_second_factor(case: Case, c: Circumstances) -> str | None:
    """The owner signed in with a code, a key or a recovery code since the case was opened."""
    return None if nobody_used_a_second_factor(case, c) else "Nobody has signed in with a second factor since."


def directory_refused(case: Case, c: Circumstances) -> str | None:
    """Only a clear no of the directory, with nothing done, ends a removal."""
    return None if c.refused_by_directory else "The directory has not refused."


def enrolment_is_gone(case: Case, c: Circumstances) -> str | None:
    """The directory said that it is done, or the account was read back and has that enrolment no more."""
    left = c.account is None or (c.account.two_factor is not None and c.account.two_factor.id == case.enrolment_id)
    return "The directory has not said that this enrolment is gone." if left and not c.removal_is_done else None


def time_is_up(case: Case, c: Circumstances) -> str | None:
    """24 h after the last link for the unconfirmed; 14 days in the state for those without a repository."""
    if case.state is State.UNCONFIRMED:
        last = c.last_link_at or case.opened_at
        return None if c.at - last >= c.policy.confirmation_valid else "The last link still works."
    if case.unchecked_since is not None:
        return "A link cannot be checked at the moment."
    return None if c.at - case.state_since >= c.policy.repository_expected else "There is time left."


def may_ask_again(case: Case, c: Circumstances) -> str | None:
    """Once, within 14 days, with no newer case and no block."""
    if case.second_look_used:
        return "A second look was taken already. The decision is final."
    if case.ended_at is None or c.at - case.ended_at > ASK_AGAIN_WITHIN:
        return "A second look could be asked for within 14 days."
    if c.has_newer_case:
        return "There is a newer case for this account."
    return "New requests for this account are blocked for now." if c.is_blocked else None
