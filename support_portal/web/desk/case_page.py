"""Everything that the page of one case shows, made ready for its template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_portal.domain import guards
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import ApprovalReason, DenialReason, State
from support_portal.domain.evidence import CannotCheck, Outcome
from support_portal.domain.identities import Instance
from support_portal.domain.policy import in_words
from support_portal.domain.progress import can_be_looked_for
from support_portal.domain.risk import Kind, Level
from support_portal.domain.staff import Permission, Staff, may
from support_portal.domain.watching import DECIDED_WITHIN
from support_portal.domain.words import approved, cannot_check, denied, next_try, state_name
from support_portal.ports.desk_screens import CaseView
from support_portal.use_cases.held_back import HeldBack
from support_portal.web.desk import checklist, conversation, records, timeline
from support_portal.web.desk.glance import Answer, glance
from support_portal.web.desk.looking import Looking, lines, looking, provider_name
from support_portal.web.desk.marks import FAIL, PASS, RISK_KINDS, WARN, Mark, in_full, short
from support_portal.web.desk.offers import Offer, offers
from support_portal.web.desk.panel import Panel, as_risky_as_now, panel

# How each kind of signal is marked, in the order in which they stand.
_KINDS = {
    Kind.HIGH: ("fail", "fail", "High"),
    Kind.MEDIUM: ("warn", "warn", "Medium"),
    Kind.NOTE: ("note", "", "Note"),
}


@dataclass(frozen=True)
class Banner:
    """What must not be overlooked, above everything else."""

    kind: str
    icon: str
    title: str
    text: str


@dataclass(frozen=True)
class Signal:
    """One risk signal with the word for its kind."""

    kind: str
    tag: str
    word: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Checks:
    """The repository card: its address, its lines, its summary, and what is being done about them now."""

    summary: Mark
    lines: tuple[checklist.Line, ...]
    url: str
    provider: str
    repository_id: str
    at: datetime | None
    next_try_at: datetime | None
    answered: str
    digest: str
    api_request_id: str
    looking: Looking
    has_earlier: bool  # runs that the newest one can be compared with
    can_run: bool


@dataclass(frozen=True)
class CasePage:
    """One case, ready to be shown to one person."""

    view: CaseView
    standing: str
    wait: Mark | None
    banners: tuple[Banner, ...]
    glance: tuple[Answer, ...]
    comparisons: tuple[records.Comparison, ...]
    git_accounts: tuple[records.GitAccount, ...]
    checks: Checks
    risk: Mark
    signals: tuple[Signal, ...]
    thread: tuple[conversation.Said | timeline.Entry, ...]
    counted: str
    history: tuple[timeline.Entry, ...]
    panel: Panel
    is_locked: bool
    offers: tuple[Offer, ...]
    can_work: bool
    needs_second: bool
    removal_at: datetime
    safety_wait: str
    decided_within: str
    told_addresses: int
    block_days: int
    evidence: str
    approvals: tuple[tuple[str, str], ...]
    denials: tuple[tuple[str, str], ...]


def case_page(
    view: CaseView, me: Staff, held_back: HeldBack, instances: tuple[Instance, ...], product: str
) -> CasePage:
    """Make one case ready for this person; `product` is the name of what the accounts are for."""
    at_this_risk = as_risky_as_now(view)
    level = at_this_risk.risk
    wait = guards.wait_of(at_this_risk, view.policy)
    return CasePage(
        view=view,
        standing=standing_of(view),
        wait=waits(view),
        banners=banners(view, instances),
        glance=glance(view),
        comparisons=records.comparisons(view),
        git_accounts=records.git_accounts(view, instances),
        checks=checks(view, me, instances),
        risk=Mark(RISK_KINDS[level], level.capitalize()),
        signals=_signals(view),
        thread=conversation.thread(view, me),
        counted=conversation.counted(view),
        history=tuple(timeline.entry(event) for event in view.events),
        panel=panel(view, me, held_back.decisions),
        is_locked=view.account is not None and view.account.status is AccountStatus.LOCKED,
        offers=offers(held_back),
        can_work=may(me, Permission.WORK_ON_CASES),
        needs_second=guards.needs_second(at_this_risk, view.policy),
        removal_at=view.now + wait,
        safety_wait=in_words(wait),
        decided_within=in_words(DECIDED_WITHIN),
        told_addresses=len(view.account.owners_addresses(view.now)) if view.account else 1,
        block_days=view.policy.block.days,
        evidence=_evidence(view, level, instances),
        approvals=tuple((reason.value, approved(reason)) for reason in ApprovalReason),
        denials=tuple(
            (reason.value, denied(reason, product, in_words(view.policy.repository_expected)))
            for reason in DenialReason
        ),
    )


def standing_of(view: CaseView) -> str:
    """Where this case stands, in the words of the desk."""
    outcome = view.last_run.outcome if view.last_run else None
    return state_name(view.case.state, outcome, is_stopped=view.case.stopped)


def waits(view: CaseView) -> Mark | None:
    """How long this case has waited on us, and whether that is too long."""
    if view.waits_on_us_since is None:
        return None
    waited = view.now - view.waits_on_us_since
    if waited > DECIDED_WITHIN:
        return Mark(FAIL, f"Overdue {short(waited - DECIDED_WITHIN)}")
    return Mark(PASS, f"waiting on us for {in_full(waited)}, target {in_words(DECIDED_WITHIN)}")


def checks(view: CaseView, me: Staff, instances: tuple[Instance, ...]) -> Checks:
    """The repository card."""
    run = view.last_run
    link = (run.link if run else "") or view.case.link or ""
    known = next((one for one in instances if link.startswith(f"{one.web_url}/")), None)
    now = looking(view, instances)
    return Checks(
        summary=checklist.summary(run),
        lines=lines(view, now, instances),
        url=link if known else "",
        provider=known.name if known else "",
        repository_id=run.repository_id if run else "",
        at=run.at if run else None,
        next_try_at=run.next_try_at if run else None,
        answered=run.summary if run else "",
        digest=run.digest if run else "",
        api_request_id=run.api_request_id if run else "",
        looking=now,
        has_earlier=view.has_earlier_run,
        can_run=can_be_looked_for(view.case) and may(me, Permission.WORK_ON_CASES),
    )


def banners(view: CaseView, instances: tuple[Instance, ...]) -> tuple[Banner, ...]:
    """What must not be overlooked."""
    found = (_compromise(view), _directory(view), _second_look(view), _fault(view, instances), _failed(view))
    return tuple(banner for banner in found if banner is not None and not view.case.has_ended)


def _compromise(view: CaseView) -> Banner | None:
    if not view.case.compromise:
        return None
    told = (
        "The requester says that somebody else set up this 2FA. Nothing is removed while that answer stands. "
        "The requester alone can correct it, on the case page."
    )
    return Banner(FAIL, "shield-alert", "This may be a break-in", told)


def _directory(view: CaseView) -> Banner | None:
    if view.directory_answers:
        return None
    told = "Nothing is known of the account at the moment, so nothing can be decided."
    return Banner(WARN, "wifi-off", "The account directory does not answer", told)


def _second_look(view: CaseView) -> Banner | None:
    case = view.case
    if not case.second_look_used:
        return None
    first = view.people.get(case.first_decider) if case.first_decider else None
    told = f"{first.name if first else 'Somebody'} denied it before. Another person decides now, and a denial is final."
    return Banner("info", "history", "Second look", told)


def _fault(view: CaseView, instances: tuple[Instance, ...]) -> Banner | None:
    run = view.last_run
    if run is None or run.outcome is not Outcome.CANNOT_CHECK:
        return None
    is_directory = run.reason is CannotCheck.DIRECTORY
    name = "The account directory" if is_directory else provider_name(run, view.case.link, instances)
    tries = view.case.unchecked_tries
    told = f"{tries} {'tries' if tries != 1 else 'try'}" if tries else "The last try"
    since = f" since {view.case.unchecked_since:%H:%M} UTC" if view.case.unchecked_since and tries else ""
    seen = cannot_check(run.reason, name).split(".")[0]
    text = (
        f"{told}{since}, the last gave “{run.detail or run.reason}”. The next try is "
        f"{next_try(run.next_try_at, view.now)}, on its own. The requester sees “{seen}”, not an error."
    )
    return Banner(WARN, "wifi-off", f"{name} did not answer", text)


def _failed(view: CaseView) -> Banner | None:
    run = view.last_run
    if run is None or run.outcome is not Outcome.FAILED or view.case.state is State.TRIAGE:
        return None
    names = [checklist.NAMES[one.check].lower() for one in run.failed]
    told = f"{len(names)} of {checklist.count_of(run)} checks did not pass: {', '.join(names)}."
    if as_risky_as_now(view).risk is Level.HIGH:
        told += " The risk is high: a second agent must agree before anything is removed."
    return Banner(FAIL, "shield-alert", "Do not approve yet", told)


def _signals(view: CaseView) -> tuple[Signal, ...]:
    found = view.assessment.signals if view.assessment else ()
    ordered = sorted(found, key=lambda signal: list(_KINDS).index(signal.kind))
    return tuple(Signal(*_KINDS[signal.kind], signal.title, signal.sentence) for signal in ordered)


def _evidence(view: CaseView, level: Level, instances: Iterable[Instance]) -> str:
    """All that a decision rests on, in one line."""
    names = {one.key: one.name for one in instances}
    connected = view.account.connected if view.account else ()
    owner = next((one for one in connected if records.owns(one, view.last_run)), None)
    told = [glance(view)[0].answer.lower().replace("matches", "email matches")]
    if owner is not None:
        name = names.get(owner.instance, owner.instance)
        told.append(f"{name} id {owner.external_id} since {records.day(owner.connected_at)}")
    if view.last_run is not None:
        told.append(f"{view.last_run.passed_count} of {checklist.count_of(view.last_run)} checks")
    sentence = ", ".join([*told, f"{level} risk"])
    return sentence[:1].upper() + sentence[1:]
