"""How far the look at a repository has come, told by what is written down alone: in turn, under way, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support_portal.domain.cases import Case, State
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.identities import Instance, read_link


class Stage(StrEnum):
    """What is being done about a look that was put off."""

    WAITING = "waiting"  # it is due, and no worker has it yet
    LOOKING = "looking"  # a worker holds it


@dataclass(frozen=True)
class Look:
    """A look that was put off, as its row says; nobody waits for those that the watcher makes by itself."""

    due_at: datetime
    held_until: datetime | None = None
    is_parked: bool = False
    is_asked_for: bool = True


def stage_of(look: Look | None, now: datetime) -> Stage | None:
    """What is being done about it now; None where nothing is, so that no page waits for nothing."""
    if look is None or look.is_parked:
        return None
    if look.held_until is not None and look.held_until > now:
        return Stage.LOOKING
    return Stage.WAITING if look.is_asked_for and look.due_at <= now else None


def can_be_looked_for(case: Case) -> bool:
    """Whether there is a repository to look for: the instructions are out, and the case still goes on."""
    return case.is_live and case.challenge_at is not None and case.state is not State.TRIAGE


def is_by_link(case: Case) -> bool:
    """Whether the repository that a link names is looked at, and not whatever the connected accounts hold."""
    return case.state is State.AWAITING_REPOSITORY and case.link is not None


def asked_at(
    link: str | None, passed_at: str | None, connected: Iterable[str], instances: Sequence[Instance]
) -> tuple[Instance, ...]:
    """The providers that a look asks: where the repository passed before, where the link leads, or of each account."""
    if passed_at is not None:
        keys = {passed_at}
    elif link is not None:
        named = read_link(link, instances)
        keys = {named.instance} if named else set()
    else:
        keys = set(connected)
    return tuple(one for one in instances if one.key in keys)


def has_verdict(run: Run | None, link: str | None) -> bool:
    """Whether the newest run says anything of what is looked at now; `link`: what was sent since, if a link counts."""
    if run is None or run.outcome is Outcome.CANNOT_CHECK:
        return False
    return link is None or run.link.casefold() == link.casefold()
