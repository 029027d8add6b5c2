"""Lists for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine, select

from support_portal.adapters.db.cases import read_case
from support_portal.adapters.db.records import read_run
from support_portal.adapters.db.screens.desk_case import events_of
from support_portal.adapters.db.tables import cases, runs
from support_portal.domain.cases import Case, State
from support_portal.domain.errors import NotFound
from support_portal.domain.evidence import Run
from support_portal.domain.moves import Event
from support_portal.ports.command_screens import CaseLine


class SqlCommandScreens:
    """The port `CommandScreens`."""

    def __init__(self, engine: Engine) -> None:
        """Read through this engine."""
        self._engine = engine

    def cases(self, state: State | None) -> Sequence[CaseLine]:
        """All cases, newest first; of one state where it is given."""
        columns = (cases.c.number, cases.c.state, cases.c.address, cases.c.opened_at, cases.c.state_since)
        asked = select(*columns).order_by(cases.c.number.desc())
        if state is not None:
            asked = asked.where(cases.c.state == state)
        with self._engine.connect() as connection:
            return [
                CaseLine(f"SP-{row.number}", State(row.state), row.address, row.opened_at, row.state_since)
                for row in connection.execute(asked)
            ]

    def case(self, number: int) -> tuple[Case, Sequence[Event]]:
        """One case and all its events, oldest first; raises NotFound."""
        with self._engine.connect() as connection:
            row = connection.execute(select(cases).where(cases.c.number == number)).mappings().one_or_none()
            if row is None:
                raise NotFound(f"There is no case SP-{number}.")
            case = read_case(connection, row)
            return case, tuple(reversed(events_of(connection, case.id)))

    def runs(self, case_id: UUID) -> Sequence[Run]:
        """Every run of the checks for a case, oldest first."""
        query = select(runs).where(runs.c.case_id == case_id).order_by(runs.c.at, runs.c.id)
        with self._engine.connect() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]
