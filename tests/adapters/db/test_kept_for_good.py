"""What was written for good stays, in plain SQL and as the portal's own role; an account has one open case."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import IntegrityError, UniqueViolation

from support_portal.domain.cases import State
from tests.adapters.db.conftest import Sql
from tests.adapters.db.removing import ANOTHER_RUN, remove
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID, an_approval
from tests.cast import ANA, BEN, an_id


def test_the_database_refuses_a_second_case_for_an_account_that_has_one(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.AWAITING_REPOSITORY)
    with pytest.raises(UniqueViolation, match="cases_one_open_for_an_account"):
        sql.execute(copy_of_the_case(sql, an_id(33), 2418, "ended_at"))


def test_the_database_takes_a_new_case_after_the_first_has_ended(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.WITHDRAWN)
    sql.execute(copy_of_the_case(sql, an_id(33), 2418, "null").replace("'withdrawn'", "'unconfirmed'"))
    row = sql.execute("select count(*) from cases where account_id = %s", (ANA.id,)).fetchone()
    assert row == (2,)


def copy_of_the_case(sql: Sql, case_id: UUID, number: int, ended_at: str) -> str:
    """The statement that opens another case of the same account."""
    names = [
        str(row[0])
        for row in sql.execute("select column_name from information_schema.columns where table_name = 'cases'")
    ]
    new = {"id": f"'{case_id}'", "number": str(number), "state": "'unconfirmed'", "ended_at": ended_at}
    values = [new.get(name, name) for name in names]
    return f"insert into cases ({', '.join(names)}) select {', '.join(values)} from cases"


@pytest.mark.parametrize("table", ["events", "runs", "removals", "approvals", "enrolments", "cases"])
@pytest.mark.parametrize("statement", ["delete from {}", "truncate {} cascade"])
def test_the_database_deletes_nothing_that_was_written_for_good(
    stage: Stage, sql: Sql, table: str, statement: str
) -> None:
    stage.with_removal_begun()
    remove(sql)
    sql.execute("insert into events (case_id, at, action, actor) values (%s, now(), 'withdraw', 'link')", (CASE_ID,))
    with pytest.raises(IntegrityError, match="ever changed or deleted"):
        sql.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "update events set why = 'no reason'",
        "update runs set outcome = 'passed'",
        "update removals set at = now()",
        "update approvals set staff_id = (select id from staff where role = 'lead')",
        "update enrolments set enrolled_at = now()",
        "update cases set enrolment_id = gen_random_uuid()",
        "update cases set account_id = gen_random_uuid()",
        "update cases set state = 'withdrawn', ended_at = now()",
        "update cases set version = version - 1",
    ],
)
def test_the_database_changes_nothing_that_was_written_for_good(stage: Stage, sql: Sql, statement: str) -> None:
    stage.with_removal_begun()
    remove(sql)
    sql.execute("insert into events (case_id, at, action, actor) values (%s, now(), 'withdraw', 'link')", (CASE_ID,))
    with pytest.raises(IntegrityError):
        sql.execute(statement)


def test_a_confirmed_case_takes_no_other_request(stage: Stage, sql: Sql) -> None:
    case = stage.with_case(State.IN_REVIEW)
    another = stage.with_request(replace(case, request_id=an_id(77)))
    with pytest.raises(IntegrityError, match="with its confirmation only"):
        sql.execute("update cases set request_id = %s", (another.id,))


@pytest.mark.parametrize(
    ("state", "to"), [("in_review", "removing"), ("cooling_off", "removed"), ("withdrawn", "triage")]
)
def test_the_database_lets_no_case_jump_to_or_from_its_end(stage: Stage, sql: Sql, state: str, to: str) -> None:
    stage.with_case(State(state))
    ended_at = "now()" if to == "removed" else "null"
    with pytest.raises(IntegrityError, match=r"removal|has ended"):
        sql.execute(f"update cases set state = '{to}', ended_at = {ended_at}, version = version + 1")


def test_the_database_voids_an_approval_once_and_never_takes_it_back(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.COOLING_OFF, approvals=(an_approval(BEN),))
    sql.execute("update approvals set voided_at = now(), voided_why = 'evidence lost'")
    with pytest.raises(IntegrityError, match="voided once"):
        sql.execute("update approvals set voided_at = null")


def test_a_repository_that_passed_can_never_pass_for_another_case(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.WITHDRAWN, repository_id=None, repository_instance=None)
    sql.execute(copy_of_the_case(sql, an_id(33), 2418, "null"))
    columns = "at, outcome, results, instance, repository_id"
    copied = f"insert into runs (id, case_id, {columns}) select %s, %s, {columns} from runs"
    with pytest.raises(UniqueViolation, match="passed for another case"):
        sql.execute(copied, (ANOTHER_RUN, an_id(33)))


def test_no_session_setting_of_the_portals_role_switches_the_refusals_off(stage: Stage, sql: Sql) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("set session_replication_role = replica")
    row = sql.execute("select count(*) from pg_trigger where not tgisinternal and tgenabled <> 'A'").fetchone()
    assert row == (0,)


def test_every_function_of_the_refusals_reads_the_portals_own_tables_alone(sql: Sql) -> None:
    """A later migration that replaces one has to say so again."""
    open_ones = sql.execute(
        "select distinct proname from pg_trigger join pg_proc p on p.oid = tgfoid"
        " where not tgisinternal and (proconfig is null or not 'search_path=public, pg_temp' = any(proconfig))"
    ).fetchall()
    assert open_ones == []
