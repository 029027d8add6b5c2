"""The worker's whole step of looking and judging, over a real database: what one run says, and what is then read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, delete, insert, update

from support_portal.adapters.db.tables import cases, connected_accounts
from support_portal.domain.cases import State
from support_portal.domain.evidence import Outcome, Run
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.ports.outside import GitProvider
from support_portal.use_cases.steps import check
from support_portal.web.requester.standing import Standing, standing_of
from tests.fakes import FakeGitProvider, SetClock
from tests.use_cases.stage import Stage, owner

PARTS = Path(__file__).resolve().parents[3] / "templates/requester/case"
PROVIDER = "PROVIDER"  # stands for the provider's own name, so that one sentence is one sentence
A_STEP = 5  # seconds; a moment that a provider told as a date has whole seconds
_HEADING = re.compile(r"<h1>([^<{]+)</h1>")


@dataclass(frozen=True)
class Cell:
    """What was seen of one situation: the outcome of the run, and the words that the requester reads."""

    outcome: str
    words: tuple[str, ...]


class Worker:
    """One case that waits for its repository, looked at again and again: a look changes nothing of it."""

    def __init__(self, engine: Engine) -> None:
        self.stage = Stage(engine, SetClock(datetime.now(UTC)))
        self.case = self.stage.case(self.stage.asked_and_confirmed().reference)
        self._other = self.stage.in_review(owner(1)).reference
        self._page = self.stage.tools.screens.requester.case(self.case.id)
        self.engine = engine
        assert self.case.challenge_at is not None
        self.opened_at, self.challenge_at = self.case.opened_at, self.case.challenge_at

    def connect(self, accounts: Sequence[ConnectedAccount]) -> None:
        """Let the account have these git accounts, and no other."""
        table, account_id = connected_accounts, self.case.account_id
        with self.engine.begin() as connection:
            connection.execute(delete(table).where(table.c.account_id == account_id))
            for one in accounts:
                row = {**vars(one), "workspace_ids": list(one.workspace_ids), "account_id": account_id}
                connection.execute(insert(table).values(row))

    def claim(self, instance: str, repository_id: str) -> None:
        """Let a repository have passed for another case."""
        with self.stage.tools.uow.begin() as work:
            other = self.stage.case(self._other).id
            passed = Run(uuid4(), other, work.now, "link", Outcome.PASSED, ())
            work.records.add_run(replace(passed, instance=instance, repository_id=repository_id))

    def run(self, provider: GitProvider, link: str | None, code: str | None) -> Run:
        """Look at what a link names, or by itself; as it is done for a case, with no verdict written down."""
        self.stage.clock.at = datetime.now(UTC)
        with self.engine.begin() as connection:
            connection.execute(update(cases).where(cases.c.id == self.case.id).values(link=link, code=code))
        tools = replace(self.stage.tools, providers={provider.instance.key: provider})
        asked = check.ask(self.case.id, by_link=link is not None, only=_waits, tools=tools)
        assert asked is not None
        with tools.uow.begin() as work:
            return check.judged(work, asked, tools)

    def cell(self, instance: Instance, run: Run, link: str | None) -> Cell:
        """The run as the document shows it."""
        state = State.IN_REVIEW if run.outcome is Outcome.PASSED else State.AWAITING_REPOSITORY
        page = replace(self._page, state=state, last_run=run, link=link)
        tools = replace(self.stage.tools, providers={instance.key: FakeGitProvider(instance)})
        return Cell(in_short(run), _words(standing_of(page, tools), instance.name))


def _waits(case: object) -> bool:
    return True


def in_short(run: Run) -> str:
    """The outcome of a run: passed, the checks that failed, or why there is no verdict and when the next try is."""
    if run.outcome is Outcome.PASSED:
        return "passed"
    if run.outcome is Outcome.FAILED:
        return f"failed: {', '.join(result.check for result in run.failed)}"
    assert run.next_try_at is not None
    return f"cannot_check: {run.reason}, next try after {_span(run.next_try_at - run.at)}"


def _span(span: timedelta) -> str:
    seconds = A_STEP * round(span.total_seconds() / A_STEP)
    return f"{seconds // 60} min" if seconds >= 300 else f"{seconds} s"


def _words(standing: Standing, name: str) -> tuple[str, ...]:
    if standing.fixes:
        return tuple(one.sentence for one in standing.fixes)
    if standing.told:
        return (standing.told.replace(f" {name} ", f" {PROVIDER} "),)
    found = _HEADING.search((PARTS / f"{standing.part}.html").read_text(encoding="utf-8"))
    assert found, standing.part
    return (f"{found[1].strip()}.",)
