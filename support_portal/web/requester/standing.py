"""What a case page says: which part is shown, the heading, and how far the case has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from support_portal.domain import words
from support_portal.domain.cases import State
from support_portal.domain.evidence import Outcome, Run, Verdict
from support_portal.domain.identities import Instance, read_link
from support_portal.domain.policy import in_words, up_to_the_minute
from support_portal.domain.progress import stage_of
from support_portal.ports.requester_screens import AccountShown, CasePage
from support_portal.ports.tools import Tools
from support_portal.web.filters import short_moment
from support_portal.web.requester.looking import Looking, looking

SOON, LATER = 3, 20  # seconds between two looks for news
DECIDES_WITHIN = "Usually within one working day"


@dataclass(frozen=True)
class Connected:
    """One provider at which the owner has git accounts, and how those are called."""

    instance: Instance
    usernames: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """The part of the page for this state of the case."""

    part: str  # requester/case/PART.html
    title: str  # in the browser's tab
    step: int  # from 1; where the case is
    look: str  # now: the requester's turn; wait: somebody else's; bad: needs a change; done
    label: str  # beside the progress
    refresh: int | None = None  # seconds until the page looks for news; None: there will be none
    fixes: tuple[words.Fix, ...] = ()
    right: tuple[str, ...] = ()
    told: str = ""
    provider: str = ""
    connected: tuple[Connected, ...] = ()
    steps: tuple[tuple[str, str, object], ...] = ()
    looking: Looking | None = None
    said: str = ""

    @property
    def news(self) -> str:
        """Where the case stands in one sentence, which is read out when it changes."""
        return self.looking.told if self.looking else self.said or self.label

    @property
    def progress(self) -> list[str]:
        """The six bars."""
        here = {"wait": "now"}.get(self.look, self.look)
        return ["done" if n < self.step else here if n == self.step else "off" for n in range(1, STEPS + 1)]


STEPS = 6


def standing_of(case: CasePage, tools: Tools) -> Standing:
    """How this case is shown now."""
    standing = _BY_STATE[case.state](case, tools)
    now = looking(case, tools.instances) if case.state is State.AWAITING_REPOSITORY else None
    if now is not None:
        standing = replace(standing, looking=now, refresh=SOON)
    return replace(standing, connected=_connected(case.accounts, tools.instances), steps=_steps(case, standing))


def _connected(accounts: tuple[AccountShown, ...], instances: tuple[Instance, ...]) -> tuple[Connected, ...]:
    """The providers that can be used, in their order; all of them where no account can be read."""
    by_key = {one.key: tuple(shown.username for shown in accounts if shown.instance == one.key) for one in instances}
    used = tuple(Connected(one, by_key[one.key]) for one in instances if by_key[one.key])
    return used or tuple(Connected(one, ()) for one in instances)


def _awaiting(case: CasePage, tools: Tools) -> Standing:
    run = case.last_run
    if case.link is not None and stage_of(case.look, case.now) is not None:
        return Standing("checking", "checking your repository", 3, "wait", "We’re checking", SOON)
    if run is None or run.outcome is Outcome.PASSED or (words.nothing_found_yet(run) and case.link is None):
        return Standing("your-turn", "create a repository", 3, "now", "Your turn", LATER)
    provider = _provider(case, run, tools)
    if run.outcome is Outcome.CANNOT_CHECK:
        if case.link is None:
            return Standing("your-turn", "create a repository", 3, "now", "Your turn", LATER)
        told, label = words.cannot_check(run.reason, provider), "Check not finished"
        said = f"{label}. Next try {words.next_try(run.next_try_at, case.now)}."
        return Standing("cannot-check", "check not finished", 3, "wait", label, LATER, told=told, said=said)
    return _to_fix(case, run, provider, tools)


def _to_fix(case: CasePage, run: Run, provider: str, tools: Tools) -> Standing:
    name = case.required_name or tools.product.repository_name
    fixes = words.fixes(run.results, name, tools.product.name)
    right = tuple(words.what_is_right(one, provider) for one in run.results if one.verdict is Verdict.PASSED)
    count = "one thing" if len(fixes) == 1 else f"{len(fixes)} things"
    is_far = len(right) > 1
    told = f"Almost there: {count} to fix" if is_far else f"{count.capitalize()} to fix"
    return Standing(
        "failed",
        f"{count} to fix",
        3,
        "bad",
        "Needs a change",
        LATER,
        fixes=fixes,
        right=right if is_far else (),
        told=told,
        said=f"{told}.",
        provider=provider,
    )


def _provider(case: CasePage, run: Run, tools: Tools) -> str:
    """Where the repository is, by the run or by the link; a run without an answer names no provider."""
    link = read_link(case.link, tools.instances) if case.link else None
    key = run.instance or (link.instance if link else "")
    return next((one.name for one in tools.instances if one.key == key), "The git provider")


def _triage(case: CasePage, tools: Tools) -> Standing:
    part = "compromise" if case.is_compromise else "second-look" if case.is_second_look else "triage"
    step, label = (4, "Another person looks") if case.is_second_look else (3, "We look at it first")
    return Standing(part, "we look at it", step, "wait", label, LATER)


def _fixed(part: str, title: str, step: int, look: str, label: str, refresh: int | None) -> Callable[..., Standing]:
    return lambda case, tools: Standing(part, title, step, look, label, refresh)


def _cooling_off(case: CasePage, tools: Tools) -> Standing:
    return Standing("approved", "approved", 5, "wait", f"Safety wait, {in_words(case.safety_wait)}", LATER)


def _withdrawn(case: CasePage, tools: Tools) -> Standing:
    part = "stopped" if case.is_stopped else "withdrawn"
    return Standing(part, "stopped" if case.is_stopped else "closed", _reached(case), "off", "Closed")


def _ended(part: str, title: str) -> Callable[[CasePage, Tools], Standing]:
    return lambda case, tools: Standing(part, title, _reached(case), "bad", "Closed")


def _reached(case: CasePage) -> int:
    """The step a case had come to when it ended."""
    if case.approved_at and case.passed_at and case.approved_at > case.passed_at:
        return 5
    if case.passed_at:
        return 4
    return 3 if case.confirmed_at else 2


_BY_STATE: dict[State, Callable[[CasePage, Tools], Standing]] = {
    State.UNCONFIRMED: _fixed("unconfirmed", "confirm your email", 2, "now", "Your turn", LATER),
    State.TRIAGE: _triage,
    State.AWAITING_REPOSITORY: _awaiting,
    State.IN_REVIEW: _fixed("review", "a person decides", 4, "wait", "A person decides", LATER),
    State.AWAITING_SECOND_APPROVAL: _fixed(
        "second", "a second person decides", 4, "wait", "A second person decides", LATER
    ),
    State.COOLING_OFF: _cooling_off,
    State.REMOVING: _fixed("removing", "being removed", 6, "wait", "Being removed", SOON),
    State.REMOVED: _fixed("removed", "two-factor authentication is off", 6, "done", "Done", None),
    State.DENIED: _ended("denied", "not approved"),
    State.WITHDRAWN: _withdrawn,
    State.EXPIRED: _ended("expired", "expired"),
}


def _steps(case: CasePage, standing: Standing) -> tuple[tuple[str, str, object], ...]:
    """The six steps with the time of each that is done."""
    done = {
        1: ("Request received", case.opened_at),
        2: ("Email confirmed", case.confirmed_at),
        3: ("Repository checked", case.passed_at),
        4: ("Approved by a person", case.approved_at),
        5: ("Safety wait over", case.due_at),
        6: ("Two-factor authentication removed", case.ended_at),
    }
    ahead = {
        2: ("Confirm your email", ""),
        3: ("Create a repository", "About 2 minutes"),
        4: ("A person decides", DECIDES_WITHIN),
        5: ("Safety wait", in_words(case.safety_wait)),
        6: ("Two-factor authentication removed", ""),
    }
    is_over = standing.look == "done"
    steps: list[tuple[str, str, object]] = []
    for n in range(1, STEPS + 1):
        if n < standing.step or (n == standing.step and is_over):
            title, at = done[n]
            steps.append(("done", title, _when(at)))
        elif n == standing.step:
            title, _ = ahead[n]
            steps.append((standing.look, title, _here(case, standing)))
        else:
            title, about = ahead[n]
            steps.append(("off", title, "" if case.ended_at else about))
    return tuple(steps)


def _when(at: datetime | None) -> object:
    return short_moment(at) if at else ""


def _here(case: CasePage, standing: Standing) -> object:
    if standing.part == "failed":
        return "1 thing to fix" if len(standing.fixes) == 1 else f"{len(standing.fixes)} things to fix"
    if standing.part == "approved" and case.due_at:
        return Markup("Until {}").format(short_moment(up_to_the_minute(case.due_at)))
    return {"review": DECIDES_WITHIN}.get(standing.part, standing.label)
