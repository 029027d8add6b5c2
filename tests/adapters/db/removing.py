"""The removal in plain SQL, as the portal itself writes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.adapters.db.conftest import Sql
from tests.builders import CASE_ID, EVIDENCE_RUN
from tests.cast import ANA, ANAS_ENROLMENT, NOW, an_id

ANOTHER_RUN = an_id(42)


def remove(
    sql: Sql,
    *,
    case_id: UUID = CASE_ID,
    enrolment_id: UUID = ANAS_ENROLMENT.id,
    run_id: UUID = EVIDENCE_RUN,
    at: datetime = NOW,
) -> None:
    """Write a removal and end the enrolment, as the portal does: in one transaction."""
    with sql.transaction():
        sql.execute(
            "insert into removals (case_id, account_id, enrolment_id, run_id, at) values (%s, %s, %s, %s, %s)",
            (case_id, ANA.id, enrolment_id, run_id, at),
        )
        sql.execute("update enrolments set ended_at = %s, ended_by = 'removal' where id = %s", (at, enrolment_id))
