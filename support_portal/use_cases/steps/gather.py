"""Reading everything a move is judged by, in one transaction and just before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from support_portal.domain.accounts import Account
from support_portal.domain.cases import Case
from support_portal.domain.guards import Circumstances
from support_portal.domain.policy import Policy, policy_for
from support_portal.domain.risk import Assessment, Facts, assess
from support_portal.domain.staff import Role, Staff, whose_it_is
from support_portal.ports.outside import DirectoryUnavailable
from support_portal.ports.stores import Work


def policy_of(work: Work, case: Case) -> Policy:
    """The policy that holds for this case."""
    return policy_for(work.policies.versions(), case.opened_at)


def risk_of(work: Work, case: Case, account: Account, policy: Policy) -> Assessment:
    """The risk of a case as its account stands now, by the policy that holds for the case."""
    return _risk(work, case, account, policy, work.people.with_roles(*Role))


def _risk(work: Work, case: Case, account: Account, policy: Policy, team: Sequence[Staff]) -> Assessment:
    lifted_at = work.blocks.last_lifted_at(case.account_id)
    colleague = whose_it_is(account, team)
    return assess(Facts(account, case.opened_at, case.compromise_was_said, lifted_at, colleague), policy)


def facts_for_the_owner(work: Work, case: Case) -> Circumstances:
    """The facts for a move that needs no account: a directory that does not answer never holds back a stop."""
    try:
        return circumstances(work, case)
    except DirectoryUnavailable:
        return Circumstances(at=work.now, policy=policy_of(work, case), risk=case.risk)


def circumstances(work: Work, case: Case, **more: Any) -> Circumstances:
    """The facts about a case now; `more` adds what only the caller knows."""
    account = work.directory.read(case.account_id)
    run = work.records.run(case.evidence_run_id) if case.evidence_run_id else None
    policy = policy_of(work, case)
    team = work.people.with_roles(*Role)
    found = Circumstances(
        at=work.now,
        policy=policy,
        account=account,
        run=run,
        risk=_risk(work, case, account, policy, team).level if account else case.risk,
        deciders=frozenset(person.id for person in team if person.is_decider),
    )
    return replace(found, **more)
