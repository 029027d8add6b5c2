"""What must never be is refused by the database itself, in plain SQL and as the portal's own role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg.errors import IntegrityError, UniqueViolation

from support_portal.domain.cases import State
from support_portal.domain.evidence import Outcome
from support_portal.domain.risk import Level
from support_portal.domain.staff import Staff
from tests.adapters.db.conftest import Sql
from tests.adapters.db.removing import ANOTHER_RUN, remove
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID, EVIDENCE_RUN, a_run, an_approval
from tests.cast import ANA, ANAS_ENROLMENT, BEN, CHLOE, INES, NOW, OTTO, an_id


def removals(sql: Sql) -> int:
    row = sql.execute("select count(*) from removals").fetchone()
    assert row
    return int(row[0])


def is_on(sql: Sql) -> bool:
    row = sql.execute("select ended_at is null from enrolments where id = %s", (ANAS_ENROLMENT.id,)).fetchone()
    assert row
    return bool(row[0])


def test_the_database_takes_a_removal_for_which_everything_is_right(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    remove(sql)
    assert removals(sql) == 1
    assert not is_on(sql)


def test_the_database_refuses_a_removal_without_an_approval(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(approvals=())
    with pytest.raises(IntegrityError, match="needs an approval"):
        remove(sql)
    assert removals(sql) == 0
    assert is_on(sql)


def test_the_database_refuses_a_removal_whose_approval_was_voided(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    sql.execute("update approvals set voided_at = now(), voided_why = 'no decider any more'")
    with pytest.raises(IntegrityError, match="needs an approval"):
        remove(sql)


def test_the_database_refuses_a_removal_at_high_risk_with_one_approval(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(risk=Level.HIGH)
    with pytest.raises(IntegrityError, match="at high risk of two people"):
        remove(sql)


def test_the_database_takes_a_removal_at_high_risk_with_two_approvals(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(risk=Level.HIGH, approvals=(an_approval(BEN), an_approval(CHLOE)))
    remove(sql)
    assert removals(sql) == 1


def test_the_database_refuses_a_second_approval_of_the_same_person(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.AWAITING_SECOND_APPROVAL, approvals=(an_approval(BEN),))
    with pytest.raises(UniqueViolation):
        sql.execute(
            "insert into approvals (id, case_id, staff_id, at, run_id, reason)"
            " values (%s, %s, %s, now(), %s, 'nothing_against_it')",
            (an_id(7), CASE_ID, BEN.id, EVIDENCE_RUN),
        )


@pytest.mark.parametrize("person", [INES, OTTO], ids=["admin", "auditor"])
def test_the_database_refuses_an_approval_by_somebody_who_does_not_decide(
    stage: Stage, sql: Sql, person: Staff
) -> None:
    stage.with_case()
    with pytest.raises(IntegrityError, match="Only agents and leads approve"):
        sql.execute(
            "insert into approvals (id, case_id, staff_id, at, run_id, reason)"
            " values (%s, %s, %s, now(), %s, 'nothing_against_it')",
            (an_id(7), CASE_ID, person.id, EVIDENCE_RUN),
        )


def test_the_database_refuses_an_approval_of_a_run_that_failed(stage: Stage, sql: Sql) -> None:
    stage.with_case(runs=(a_run(Outcome.FAILED),))
    with pytest.raises(IntegrityError, match="a run of its case that passed"):
        sql.execute(
            "insert into approvals (id, case_id, staff_id, at, run_id, reason)"
            " values (%s, %s, %s, now(), %s, 'nothing_against_it')",
            (an_id(7), CASE_ID, BEN.id, EVIDENCE_RUN),
        )


def test_the_database_refuses_a_removal_without_evidence(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    with pytest.raises(IntegrityError, match="did not pass every check"):
        remove(sql, run_id=ANOTHER_RUN)
    assert removals(sql) == 0


def test_the_database_refuses_a_removal_on_a_run_that_failed(stage: Stage, sql: Sql) -> None:
    failed = a_run(Outcome.FAILED, id=ANOTHER_RUN, at=NOW - timedelta(minutes=1))
    stage.with_removal_begun(runs=(a_run(), failed))
    with pytest.raises(IntegrityError, match="did not pass every check"):
        remove(sql, run_id=ANOTHER_RUN)


def test_the_database_refuses_a_removal_on_old_evidence(stage: Stage, sql: Sql) -> None:
    begun = NOW - timedelta(minutes=5)
    stage.with_removal_begun(state_since=begun, runs=(a_run(at=begun - timedelta(minutes=31)),))
    with pytest.raises(IntegrityError, match="in the 30 minutes before"):
        remove(sql)


def test_the_database_refuses_a_removal_on_a_pass_of_another_repository(stage: Stage, sql: Sql) -> None:
    other = a_run(id=ANOTHER_RUN, repository_id="666")
    stage.with_removal_begun(runs=(a_run(), other))
    with pytest.raises(IntegrityError, match="did not pass every check"):
        remove(sql, run_id=ANOTHER_RUN)


def test_the_database_refuses_a_removal_for_another_enrolment(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    anew = an_id(22)
    sql.execute("update enrolments set ended_at = now(), ended_by = 'owner'")
    sql.execute("insert into enrolments (id, account_id, enrolled_at) values (%s, %s, now())", (anew, ANA.id))
    with pytest.raises(IntegrityError, match="not the enrolment that the case is about"):
        remove(sql, enrolment_id=anew)
    assert removals(sql) == 0


def test_the_database_refuses_a_second_removal(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    remove(sql)
    with pytest.raises(UniqueViolation):
        remove(sql)
    assert removals(sql) == 1


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.COOLING_OFF, State.WITHDRAWN, State.DENIED])
def test_the_database_refuses_a_removal_unless_the_case_is_removing(stage: Stage, sql: Sql, state: State) -> None:
    stage.with_case(state, approvals=(an_approval(BEN),))
    with pytest.raises(IntegrityError, match="in state removing"):
        remove(sql)


def test_the_database_refuses_a_removal_for_no_case_at_all(stage: Stage, sql: Sql) -> None:
    with pytest.raises(IntegrityError, match="in state removing"):
        remove(sql)


def test_the_database_refuses_a_removal_before_the_wait_is_over(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(due_at=NOW + timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="safety wait is not over"):
        remove(sql)


def test_the_database_refuses_a_removal_dated_into_the_future(stage: Stage, sql: Sql) -> None:
    row = sql.execute("select now() + interval '2 days'").fetchone()
    assert row
    stage.with_removal_begun(due_at=row[0] - timedelta(days=1))
    with pytest.raises(IntegrityError, match="safety wait is not over"):
        remove(sql, at=row[0])


def test_the_database_refuses_a_removal_while_no_wait_has_begun(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(due_at=None)
    with pytest.raises(IntegrityError, match="safety wait is not over"):
        remove(sql)


def test_the_database_refuses_an_enrolment_ended_by_no_removal(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    with pytest.raises(IntegrityError, match="ended by a removal, but there is none"):
        sql.execute("update enrolments set ended_at = now(), ended_by = 'removal'")
    assert is_on(sql)


def test_the_database_refuses_a_removal_that_leaves_the_enrolment_standing(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun()
    with pytest.raises(IntegrityError, match="its enrolment still stands"):
        sql.execute(
            "insert into removals (case_id, account_id, enrolment_id, run_id, at) values (%s, %s, %s, %s, %s)",
            (CASE_ID, ANA.id, ANAS_ENROLMENT.id, EVIDENCE_RUN, NOW),
        )
    assert removals(sql) == 0
