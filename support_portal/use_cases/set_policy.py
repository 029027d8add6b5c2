"""Reading and setting the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from support_portal.domain.correspondence import Letter
from support_portal.domain.errors import BadInput
from support_portal.domain.moves import Actor, By, Event
from support_portal.domain.policy import Policy, contradictions, effective_at, policy_for, read_value, shown
from support_portal.ports.tools import Tools
from support_portal.use_cases.steps.letters import write_to_leads


def policy_now(*, tools: Tools) -> Policy:
    """The policy of a case opened now."""
    with tools.uow.begin() as work:
        return policy_for(work.policies.versions(), work.now)


def set_policy(values: Mapping[str, str], by: str, *, tools: Tools) -> Policy:
    """Set some figures; all leads and admins are told. Raises BadInput naming each figure that is wrong.

    What gets stricter reaches open cases at once, what gets weaker holds a day later for new cases. A portal reached
    on its own machine alone (a demo, a trial) has nobody to protect from a hasty change: there it holds at once.
    """
    changes: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, text in values.items():
        try:
            changes[name] = read_value(name, text, below_floor=tools.product.is_local)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise BadInput(wrong)
    with tools.uow.begin() as work:
        versions = work.policies.versions()
        latest = versions[-1].policy if versions else Policy()
        policy = replace(latest, **changes)
        if contradicting := contradictions(policy):
            raise BadInput(contradicting)
        begins = work.now if tools.product.is_local else effective_at(policy, versions, work.now)
        work.policies.add(policy, work.now, begins, by)
        told = ", ".join(f"{f.name} {shown(getattr(policy, f.name))}" for f in fields(Policy) if f.name in changes)
        actor = Actor(By.PORTAL, by)
        work.records.tell(Event(None, work.now, "policy_set", actor, why=told, details={"from": begins.isoformat()}))
        write_to_leads(
            work, Letter.STAFF_POLICY, {"text": f"{by} set: {told}. It holds from {begins:%d %b %Y %H:%M} UTC."}
        )
        return policy
