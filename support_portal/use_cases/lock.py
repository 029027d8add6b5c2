"""The lock link in a mail: GET shows, POST locks the account at once."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.addresses import masked
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood
from support_portal.domain.moves import Actor, By
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.entry import NO_LONGER, case_by_link, whose
from support_portal.use_cases.steps.locking import is_locked, is_shut, lock_account, shut
from support_portal.use_cases.steps.telling import addresses_of


@dataclass(frozen=True)
class LockView:
    """What the lock page shows; `reference` is there after a removal, `is_staff` for somebody who works here."""

    reference: str
    address: str
    is_locked: bool
    is_staff: bool = False


def look(token: str, *, tools: Tools) -> LockView:
    """Which account would be locked; changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        link = _link(work, token, tools)
        if link.case_id is not None:
            case, _ = case_by_link(work, Purpose.LOCK, token, tools)
            return LockView(case.reference, masked(case.address), is_locked(work, case))
        principal = whose(link)
        address = next(iter(addresses_of(work, principal)), link.address)
        return LockView("", masked(address), is_shut(work, principal), principal.is_staff)


def lock(token: str, *, tools: Tools) -> None:
    """Lock the account; a second time changes nothing. Raises LinkNotGood."""
    with tools.uow.begin() as work:
        link = _link(work, token, tools)
        actor = Actor(By.LINK, f"Owner, by the lock link to {masked(link.address)}", link.staff_id)
        if link.case_id is None:
            shut(work, whose(link), actor)
        else:
            case, _ = case_by_link(work, Purpose.LOCK, token, tools)
            lock_account(work, case, actor)


def _link(work: Work, token: str, tools: Tools) -> Link:
    link = work.mails.link(Purpose.LOCK, tools.links.subject(Purpose.LOCK, token))
    if link.expires_at is not None and work.now >= link.expires_at:
        raise LinkNotGood(NO_LONGER)
    return link
