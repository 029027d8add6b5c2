"""The lock link in the mail about a removal: GET shows, POST locks the account at once."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.addresses import masked
from support_portal.domain.correspondence import Purpose
from support_portal.domain.moves import Actor, By
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import case_by_link
from support_portal.use_cases.steps.locking import is_locked, lock_account


@dataclass(frozen=True)
class LockView:
    """What the lock page shows."""

    reference: str
    address: str
    is_locked: bool


def look(token: str, *, tools: Tools) -> LockView:
    """Which account would be locked; changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        case, _ = case_by_link(work, Purpose.LOCK, token, tools)
        return LockView(case.reference, masked(case.address), is_locked(work, case))


def lock(token: str, *, tools: Tools) -> None:
    """Lock the account; a second time changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        case, link = case_by_link(work, Purpose.LOCK, token, tools)
        lock_account(work, case, Actor(By.LINK, f"Owner, by the lock link to {masked(link.address)}"))
