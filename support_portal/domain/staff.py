"""The people who work here: their roles, and what each role may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.accounts import Account
from support_portal.domain.addresses import compared
from support_portal.domain.identities import GitIdentity
from support_portal.domain.principals import Principal, PrincipalKind, Step

FRESH_FOR = timedelta(minutes=5)  # a decision needs a sign-in no older than this


class Role(StrEnum):
    """Agents and leads decide; admins manage people and settings; auditors read everything."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


DECIDERS = frozenset({Role.AGENT, Role.LEAD})


class Permission(StrEnum):
    """What a page, endpoint or command may ask for; each names one where it is defined."""

    ANYBODY = "anybody"
    HALF_WAY = "half_way"  # between the password and the second factor
    ENROL = "enrol"  # set up a second factor: for staff without one the only thing that is possible
    OWN_ACCOUNT = "own_account"  # one's own sign-in, second factors and sessions
    OWN_GIT_ACCOUNTS = "own_git_accounts"  # connected to a product account: for its owner, never for staff
    SEE_CASES = "see_cases"
    WORK_ON_CASES = "work_on_cases"
    DECIDE = "decide"
    LIFT = "lift"  # take a protection away: unlock an account, lift a block
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"  # invite somebody, change a role, suspend, let back in
    SEE_PROVIDERS = "see_providers"  # how the portal stands with them: addresses, limits, what its tokens may
    SERVER = "server"  # run a command where the portal's settings and keys are; no sign-in gives it


OF_EVERYBODY_SIGNED_IN = frozenset({Permission.ENROL, Permission.OWN_ACCOUNT})
OF_OWNERS = OF_EVERYBODY_SIGNED_IN | {Permission.OWN_GIT_ACCOUNTS}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({Permission.SEE_CASES, Permission.WORK_ON_CASES, Permission.DECIDE}),
    Role.LEAD: frozenset({Permission.SEE_CASES, Permission.WORK_ON_CASES, Permission.DECIDE, Permission.LIFT}),
    Role.ADMIN: frozenset({Permission.SEE_PEOPLE, Permission.MANAGE_PEOPLE, Permission.SEE_PROVIDERS}),
    Role.AUDITOR: frozenset({Permission.SEE_CASES, Permission.SEE_PEOPLE, Permission.SEE_PROVIDERS}),
}


@dataclass(frozen=True)
class Staff:
    """One person who works at the desk.

    `git` is who they are at git providers, as far as that can be known: nobody connects a git account for the desk, so
    what is connected to a product account with an address of theirs counts as theirs.
    """

    id: UUID
    name: str
    address: str
    role: Role
    is_active: bool = True
    git: frozenset[GitIdentity] = frozenset()

    @property
    def principal(self) -> Principal:
        """The person as one who signs in."""
        return Principal(PrincipalKind.STAFF, self.id)

    @property
    def is_decider(self) -> bool:
        """Whether this person may approve and deny now."""
        return self.is_active and self.role in DECIDERS

    @property
    def initials(self) -> str:
        """Two letters that stand for the person where space is short."""
        words = self.name.split() or ["?"]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


def may(person: Staff | None, permission: Permission) -> bool:
    """Whether this person (None: a stranger) has a permission."""
    if permission is Permission.ANYBODY:
        return True
    return person is not None and person.is_active and permission in GRANTS[person.role] | OF_EVERYBODY_SIGNED_IN


def may_enter(person: Staff | None, permission: Permission) -> bool:
    """Whether somebody signed in has a permission: one of the staff, or (None) the owner of an account."""
    if permission is Permission.HALF_WAY:
        return True
    return permission in OF_OWNERS if person is None else may(person, permission)


def opens(step: Step, permission: Permission) -> bool:
    """Whether a sign-in that has come this far opens what asks for a permission, for whoever has that permission."""
    if permission is Permission.HALF_WAY:
        return step is Step.SECOND_FACTOR
    if permission is Permission.ENROL:
        return step is not Step.SECOND_FACTOR
    return step is Step.SIGNED_IN


def is_own(person: Staff, account: Account) -> bool:
    """Whether a case of this account is the person's own: nobody sees, let alone decides, such a case.

    An address that is theirs tells, and so does a git account: whoever could make the repository that proves the case
    must not be who judges it.
    """
    return has_their_address(person, account) or any(one.acts_as & person.git for one in account.connected)


def has_their_address(person: Staff, account: Account) -> bool:
    """Whether the person's address is one that the account has or had."""
    ours = {compared(person.address)}
    theirs = {compared(address) for address in (account.address, *account.other_addresses)}
    theirs |= {compared(old) for old, _ in account.replaced_addresses}
    return bool(ours & theirs)


def whose_it_is(account: Account, team: Iterable[Staff]) -> str:
    """The name of the one of the staff whose own account this is; empty for anybody else's."""
    return next((person.name for person in team if is_own(person, account)), "")


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether a proof of who it is (None: there is none) is recent enough for a decision."""
    return proved_at is not None and now - proved_at <= FRESH_FOR
