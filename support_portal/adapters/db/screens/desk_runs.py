"""The runs of the checks for one case, for the desk: which there are, and two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH

from support_portal.adapters.db.records import read_run
from support_portal.adapters.db.tables import runs
from support_portal.domain.errors import NotFound
from support_portal.domain.evidence import Outcome, Run
from support_portal.ports.desk_runs import RunLine, TwoRuns

_NEWEST_FIRST = (runs.c.at.desc(), runs.c.id.desc())
_FAILED = cast('$[*] ? (@.verdict == "failed")', JSONPATH)


def has_earlier_run(connection: Connection, case_id: UUID) -> bool:
    """Whether there are two runs or more."""
    second = select(runs.c.id).where(runs.c.case_id == case_id).offset(1).limit(1)
    return connection.execute(second).first() is not None


def two_runs(connection: Connection, case: RowMapping, earlier_id: UUID | None) -> TwoRuns:
    """The newest run and that one, or the one before where none is named; raises NotFound for any other id."""
    lines = _lines(connection, case["id"])
    newest, choices = lines[:1], lines[1:]
    chosen = [line for line in choices if earlier_id in {None, line.id}][:1]
    if earlier_id is not None and not chosen:
        raise NotFound("There is no such earlier run of this case.")
    return TwoRuns(
        reference=f"SP-{case['number']}",
        newest=_run(connection, newest),
        earlier=_run(connection, chosen),
        choices=tuple(choices),
    )


def _lines(connection: Connection, case_id: UUID) -> list[RunLine]:
    failed = func.jsonb_array_length(func.jsonb_path_query_array(runs.c.results, _FAILED)).label("failed")
    columns = (runs.c.id, runs.c.at, runs.c.outcome, failed)
    query = select(*columns).where(runs.c.case_id == case_id).order_by(*_NEWEST_FIRST)
    return [RunLine(row.id, row.at, Outcome(row.outcome), row.failed) for row in connection.execute(query)]


def _run(connection: Connection, lines: Sequence[RunLine]) -> Run | None:
    if not lines:
        return None
    return read_run(connection.execute(select(runs).where(runs.c.id == lines[0].id)).mappings().one())
