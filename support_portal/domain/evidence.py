"""What a requester has proved with a repository, and whether it is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.identities import ConnectedAccount, RepositoryLink

CLOCK_SKEW = timedelta(seconds=60)  # how far the provider's clock may be behind the portal's


class Check(StrEnum):
    """The checks, in the order in which they are shown."""

    LINK_RECOGNISED = "link_recognised"
    REPOSITORY_FOUND = "repository_found"
    IS_PUBLIC = "is_public"
    NAME_MATCHES = "name_matches"
    NOT_MOVED = "not_moved"
    OWNER_IS_CONNECTED = "owner_is_connected"
    CONNECTED_BEFORE_REQUEST = "connected_before_request"
    CREATED_FOR_THIS_CASE = "created_for_this_case"
    IS_ORIGINAL = "is_original"
    CHALLENGE_PRESENT = "challenge_present"


MANDATORY = tuple(check for check in Check if check is not Check.CHALLENGE_PRESENT)


class Verdict(StrEnum):
    """What one check says; a check that was not reached says nothing."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class Outcome(StrEnum):
    """What a whole run says. A fault is never a pass and never a fail."""

    PASSED = "passed"
    FAILED = "failed"
    CANNOT_CHECK = "cannot_check"


class CannotCheck(StrEnum):
    """Why a run came to no verdict."""

    CREDENTIALS = "credentials"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    DIRECTORY = "directory"


@dataclass(frozen=True)
class CheckResult:
    """One check: its verdict, what was compared (for agents), and the found value a requester is shown."""

    check: Check
    verdict: Verdict
    observed: str
    found: str = ""
    variant: str = ""  # which of several sentences fits: "organization", "fork", "copy"


class OwnerKind(StrEnum):
    """What owns a repository."""

    USER = "user"
    GROUP = "group"  # an organization or group: many people
    WORKSPACE = "workspace"


@dataclass(frozen=True)
class RepositoryFacts:
    """What a provider says of a repository, in the portal's words. None: this provider does not tell."""

    instance: str
    repository_id: str
    name: str
    owner_id: str
    owner_name: str
    owner_kind: OwnerKind
    is_public: bool
    visibility: str
    created_at: datetime | None
    is_fork: bool
    is_mirror: bool | None
    is_template_copy: bool | None
    is_import: bool | None
    creator_id: str | None
    description: str
    url: str
    digest: str
    api_request_id: str
    summary: str  # the fields judged, as short JSON, for the agent to read
    etag: str = ""  # the provider's mark of this version of the answer, where asking with it costs nothing


@dataclass(frozen=True)
class Found:
    """The provider returned the repository, or said that nothing changed since it did."""

    facts: RepositoryFacts
    is_unchanged: bool = False


@dataclass(frozen=True)
class Missing:
    """The provider has no such repository for strangers: absent, private, or taken down (451)."""

    status: int
    api_request_id: str = ""


@dataclass(frozen=True)
class Moved:
    """The provider answered with a redirect, which is never followed."""

    status: int
    api_request_id: str = ""
    leads_away: bool = False  # to another host or to nowhere, where nothing of a provider's ever moves


@dataclass(frozen=True)
class Unknown:
    """No verdict can be had now; when to try again, where the provider said so (a span, or a moment)."""

    reason: CannotCheck
    detail: str
    retry_after: timedelta | None = None
    retry_at: datetime | None = None
    instance: str = ""  # whose fault it is, where a look asked several


Answer = Found | Missing | Moved | Unknown


def by_nobody(_instance: str, _repository_id: str) -> bool:
    """No repository passed for another case."""
    return False


@dataclass(frozen=True)
class Question:
    """What a run has to find out: the case's facts that the repository is held against."""

    required_name: str
    accounts: tuple[ConnectedAccount, ...]
    opened_at: datetime
    challenge_at: datetime
    code: str | None = None
    link: RepositoryLink | None = None  # what was asked for by name; None: looked for at the connected accounts
    known: RepositoryFacts | None = None  # what the newest run found, for asking whether it changed
    passed_repository: str | None = None  # the id that passed before: only that one will do
    is_claimed: Callable[[str, str], bool] = by_nobody  # whether (instance, repository id) passed for another case

    def without_link(self) -> Question:
        """The same question, asked by the owner's id instead of by a link."""
        return replace(self, link=None)


@dataclass(frozen=True)
class Run:
    """One run of all checks, as it is kept: everything an auditor needs, no token, no secret."""

    id: UUID
    case_id: UUID
    at: datetime
    asked_by: str
    outcome: Outcome
    results: tuple[CheckResult, ...]
    link: str = ""
    instance: str = ""
    repository_id: str = ""
    owner_id: str = ""
    repository_created_at: datetime | None = None
    digest: str = ""
    api_request_id: str = ""
    summary: str = ""
    reason: CannotCheck | None = None
    detail: str = ""
    next_try_at: datetime | None = None
    etag: str = ""

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that failed, in their order."""
        return tuple(result for result in self.results if result.verdict is Verdict.FAILED)

    @property
    def passed_count(self) -> int:
        """How many checks passed."""
        return sum(result.verdict is Verdict.PASSED for result in self.results)
