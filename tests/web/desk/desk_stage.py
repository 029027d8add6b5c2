"""A desk with cases on it: accounts, runs, words and events, written as the use cases leave them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert

from support_portal.adapters.clock import SystemClock
from support_portal.adapters.db.tables import account_addresses, accounts, connected_accounts, enrolments
from support_portal.domain.accounts import Account, Enrolment
from support_portal.domain.addresses import compared
from support_portal.domain.cases import Case, Channel, State
from support_portal.domain.correspondence import Author
from support_portal.domain.evidence import CheckResult, Outcome, Run
from support_portal.domain.identities import ConnectedAccount
from support_portal.domain.moves import Actor, By, Event
from support_portal.ports.records import Message, Request
from tests.adapters.db.stage import StoppedClock, a_unit_of_work
from tests.builders import a_case, an_approval
from tests.cast import ANA, BEN, CHLOE, INES, LEA, OTTO
from tests.web.desk.desk_runs import a_passed_run, an_unfinished_run, with_run

_WITH_EVIDENCE = {State.IN_REVIEW, State.AWAITING_SECOND_APPROVAL, State.COOLING_OFF}


class DeskStage:
    """Writes what a test of the desk starts from; its clock is that of the database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = SystemClock().now()
        self.clock = StoppedClock(self.now)
        self.uow = a_unit_of_work(engine, self.clock)
        self._number = 2400
        with self.uow.begin() as work:
            for person in (BEN, CHLOE, LEA, INES, OTTO):
                work.people.add(person)

    def ago(self, **span: float) -> datetime:
        """So many hours or days before now."""
        return self.now - timedelta(**span)

    def account(self, address: str, **changes: Any) -> Account:
        """An account in order, with one old GitHub account unless others are named."""
        username = address.partition("@")[0][:30]
        github = ConnectedAccount("github", str(9 * 10**9 + uuid4().int % 10**9), username, self.ago(days=2000))
        account = replace(
            ANA,
            id=uuid4(),
            address=address,
            name=address.partition("@")[0].replace(".", " ").title(),
            two_factor=Enrolment(uuid4(), self.ago(days=800)),
            connected=(github,),
            other_addresses=(),
            created_at=self.ago(days=2000),
            password_changed_at=self.ago(days=400),
            last_sign_in_at=self.ago(days=9),
        )
        account = replace(account, **changes)
        self._insert(account)
        return account

    def _insert(self, account: Account) -> None:
        told = {name: getattr(account, name) for name in _OF_THE_ACCOUNT}
        others: list[tuple[str, datetime | None]] = [(other, None) for other in account.other_addresses]
        with self.engine.begin() as connection:
            connection.execute(insert(accounts).values(**told, compared=compared(account.address)))
            for address, replaced_at in (*others, *account.replaced_addresses):
                row = {"account_id": account.id, "address": address, "compared": compared(address)}
                connection.execute(insert(account_addresses).values(**row, replaced_at=replaced_at))
            if account.two_factor:
                row = {"id": account.two_factor.id, "account_id": account.id}
                connection.execute(insert(enrolments).values(**row, enrolled_at=account.two_factor.enrolled_at))
            for one in account.connected:
                values = vars(one) | {"workspace_ids": list(one.workspace_ids), "account_id": account.id}
                connection.execute(insert(connected_accounts).values(values))

    def case(
        self,
        state: State,
        account: Account | None = None,
        *,
        run: Run | None = None,
        approved_by: tuple[Any, ...] = (),
        since: datetime | None = None,
        reason: str = "My phone went into the harbour, and the recovery codes with it.",
        **changes: Any,
    ) -> Case:
        """A case that has stood in this state for 42 minutes, or since the moment named."""
        account = account or self.account(f"person{self._number + 1}@example.org")
        if state in _WITH_EVIDENCE:
            run = run or self.run(account)
        case = replace(self._case(state, account, since or self.ago(minutes=42), run), **changes)
        run = replace(run, case_id=case.id) if run else None
        network = ("192.0.2.7", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Firefox/131.0")
        asked = Request(case.request_id, account.address, reason, False, True, Channel.FORM, case.opened_at, *network)
        with self.uow.begin() as work:
            work.requests.add(asked)
            work.cases.add(replace(case, decided_by=BEN.id if approved_by else case.decided_by))
            if run is not None:
                work.records.add_run(run)
            for person in approved_by:
                run_id = case.evidence_run_id or uuid4()
                given = an_approval(person, id=uuid4(), at=case.state_since, run_id=run_id, note="I looked at it.")
                work.cases.give_approval(case, given)
        self._story(case, reason, run)
        return case

    def _case(self, state: State, account: Account, since: datetime, run: Run | None) -> Case:
        self._number += 1
        case = replace(
            a_case(state),
            id=uuid4(),
            number=self._number,
            account_id=account.id,
            address=account.address,
            enrolment_id=account.two_factor.id if account.two_factor else uuid4(),
            request_id=uuid4(),
            opened_at=self.ago(days=1),
            state_since=since,
            approvals=(),
            decided_by=None,
            evidence_run_id=None,
            evidence_at=None,
            repository_id=None,
            repository_instance=None,
        )
        if case.confirmed_at:
            case = replace(case, confirmed_at=self.ago(hours=23), confirmed_address=account.address)
        if case.challenge_at:
            case = replace(case, challenge_at=self.ago(hours=23))
        if case.ended_at:
            case = replace(case, ended_at=since)
        return with_run(case, run) if run else case

    def _story(self, case: Case, reason: str, run: Run | None) -> None:
        self.say(case, Author.REQUESTER, reason, case.opened_at, via="form")
        self.tell(case, "opened", "by the form", at=case.opened_at)
        if case.confirmed_at:
            self.tell(case, "confirm", "Requester", at=case.confirmed_at)
        if run is not None:
            details = {"passed": str(run.passed_count), "of": "9", "detail": run.detail}
            why = ", ".join(one.check for one in run.failed) or (run.reason or "")
            self.tell(case, f"checks_{run.outcome}", "Verification", at=run.at, why=why, details=details)

    def run(self, account: Account, **changes: Any) -> Run:
        """A run that passed eight minutes ago, over a repository of the account's first git account."""
        return a_passed_run(account, self.ago(minutes=8), **changes)

    def failed_run(self, account: Account, *failed: CheckResult, **changes: Any) -> Run:
        """The same run, but for these checks."""
        wrong = {result.check: result for result in failed}
        passed = self.run(account)
        results = tuple(wrong.get(result.check, result) for result in passed.results)
        return replace(passed, outcome=Outcome.FAILED, results=results, **changes)

    def unfinished_run(self, account: Account) -> Run:
        """A run that GitHub did not answer."""
        return an_unfinished_run(account, self.ago(minutes=8), self.now + timedelta(minutes=15))

    def say(self, case: Case | None, author: Author, text: str, at: datetime, **more: Any) -> UUID:
        """One message of the conversation, or (without a case) a mail that fits none; its id."""
        via = more.pop("via", "desk" if author is Author.AGENT else "page")
        name = more.pop("name", case.address if case else "")
        message = Message(uuid4(), case.id if case else None, at, author, name, text, via, **more)
        with self.uow.begin() as work:
            work.records.say(message)
        return message.id

    def tell(self, case: Case, action: str, who: str, *, at: datetime, **more: Any) -> None:
        """One event of the timeline."""
        staff_id = more.pop("staff_id", None)
        by = By.DECIDER if staff_id else By.PORTAL
        with self.uow.begin() as work:
            work.records.tell(Event(case.id, at, action, Actor(by, who, staff_id), **more))


_OF_THE_ACCOUNT = (
    "id",
    "address",
    "name",
    "status",
    "created_at",
    "address_changed_at",
    "password_changed_at",
    "last_sign_in_at",
    "privileged",
)
