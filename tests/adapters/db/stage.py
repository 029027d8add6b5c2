"""A real database with the cast in it, and cases written as they stand after an ordinary life."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert

from support_portal.adapters.db.tables import account_addresses, accounts, connected_accounts, enrolments
from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.adapters.directory.embedded import EmbeddedDirectory
from support_portal.adapters.directory.register import EmbeddedRegister
from support_portal.domain.addresses import compared
from support_portal.domain.cases import Approval, Case, Channel, State
from support_portal.domain.evidence import Run
from support_portal.ports.records import Request
from tests.builders import a_case, a_run, an_approval
from tests.cast import ANA, BEN, CHLOE, INES, LEA, NOW, OPENED_AT, OTTO

_BEGUN = {State.REMOVING: State.COOLING_OFF, State.REMOVED: State.COOLING_OFF}


@dataclass
class StoppedClock:
    """A clock that shows what it was set to."""

    at: datetime = NOW

    def now(self) -> datetime:
        """What it was set to."""
        return self.at


def a_unit_of_work(engine: Engine, clock: StoppedClock | None = None) -> SqlUnitOfWork:
    """The real one; with a clock, its transactions happen when the clock says."""
    return SqlUnitOfWork(engine, EmbeddedDirectory, EmbeddedRegister, clock)


class Stage:
    """Writes what a test starts from."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = StoppedClock()
        self.uow = a_unit_of_work(engine, self.clock)

    def with_staff(self) -> None:
        """The whole desk."""
        with self.uow.begin() as work:
            for person in (BEN, CHLOE, LEA, INES, OTTO):
                work.people.add(person)

    def with_ana(self) -> None:
        """Ana's account, with two-factor authentication on."""
        with self.engine.begin() as connection:
            told = {name: getattr(ANA, name) for name in _OF_THE_ACCOUNT}
            connection.execute(insert(accounts).values(**told, compared=compared(ANA.address)))
            for address in ANA.other_addresses:
                row = {"account_id": ANA.id, "address": address, "compared": compared(address)}
                connection.execute(insert(account_addresses).values(row))
            if ANA.two_factor:
                row = {"id": ANA.two_factor.id, "account_id": ANA.id, "enrolled_at": ANA.two_factor.enrolled_at}
                connection.execute(insert(enrolments).values(row))
            for one in ANA.connected:
                values = vars(one) | {"workspace_ids": list(one.workspace_ids), "account_id": ANA.id}
                connection.execute(insert(connected_accounts).values(values))

    def with_request(self, case: Case | None = None) -> Request:
        """What the case began with."""
        case = case or a_case()
        request = Request(case.request_id, case.address, "I lost my phone", False, True, Channel.FORM, OPENED_AT)
        with self.uow.begin() as work:
            work.requests.add(request)
        return request

    def with_case(
        self,
        state: State = State.IN_REVIEW,
        *,
        runs: tuple[Run, ...] = (a_run(),),
        approvals: tuple[Approval, ...] = (),
        **changes: Any,
    ) -> Case:
        """Ana's case, with these runs and these approvals."""
        case = replace(a_case(state, **changes), approvals=approvals)
        self.with_request(case)
        first = replace(case, state=_BEGUN.get(state, state), ended_at=None if state in _BEGUN else case.ended_at)
        with self.uow.begin() as work:
            work.cases.add(first)
            for run in runs:
                work.records.add_run(run)
            for approval in approvals:
                work.cases.give_approval(case, approval)
            if state in _BEGUN:
                begun = replace(case, state=State.REMOVING, version=first.version + 1, ended_at=None)
                work.cases.save(first, begun)
                return begun
        return case

    def with_removal_begun(self, **changes: Any) -> Case:
        """A case in `removing` for which everything is right."""
        approvals = changes.pop("approvals", (an_approval(BEN),))
        return self.with_case(State.REMOVING, approvals=approvals, **changes)


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
