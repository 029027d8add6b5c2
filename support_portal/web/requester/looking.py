"""What is being done about a requester's repository, check by check, in the words of the case page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support_portal.domain import words
from support_portal.domain.evidence import MANDATORY, Check
from support_portal.domain.identities import Instance
from support_portal.domain.progress import Stage, asked_at, stage_of
from support_portal.ports.requester_screens import CasePage


@dataclass(frozen=True)
class Looking:
    """A look that waits for its turn or is under way: every check that has no answer yet, and one sentence."""

    stage: Stage
    told: str
    checks: tuple[str, ...]


def looking(case: CasePage, instances: Sequence[Instance]) -> Looking | None:
    """What is being done now; None where nothing is."""
    stage = stage_of(case.look, case.now)
    if stage is None:
        return None
    found = asked_at(case.link, None, [one.instance for one in case.accounts], instances)
    names = [one.name for one in found or instances]
    asked = (*MANDATORY, Check.CHALLENGE_PRESENT) if case.code else MANDATORY
    checks = tuple(words.asked(check, words.in_a_row(names, "or")) for check in asked)
    return Looking(stage, _told(case, stage, words.in_a_row(names)), checks)


def _told(case: CasePage, stage: Stage, places: str) -> str:
    if stage is Stage.WAITING:
        return "Your repository waits for its turn." if case.link else "Your git accounts wait for their turn."
    if case.link:
        return f"We’re looking at your repository now, on {places}."
    return f"We’re looking for your repository now, on {places}."
