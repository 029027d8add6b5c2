"""Why a case is risky: pure functions of the facts, each with a weight and a sentence for the agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from support_portal.domain.accounts import Account
from support_portal.domain.policy import Policy

MEDIUM_FROM, HIGH_FROM = 3, 6  # the sums of weights at which a level begins
RECENT_CONNECTION = timedelta(days=30)
RECENT_ENROLMENT = timedelta(days=7)
RECENT_PASSWORD = timedelta(days=30)
RECENT_LIFT = timedelta(days=365)


class Level(StrEnum):
    """How careful to be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Kind(StrEnum):
    """How much a signal says; policy gives each kind its weight."""

    NOTE = "note"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Signal:
    """One thing that speaks for care; it weighs what policy says of its kind."""

    key: str
    kind: Kind
    title: str
    sentence: str
    weight: int = 0


@dataclass(frozen=True)
class Facts:
    """What the signals look at."""

    account: Account
    opened_at: datetime
    said_not_set_up_by_owner: bool
    block_lifted_at: datetime | None = None
    colleague: str = ""  # who works here and has an address or a git account of this account


@dataclass(frozen=True)
class Assessment:
    """All signals found, what was looked at without finding anything, and the level that follows."""

    signals: tuple[Signal, ...]
    looked_at: tuple[str, ...]
    level: Level


def assess(facts: Facts, policy: Policy) -> Assessment:
    """Look at everything; the sum of the weights, by the policy of the case, gives the level."""
    weights = {Kind.NOTE: policy.weight_note, Kind.MEDIUM: policy.weight_medium, Kind.HIGH: policy.weight_high}
    signals, clear = [], []
    for look, nothing in _LOOKS:
        signal = look(facts)
        if signal:
            signals.append(replace(signal, weight=weights[signal.kind]))
        else:
            clear.append(nothing)
    total = sum(signal.weight for signal in signals)
    level = Level.HIGH if total >= HIGH_FROM else Level.MEDIUM if total >= MEDIUM_FROM else Level.LOW
    return Assessment(tuple(signals), tuple(clear), level)


def _new_connection(facts: Facts) -> Signal | None:
    recent = [
        account for account in facts.account.connected if account.connected_at > facts.opened_at - RECENT_CONNECTION
    ]
    if not recent:
        return None
    newest = max(recent, key=lambda account: account.connected_at)
    told = f"{newest.username} was connected on {newest.connected_at:%d %b %Y}, less than 30 days before the case."
    return Signal("git_account_is_new", Kind.HIGH, "A git account was connected recently", told)


def _enrolment(facts: Facts) -> Signal | None:
    if facts.said_not_set_up_by_owner:
        told = "The requester said that somebody else set up this two-factor authentication."
        return Signal("two_factor_not_set_up_by_owner", Kind.HIGH, "2FA not set up by the owner", told)
    enrolment = facts.account.two_factor
    if enrolment is None or enrolment.enrolled_at <= facts.opened_at - RECENT_ENROLMENT:
        return None
    told = f"It was turned on on {enrolment.enrolled_at:%d %b %Y}, less than 7 days before the case."
    return Signal("two_factor_is_new", Kind.HIGH, "2FA was turned on recently", told)


def _password(facts: Facts) -> Signal | None:
    changed = facts.account.password_changed_at
    if changed is None or changed <= facts.opened_at - RECENT_PASSWORD:
        return None
    told = f"It was changed on {changed:%d %b %Y}, less than 30 days before the case."
    return Signal("password_is_new", Kind.MEDIUM, "The password was changed recently", told)


def _unblocked(facts: Facts) -> Signal | None:
    lifted = facts.block_lifted_at
    if lifted is None or lifted <= facts.opened_at - RECENT_LIFT:
        return None
    told = f"A lead lifted a block on {lifted:%d %b %Y}. For a year after that, every case of the account is high risk."
    return Signal("unblocked", Kind.HIGH, "A block on new requests was lifted", told)


def _colleague(facts: Facts) -> Signal | None:
    if not facts.colleague:
        return None
    told = (
        f"{facts.colleague} works here and has an address or a git account of this account. Nobody decides that alone."
    )
    return Signal("of_a_colleague", Kind.HIGH, "The account of somebody who works here", told)


_LOOKS = (
    (_new_connection, "Every git account was connected more than 30 days before"),
    (_enrolment, "2FA was set up by the owner, more than 7 days before"),
    (_password, "No password change in 30 days"),
    (_unblocked, "No block on new requests was lifted within a year"),
    (_colleague, "Nobody who works here has an address or a git account of this account"),
)
