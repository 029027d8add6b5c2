"""What somebody tried that no page asks for: refused at the edge, and written down."""

from __future__ import annotations

from collections.abc import Sequence

from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.principals import Principal
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.telling import tell_of

MOST_NAMES = 10
STRANGER = Actor(By.PORTAL, "Form")


def tell_of_unknown_fields(principal: Principal | None, page: str, names: Sequence[str], *, tools: Tools) -> None:
    """Write down that a form came with fields that its page does not have: their names, and never a value.

    `page` is a rule of addresses, in which no token stands; `principal` is None for a stranger.
    """
    details = {"page": page, "fields": ", ".join(names[:MOST_NAMES])}
    with tools.uow.begin() as work:
        if principal is not None:
            tell_of(work, principal, "unknown_field", details=details)
        else:
            work.records.tell(Event(None, work.now, "unknown_field", STRANGER, details=details))
