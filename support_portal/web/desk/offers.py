"""What this person can do to protect the account of a case, or to take a protection away."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.protection import Measure
from support_portal.use_cases.held_back import HeldBack


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


def offers(held_back: HeldBack) -> tuple[Offer, ...]:
    """The measures that nothing holds back, but for what the form asks for."""
    return tuple(offer for measure, offer in OFFERS.items() if not held_back.measures[measure])
