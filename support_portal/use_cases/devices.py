"""Ending one's own sessions, wherever they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from support_portal.domain.errors import BadInput, NotFound
from support_portal.domain.principals import Principal
from support_portal.domain.staff import is_fresh
from support_portal.ports.stores import Work
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.telling import tell_of

ASKED_FOR = "Enter your password. It is asked for again when your sign-in is older than 5 minutes"


def end_one(principal: Principal, session_id: UUID, proved_at: datetime | None, *, tools: Tools) -> None:
    """End one session; raises NotFound for one that has ended or is not theirs, BadInput where no proof is fresh."""
    with tools.uow.begin() as work:
        _fresh(work, proved_at)
        if not work.logins.end_session(principal, session_id, work.now):
            raise NotFound("There is no such session.")
        tell_of(work, principal, "session_ended")


def end_others(principal: Principal, present: UUID, proved_at: datetime | None, *, tools: Tools) -> None:
    """End every session but the present one; raises BadInput where no proof is fresh."""
    with tools.uow.begin() as work:
        _fresh(work, proved_at)
        work.logins.end_sessions(principal, work.now, but=present)
        tell_of(work, principal, "sessions_ended")


def _fresh(work: Work, proved_at: datetime | None) -> None:
    if not is_fresh(proved_at, work.now):
        raise BadInput({"own_password": ASKED_FOR})
