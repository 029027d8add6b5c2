"""Links as mails carry them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from support_portal.domain.cases import Case
from support_portal.domain.correspondence import Purpose
from support_portal.ports.records import Link
from support_portal.ports.tools import Tools
from tests.cast import ANA, BEN


def now_of(tools: Tools) -> datetime:
    """The database's time."""
    with tools.uow.begin() as work:
        return work.now


def a_link(tools: Tools, purpose: Purpose, case: Case | None, valid: timedelta = timedelta(hours=24)) -> str:
    """The token of a new link about a case; one without a case sets Ben's password."""
    now = now_of(tools)
    link = Link(
        id=uuid4(),
        purpose=purpose,
        case_id=case.id if case else None,
        address=ANA.address,
        made_at=now,
        expires_at=now + valid,
        staff_id=None if case else BEN.id,
    )
    with tools.uow.begin() as work:
        work.mails.add_links(link)
    return tools.links.token(purpose, link.id)


def case_path(tools: Tools, case: Case) -> str:
    """The address of the private page of a case."""
    return f"/cases/{case.reference}/{tools.links.token(Purpose.CASE, case.id)}"
