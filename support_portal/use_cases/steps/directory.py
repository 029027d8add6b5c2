"""Following the account: the owner who signs in, or an account that changes, ends a case."""

from __future__ import annotations

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import Case
from support_portal.domain.guards import Circumstances, change_of, nobody_used_a_second_factor
from support_portal.domain.moves import Actor, By, Move
from support_portal.ports.stores import Work
from support_portal.use_cases.steps.gather import circumstances
from support_portal.use_cases.steps.move import make_move

DIRECTORY = Actor(By.DIRECTORY, "Account directory")


def follow_the_account(work: Work, case: Case, about: Circumstances) -> bool:
    """End a live case whose owner signed in with a second factor, or whose account changed; whether it ended."""
    if nobody_used_a_second_factor(case, about) is not None:
        why = "Somebody signed in to the account with a second factor."
        make_move(work, case, Move.SIGNED_IN, DIRECTORY, circumstances(work, case, why=why))
        return True
    if changed := change_of(case, about.account):
        why = f"The account changed: {changed}."
        is_locked = about.account is not None and about.account.status is AccountStatus.LOCKED
        facts = {"is_locked": "yes" if is_locked else ""}
        make_move(work, case, Move.ACCOUNT_CHANGED, DIRECTORY, circumstances(work, case, why=why), facts)
        return True
    return False
