"""What this person can do to protect the account of a case, or to take a protection away."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.guards import Circumstances
from support_portal.domain.protection import Measure, what_holds_back
from support_portal.domain.staff import Staff
from support_portal.ports.desk_screens import CaseView


@dataclass(frozen=True)
class Offer:
    """A way to a measure: the last part of its page's address."""

    question: str
    label: str
    icon: str


OFFERS = {
    Measure.LOCK_ACCOUNT: Offer("lock-account", "Lock the account", "lock"),
    Measure.UNLOCK_ACCOUNT: Offer("unlock-account", "Unlock the account", "lock-open"),
    Measure.LIFT_BLOCK: Offer("lift-block", "Lift the block", "lock-open"),
}


def offers(view: CaseView, viewer: Staff) -> tuple[Offer, ...]:
    """The measures that nothing holds back, but for what the form asks for."""
    return tuple(offer for measure, offer in OFFERS.items() if not held_back(measure, view, viewer))


def held_back(measure: Measure, view: CaseView, viewer: Staff) -> tuple[str, ...]:
    """Why this person can't do this now, whatever is filled in."""
    about = Circumstances(
        at=view.now,
        policy=view.policy,
        account=view.account,
        decider=viewer,
        signed_in_at=view.now,
        seen_version=view.case.version,
        note="to be written",
        is_blocked=view.block is not None,
    )
    return what_holds_back(measure, view.case, about)
