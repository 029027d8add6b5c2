"""The people of the tests: Ana is locked out, Ben and Chloe are agents, Lea is the lead, Mallory attacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from support_portal.domain.accounts import Account, AccountStatus, Enrolment
from support_portal.domain.cases import ApprovalReason
from support_portal.domain.identities import ConnectedAccount, Instance, ProviderKind
from support_portal.domain.staff import Role, Staff

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday, at noon
OPENED_AT = NOW - timedelta(days=3)  # when Ana asked
LONG_AGO = datetime(2021, 3, 3, 9, 30, tzinfo=UTC)  # when everything of hers was set up


WHY = ApprovalReason.NOTHING_AGAINST_IT


def an_id(number: int) -> UUID:
    """An id that is easy to recognize in a failed test."""
    return UUID(int=number)


GITHUB = Instance("github", ProviderKind.GITHUB, "GitHub", "https://github.com", "https://github.com/new")
GITLAB = Instance("gitlab", ProviderKind.GITLAB, "GitLab", "https://gitlab.com", "https://gitlab.com/projects/new")
BITBUCKET = Instance(
    "bitbucket", ProviderKind.BITBUCKET, "Bitbucket", "https://bitbucket.org", "https://bitbucket.org/repo/create"
)
INSTANCES = (GITHUB, GITLAB, BITBUCKET)

ANAS_WORKSPACE = "{a0a0a0a0-1111-4222-8333-444455556666}"
ANAS_GITHUB = ConnectedAccount("github", "1001", "ana-dev", LONG_AGO)
ANAS_GITLAB = ConnectedAccount("gitlab", "2002", "ana.dev", LONG_AGO)
ANAS_BITBUCKET = ConnectedAccount(
    "bitbucket", "{b0b0b0b0-1111-4222-8333-444455556666}", "Ana", LONG_AGO, workspace_ids=(ANAS_WORKSPACE,)
)

ANAS_ENROLMENT = Enrolment(an_id(21), LONG_AGO)
ANA = Account(
    id=an_id(1),
    address="ana@example.org",
    name="Ana Ruiz",
    status=AccountStatus.ACTIVE,
    two_factor=ANAS_ENROLMENT,
    connected=(ANAS_GITHUB, ANAS_GITLAB, ANAS_BITBUCKET),
    other_addresses=("ana.ruiz@example.net",),
    replaced_addresses=(),
    created_at=LONG_AGO,
    address_changed_at=None,
    password_changed_at=LONG_AGO,
    last_sign_in_at=OPENED_AT - timedelta(days=2),
    last_second_factor_at=OPENED_AT - timedelta(days=2),
    privileged=False,
)

MALLORYS_GITHUB_ID = "6666"
MALLORYS_ADDRESS = "mallory@attacker.example"

BEN = Staff(an_id(101), "Ben Ito", "ben@support.example", Role.AGENT)
CHLOE = Staff(an_id(102), "Chloe Martin", "chloe@support.example", Role.AGENT)
LEA = Staff(an_id(103), "Lea Novak", "lea@support.example", Role.LEAD)
INES = Staff(an_id(104), "Ines Berg", "ines@support.example", Role.ADMIN)
OTTO = Staff(an_id(105), "Otto Frey", "otto@support.example", Role.AUDITOR)
