"""Case pages in every state they can be shown in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from support_portal.domain.cases import DenialReason, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import CannotCheck, Check, CheckResult, Outcome, Run, Verdict
from support_portal.domain.policy import Policy
from support_portal.domain.progress import Look
from support_portal.ports.requester_screens import AccountShown, CasePage, MessageShown
from tests.builders import a_run
from tests.cast import NOW, OPENED_AT

LINK = "https://github.com/ana-dev/bitrise_verification"
LONG_WORD = "a-very-long-name-without-a-space-" * 6


def a_case_page(state: State = State.AWAITING_REPOSITORY, **changes: Any) -> CasePage:
    """A page of Ana's case, confirmed and instructed."""
    page = CasePage(
        now=NOW,
        reference="SP-2417",
        version=7,
        address="a•••@example.org",
        state=state,
        is_stopped=False,
        is_compromise=False,
        is_locked=False,
        is_second_look=False,
        opened_at=OPENED_AT,
        confirmed_at=OPENED_AT + timedelta(minutes=6),
        challenge_at=OPENED_AT + timedelta(minutes=6),
        state_since=OPENED_AT + timedelta(minutes=6),
        passed_at=None,
        approved_at=None,
        due_at=None,
        ended_at=None,
        required_name="bitrise_verification",
        code=None,
        link=None,
        accounts=(AccountShown("github", "an•••v"), AccountShown("gitlab", "an•••v")),
        last_run=None,
        look=None,
        denial_reason=None,
        asking_again_ends_at=None,
        messages=(
            MessageShown(NOW, Author.REQUESTER, "ana@example.org", f"My phone is gone.\n{LONG_WORD}"),
            MessageShown(NOW, Author.AGENT, "Ben Ito", "Thank you, your email is confirmed."),
        ),
        safety_wait=timedelta(hours=24),
        repository_expected=timedelta(days=14),
        block=timedelta(days=14),
    )
    return replace(page, **changes)


def _failed(*checks: Check) -> Run:
    results = (
        CheckResult(check, Verdict.FAILED if check in checks else Verdict.PASSED, "as seen", LONG_WORD)
        for check in Check
        if check is not Check.CHALLENGE_PRESENT
    )
    return a_run(Outcome.FAILED, results=tuple(results))


BEING_LOOKED_AT = Look(NOW, held_until=NOW + timedelta(seconds=15))
_PASSED = {"passed_at": NOW - timedelta(hours=2), "link": LINK}
_APPROVED = {**_PASSED, "approved_at": NOW, "due_at": NOW + timedelta(hours=24)}
_DENIED = {**_PASSED, "denial_reason": DenialReason.GIT_ACCOUNT_NOT_CONNECTED, "ended_at": NOW}

EVERY_STANDING: dict[str, CasePage] = {
    "unconfirmed": a_case_page(State.UNCONFIRMED, confirmed_at=None),
    "triage": a_case_page(State.TRIAGE),
    "compromise": a_case_page(State.TRIAGE, is_compromise=True),
    "second-look": a_case_page(State.TRIAGE, is_second_look=True),
    "your-turn": a_case_page(),
    "your-turn with a code": a_case_page(code="k7wq9m2xabcd", accounts=()),
    "checking, waiting for its turn": a_case_page(look=Look(NOW), link=LINK, code="k7wq9m2xabcd"),
    "checking, being looked at": a_case_page(look=BEING_LOOKED_AT, link=f"{LINK}/{LONG_WORD}"),
    "your-turn, being looked for": a_case_page(look=BEING_LOOKED_AT),
    "failed, being looked for again": a_case_page(last_run=_failed(Check.NAME_MATCHES), look=BEING_LOOKED_AT),
    "failed": a_case_page(link=LINK, last_run=_failed(Check.NAME_MATCHES, Check.OWNER_IS_CONNECTED)),
    "failed in every way": a_case_page(link=LINK, last_run=_failed(*Check)),
    "cannot-check": a_case_page(
        link=LINK,
        last_run=a_run(Outcome.CANNOT_CHECK, reason=CannotCheck.RATE_LIMITED, next_try_at=NOW + timedelta(minutes=9)),
    ),
    "review": a_case_page(State.IN_REVIEW, **_PASSED),
    "second": a_case_page(State.AWAITING_SECOND_APPROVAL, **_PASSED),
    "approved": a_case_page(State.COOLING_OFF, **_APPROVED),
    "approved, owners not told yet": a_case_page(State.COOLING_OFF, **{**_APPROVED, "due_at": None}),
    "removing": a_case_page(State.REMOVING, **_APPROVED),
    "removed": a_case_page(State.REMOVED, **_APPROVED, ended_at=NOW),
    "denied": a_case_page(State.DENIED, **_DENIED, asking_again_ends_at=NOW + timedelta(days=14)),
    "denied for good": a_case_page(State.DENIED, **_DENIED, is_second_look=True),
    "withdrawn": a_case_page(State.WITHDRAWN, ended_at=NOW),
    "withdrawn, the account locked": a_case_page(State.WITHDRAWN, is_locked=True, ended_at=NOW),
    "stopped": a_case_page(State.WITHDRAWN, is_stopped=True, ended_at=NOW),
    "expired": a_case_page(State.EXPIRED, ended_at=NOW),
}


@dataclass
class ShownCase:
    """The port `RequesterScreens`, showing what it was given last."""

    page: CasePage

    def policy(self) -> Policy:
        """The figures as they are without any setting."""
        return Policy()

    def case(self, case_id: UUID) -> CasePage:
        """The page it was given."""
        return self.page
