"""What is being done about the checks of a case: check by check, and in one sentence that is told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from support_portal.domain.evidence import MANDATORY, CannotCheck, Check, Outcome, Run
from support_portal.domain.identities import Instance, read_link
from support_portal.domain.progress import Stage, asked_at, has_verdict, is_by_link, stage_of
from support_portal.domain.words import in_a_row, next_try
from support_portal.ports.desk_screens import CaseView
from support_portal.web.desk import checklist
from support_portal.web.desk.checklist import NAMES, Line, Part
from support_portal.web.desk.marks import FAIL, NONE, PASS, WARN, Mark

NOW, WAIT = "now", "wait"
OFTEN = "every 2s"
LONGEST_AHEAD = timedelta(hours=1)
A_LITTLE_LATER = 2  # seconds after the next try is due: a worker has it by then
_TAGS = {Stage.WAITING: "waits for its turn", Stage.LOOKING: "being looked at"}


@dataclass(frozen=True)
class Looking:
    """What is being done now, if anything is; `stand` differs wherever the page would say something else."""

    stage: Stage | None
    told: Mark
    stand: str
    trigger: str  # when the page looks for news: often while something is done, once when the next try is due


def looking(view: CaseView, instances: Sequence[Instance]) -> Looking:
    """What is being done about the checks of this case."""
    stage = stage_of(view.look, view.now)
    told = _under_way(view, stage, instances) if stage else _outcome(view, instances)
    return Looking(stage, told, _stand(view, stage), OFTEN if stage else _once(view))


def lines(view: CaseView, now: Looking, instances: Sequence[Instance]) -> tuple[Line, ...]:
    """Every check: its verdict, marked where it is looked at again; before there is one, what is being done."""
    run = view.last_run
    link = view.case.link if is_by_link(view.case) else None
    if now.stage is None:
        return checklist.lines(run, view.account)
    if has_verdict(run, link):
        return tuple(replace(line, again=_TAGS[now.stage]) for line in checklist.lines(run, view.account))
    told = f"Being looked at on {_places(view, instances)}"
    kind, text = (NOW, told) if now.stage is Stage.LOOKING else (WAIT, "Waits for its turn")
    asked = (*MANDATORY, Check.CHALLENGE_PRESENT) if view.case.code else MANDATORY
    return tuple(Line(kind, NAMES[check], (Part(text),)) for check in asked)


def provider_name(run: Run, link: str | None, instances: Sequence[Instance]) -> str:
    """Whose fault it is that there is no verdict, by the run, or by the link that was looked at."""
    named = read_link(run.link or link or "", instances)
    key = run.instance or (named.instance if named else "")
    return next((one.name for one in instances if one.key == key), "The provider")


def why_no_verdict(run: Run, link: str | None, instances: Sequence[Instance]) -> str:
    """The reason of a fault in plain words."""
    name = provider_name(run, link, instances)
    return {
        CannotCheck.CREDENTIALS: f"{name} does not accept the portal’s token",
        CannotCheck.RATE_LIMITED: f"{name} asks us to wait",
        CannotCheck.DIRECTORY: "The account directory did not answer",
    }.get(run.reason or CannotCheck.UNAVAILABLE, f"{name} did not answer")


def _under_way(view: CaseView, stage: Stage, instances: Sequence[Instance]) -> Mark:
    if stage is Stage.WAITING:
        return Mark(WAIT, "The checks wait for their turn.")
    return Mark(NOW, f"The repository is being looked at now, on {_places(view, instances)}.")


def _places(view: CaseView, instances: Sequence[Instance]) -> str:
    case = view.case
    connected = [one.instance for one in view.account.connected] if view.account else []
    found = asked_at(case.link, case.repository_instance, connected, instances)
    return in_a_row([one.name for one in found]) if found else "the git provider"


def _outcome(view: CaseView, instances: Sequence[Instance]) -> Mark:
    run = view.last_run
    if run is None:
        return Mark(NONE, "Not checked yet.")
    if run.outcome is Outcome.CANNOT_CHECK:
        why, again = why_no_verdict(run, view.case.link, instances), next_try(run.next_try_at, view.now)
        ends = "" if view.case.has_ended else f" The next try is {again}, on its own."
        return Mark(WARN, f"No verdict: {why}.{ends}")
    count = checklist.count_of(run)
    if run.failed:
        return Mark(FAIL, f"{len(run.failed)} of {count} checks did not pass.")
    return Mark(PASS, f"All {count} checks passed.")


def _stand(view: CaseView, stage: Stage | None) -> str:
    run = view.last_run
    is_due = run is not None and run.next_try_at is not None and run.next_try_at <= view.now
    parts = (str(view.case.version), stage or "still", str(run.id) if run else "none", "soon" if is_due else "")
    return ".".join(part for part in parts if part)


def _once(view: CaseView) -> str:
    run, look = view.last_run, view.look
    if run is None or run.outcome is not Outcome.CANNOT_CHECK or look is None or look.is_parked:
        return ""
    ahead = look.due_at - view.now
    return f"load delay:{ahead.seconds + A_LITTLE_LATER}s" if timedelta(0) < ahead <= LONGEST_AHEAD else ""
