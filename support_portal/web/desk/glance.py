"""The four answers at the top of a case: email, git before the case, repository, risk."""

from __future__ import annotations

from dataclasses import dataclass

from support_portal.domain.addresses import compared
from support_portal.domain.evidence import Outcome, Verdict
from support_portal.domain.risk import Kind, Level
from support_portal.ports.desk_screens import CaseView
from support_portal.web.desk.checklist import NAMES, count_of
from support_portal.web.desk.marks import FAIL, NONE, PASS, RISK_KINDS, WARN


@dataclass(frozen=True)
class Answer:
    """One answer: its kind, the question, the answer, and in a few words what it rests on."""

    kind: str
    question: str
    answer: str
    evidence: str
    anchor: str


def glance(view: CaseView) -> tuple[Answer, ...]:
    """The four answers, each with a link to its evidence."""
    return (_email(view), _git(view), _repository(view), _risk(view))


def _email(view: CaseView) -> Answer:
    question = "Requester’s email"
    if view.account is None:
        return Answer(WARN, question, "Not known", "No account record", "identity")
    confirmed = view.case.confirmed_address
    if confirmed is None:
        return Answer(FAIL, question, "Not confirmed", "The link was not pressed", "identity")
    if compared(confirmed) != compared(view.account.address):
        return Answer(FAIL, question, "Different", "The account’s address changed", "identity")
    return Answer(PASS, question, "Matches", "Inbox confirmed", "identity")


def _git(view: CaseView) -> Answer:
    question = "Git before the case"
    if view.account is None:
        return Answer(WARN, question, "Not known", "No account record", "git")
    before = [one for one in view.account.connected if one.connected_at < view.case.opened_at]
    if not before:
        return Answer(FAIL, question, "None", "No git account from before", "git")
    count = f"{len(before)} account{'s' if len(before) != 1 else ''}"
    since = min(one.connected_at for one in before)
    return Answer(PASS, question, count, f"Since {since:%B %Y}", "git")


def _repository(view: CaseView) -> Answer:
    question, run = "Repository", view.last_run
    if run is None:
        return Answer(NONE, question, "None yet", "Nothing to check so far", "repo")
    count = count_of(run)
    if run.outcome is Outcome.CANNOT_CHECK:
        return Answer(WARN, question, "Not known yet", f"{run.passed_count} of {count} passed so far", "repo")
    if run.failed:
        return Answer(FAIL, question, f"{len(run.failed)} of {count} failed", NAMES[run.failed[0].check], "repo")
    own = next((one for one in run.results if one.check == "owner_is_connected"), None)
    told = "Owner id is connected" if own and own.verdict is Verdict.PASSED else ""
    return Answer(PASS, question, f"{run.passed_count} of {count} passed", told, "repo")


def _risk(view: CaseView) -> Answer:
    question = "Risk"
    if view.assessment is None:
        return Answer(WARN, question, "Not known", "No account record", "risk")
    level, signals = view.assessment.level, view.assessment.signals
    if not signals:
        return Answer(PASS, question, "Low", "Nothing found", "risk")
    if level is Level.LOW:
        return Answer(PASS, question, "Low", f"{len(signals)} to note", "risk")
    high = sum(signal.kind is Kind.HIGH for signal in signals)
    notes = sum(signal.kind is Kind.NOTE for signal in signals)
    told = f"{len(signals)} signal{'s' if len(signals) != 1 else ''}"
    told += f", {high} high" if high else f", {notes} to note" if notes else ""
    return Answer(RISK_KINDS[level], question, level.capitalize(), told, "risk")
