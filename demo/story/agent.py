"""Somebody at the desk: opens cases, answers, notes and decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.story.people import Colleague
from demo.story.world import World
from support_portal.domain.cases import ApprovalReason, DenialReason, read_reference
from support_portal.use_cases import decide, desk
from support_portal.use_cases.steps.deciding import Decision


class Agent:
    """One colleague at work."""

    def __init__(self, world: World, colleague: Colleague) -> None:
        self._world = world
        self._staff = world.staff[colleague.address]

    def open(self, reference: str) -> None:
        """Look at a case; its evidence is looked at again where it is old."""
        desk.open_case(reference, self._staff.id, tools=self._world.tools)
        self._world.work()

    def take(self, reference: str) -> None:
        """Make a case one's own."""
        desk.assign(reference, self._staff.id, self._staff.id, tools=self._world.tools)

    def reply(self, reference: str, text: str) -> None:
        """Answer the requester."""
        desk.reply(reference, self._staff.id, text, tools=self._world.tools)
        self._world.work()

    def note(self, reference: str, text: str) -> None:
        """Write what only agents read."""
        desk.note(reference, self._staff.id, text, tools=self._world.tools)

    def approve(self, reference: str, note: str = "") -> None:
        """Approve the removal; a note tells what explains the risk."""
        self._decide(decide.approve, reference, note, reason=_why(note))

    def approve_second(self, reference: str, note: str) -> None:
        """Agree to a colleague's approval."""
        self._decide(decide.approve_second, reference, note, reason=_why(note))

    def deny(self, reference: str, reason: DenialReason, note: str) -> None:
        """Deny the request, without a block."""
        self._decide(decide.deny, reference, note, reason=reason, block=False)

    def _decide(self, how: Callable[..., None], reference: str, note: str, **more: Any) -> None:
        self.open(reference)
        now = self._world.clock.now()
        with self._world.tools.uow.begin() as work:
            version = work.cases.by_number(read_reference(reference)).version
        how(reference, Decision(self._staff.id, now, version, note), **more, tools=self._world.tools)
        self._world.work()


def _why(note: str) -> ApprovalReason:
    return ApprovalReason.RISK_EXPLAINED if note else ApprovalReason.NOTHING_AGAINST_IT
