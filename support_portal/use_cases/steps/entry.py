"""The way in by a link: which case a token opens, and whether it still does."""

from __future__ import annotations

from datetime import timedelta

from support_portal.domain.cases import Case, read_reference
from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood, NotFound
from support_portal.domain.principals import Principal, PrincipalKind
from support_portal.ports.records import Link
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools

OPEN_AFTER_THE_END = timedelta(days=30)
NO_LONGER = "This link no longer works."


def case_by_link(work: Work, purpose: Purpose, token: str, tools: Tools) -> tuple[Case, Link]:
    """The case and the link a token from a mail stands for, both locked; raises LinkNotGood."""
    link = work.mails.link(purpose, tools.links.subject(purpose, token))
    if link.case_id is None or (link.expires_at is not None and work.now >= link.expires_at):
        raise LinkNotGood(NO_LONGER)
    case = work.cases.get(link.case_id)
    _still_open(work, case)
    return case, link


def case_by_key(work: Work, reference: str, key: str, tools: Tools) -> Case:
    """The case a private page shows, locked; raises NotFound for a wrong key, LinkNotGood 30 days after the end."""
    try:
        case_id = tools.links.subject(Purpose.CASE, key)
    except LinkNotGood as wrong:
        raise NotFound("There is no such page.") from wrong
    case = work.cases.get(case_id)
    if case.number != read_reference(reference):
        raise NotFound("There is no such page.")
    _still_open(work, case)
    return case


def whose(link: Link) -> Principal:
    """Whose sign-in a link without a case is about; raises LinkNotGood."""
    if link.staff_id is not None:
        return Principal(PrincipalKind.STAFF, link.staff_id)
    if link.account_id is not None:
        return Principal(PrincipalKind.ACCOUNT, link.account_id)
    raise LinkNotGood(NO_LONGER)


def _still_open(work: Work, case: Case) -> None:
    if case.ended_at is not None and work.now - case.ended_at > OPEN_AFTER_THE_END:
        raise LinkNotGood(NO_LONGER)
