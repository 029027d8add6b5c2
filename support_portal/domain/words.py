"""The words in which requesters are told of checks, decisions and states; pages and mails use the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from support_portal.domain.cases import ApprovalReason, DenialReason, State
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Outcome, Run, Verdict
from support_portal.domain.policy import up_to_the_minute


@dataclass(frozen=True)
class Fix:
    """One thing to change: what is wrong, and what to do about it."""

    title: str
    advice: str

    @property
    def sentence(self) -> str:
        """Both in a row, as a mail says it."""
        return f"{self.title}. {self.advice}"


CANNOT_OPEN = Fix(
    "We can’t open the repository",
    "It is private, or the link has a typing error. Make it public in its settings, and check the link.",
)
IN_AN_ORGANIZATION = "It is in an organization"


def fix(result: CheckResult, required_name: str, product: str) -> Fix:
    """What to change after a failed check."""
    return _by_variant(result) or _by_check(result, required_name, product)


def _by_variant(result: CheckResult) -> Fix | None:
    if result.variant == "organization":
        return Fix(f"{IN_AN_ORGANIZATION} ({result.found})", "It must be on your own account.")
    if result.variant == "claimed":
        return Fix("It was used for another case", "Create a new one for this case.")
    if result.variant == "blocked":
        return Fix("The provider has blocked this repository", "Somebody here looks at it, and writes to you.")
    if result.variant == "replaced":
        return Fix("It is not the repository that passed before", "Create a new one, and send us its link.")
    return None


def _by_check(result: CheckResult, required_name: str, product: str) -> Fix:
    return {
        Check.LINK_RECOGNISED: _no_link(required_name),
        Check.REPOSITORY_FOUND: CANNOT_OPEN,
        Check.IS_PUBLIC: CANNOT_OPEN,
        Check.NAME_MATCHES: Fix("The name is not exact", f"It is {result.found}, but it must be {required_name}."),
        Check.NOT_MOVED: Fix("It was moved from another owner", "Create a new one on your own account."),
        Check.OWNER_IS_CONNECTED: _not_connected(product),
        Check.CONNECTED_BEFORE_REQUEST: _not_connected(product),
        Check.CREATED_FOR_THIS_CASE: Fix(
            "The repository is older than our instructions", "Delete or rename it, then create a new one."
        ),
        Check.IS_ORIGINAL: Fix("It is a fork, or a copy of another repository", "Create a new, empty one instead."),
        Check.CHALLENGE_PRESENT: Fix(
            "The code is not in its description", "Put the code from your case page into the repository’s description."
        ),
    }[result.check]


def _not_connected(product: str) -> Fix:
    return Fix(
        f"The repository is on a git account that was not connected to your {product} account before you asked",
        "Create it on one that was.",
    )


def _no_link(required_name: str) -> Fix:
    return Fix(
        "The link doesn’t lead to a repository on GitHub, GitLab or Bitbucket",
        f"It looks like https://github.com/your-name/{required_name}",
    )


def not_a_repository(required_name: str) -> str:
    """What a right link looks like, for somebody who sent another one."""
    return _no_link(required_name).sentence


def fixes(results: Iterable[CheckResult], required_name: str, product: str) -> tuple[Fix, ...]:
    """What to change after a run, each thing said once, in the order of the checks."""
    failed = (result for result in results if result.verdict is Verdict.FAILED)
    return tuple(dict.fromkeys(fix(result, required_name, product) for result in failed))


def sentence(result: CheckResult, required_name: str, product: str) -> str:
    """A failed check as one line."""
    return fix(result, required_name, product).sentence


def sentences(results: Iterable[CheckResult], required_name: str, product: str) -> tuple[str, ...]:
    """Every failed check as one line, each said once."""
    return tuple(one.sentence for one in fixes(results, required_name, product))


def what_is_right(result: CheckResult, provider: str) -> str:
    """A passed check, as the requester reads it."""
    return {
        Check.LINK_RECOGNISED: f"It is a repository on {provider}",
        Check.REPOSITORY_FOUND: "It exists",
        Check.IS_PUBLIC: "It is public",
        Check.NAME_MATCHES: "Its name is exact",
        Check.NOT_MOVED: "It was not moved from another owner",
        Check.OWNER_IS_CONNECTED: "Its owner is a connected git account",
        Check.CONNECTED_BEFORE_REQUEST: "That account was connected before you asked",
        Check.CREATED_FOR_THIS_CASE: "It was created after our instructions",
        Check.IS_ORIGINAL: "It is not a fork, an import, a mirror or a template copy",
        Check.CHALLENGE_PRESENT: "The code is in its description",
    }[result.check]


def asked(check: Check, provider: str) -> str:
    """A check that has no answer yet, as the requester reads it."""
    return {
        Check.LINK_RECOGNISED: f"Is it a repository on {provider}?",
        Check.REPOSITORY_FOUND: "Does it exist?",
        Check.IS_PUBLIC: "Is it public?",
        Check.NAME_MATCHES: "Is its name exact?",
        Check.NOT_MOVED: "Is it where it was made, and not moved from another owner?",
        Check.OWNER_IS_CONNECTED: "Is its owner a connected git account?",
        Check.CONNECTED_BEFORE_REQUEST: "Was that account connected before you asked?",
        Check.CREATED_FOR_THIS_CASE: "Was it created after our instructions?",
        Check.IS_ORIGINAL: "Is it no fork, import, mirror or template copy?",
        Check.CHALLENGE_PRESENT: "Is the code in its description?",
    }[check]


def in_a_row(names: Sequence[str], word: str = "and") -> str:
    """Names as a sentence has them: `GitHub`, `GitHub and GitLab`, `GitHub, GitLab and Bitbucket`."""
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last


def next_try(at: datetime | None, now: datetime) -> str:
    """When the portal tries again by itself; `soon` where that moment is past, or was never told."""
    if at is None or at <= now:
        return "soon"
    at = up_to_the_minute(at)
    is_today = at.date() == now.date()
    return f"at {at:%H:%M} UTC" if is_today else f"on {at.day} {at:%B} at {at:%H:%M} UTC"


def cannot_check(reason: CannotCheck | None, provider: str) -> str:
    """Why there is no verdict yet; never the requester's fault, never a no."""
    why = {
        CannotCheck.CREDENTIALS: f"{provider} doesn’t let us in at the moment, and we are mending that.",
        CannotCheck.RATE_LIMITED: f"{provider} asks us to wait a little.",
        CannotCheck.DIRECTORY: "We couldn’t read your account.",
    }.get(reason or CannotCheck.UNAVAILABLE, f"{provider} didn’t answer.")
    return f"We’re still checking. {why} We try again by ourselves, and you get an email."


def too_many_checks(limit: int) -> str:
    """The day's checks are used up."""
    return f"You’ve checked {limit} times today. You can check again after 00:00 UTC, or write to us."


def approved(reason: ApprovalReason) -> str:
    """Why a case was approved, for staff and auditors."""
    return {
        ApprovalReason.NOTHING_AGAINST_IT: "Every check passed, and nothing speaks against it",
        ApprovalReason.RISK_EXPLAINED: "The risk signals have a harmless explanation",
        ApprovalReason.OWNER_CONFIRMED_BESIDES: "The conversation shows the owner, besides the checks",
    }[reason]


def denied(reason: DenialReason | None, product: str, within: str) -> str:
    """Why a case was denied; `within` is the time that a repository was waited for, in words."""
    return {
        DenialReason.GIT_ACCOUNT_NOT_CONNECTED: (
            f"The repository is on a git account that was not connected to the {product} account before you asked."
        ),
        DenialReason.CHECKS_NOT_PASSED: f"The repository did not pass the checks within {within}.",
    }.get(reason or DenialReason.OWNER_NOT_CONFIRMED, "We could not confirm that the account is yours.")


_STATES = {
    State.UNCONFIRMED: "Not confirmed",
    State.TRIAGE: "New",
    State.AWAITING_REPOSITORY: "Waiting for requester",
    State.IN_REVIEW: "Ready to decide",
    State.AWAITING_SECOND_APPROVAL: "Second agent",
    State.COOLING_OFF: "Safety wait",
    State.REMOVING: "Being removed",
    State.REMOVED: "2FA removed",
    State.DENIED: "Denied",
    State.WITHDRAWN: "Withdrawn",
    State.EXPIRED: "Expired",
}


def state_name(state: State, last_outcome: Outcome | None = None, *, is_stopped: bool = False) -> str:
    """A state as agents read it; while a case waits, its last run says which of three names it has."""
    if state is State.AWAITING_REPOSITORY and last_outcome is Outcome.FAILED:
        return "Checks failed"
    if state is State.AWAITING_REPOSITORY and last_outcome is Outcome.CANNOT_CHECK:
        return "Check not finished"
    if state is State.WITHDRAWN and is_stopped:
        return "Stopped by owner"
    return _STATES[state]


def nothing_found_yet(run: Run | None) -> bool:
    """Whether the portal has only looked by itself so far, and there was nothing to look at."""
    return run is None or (not run.link and not run.repository_id and run.outcome is Outcome.FAILED)
