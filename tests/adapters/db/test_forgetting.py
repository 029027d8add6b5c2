"""What was written for good goes as whole cases, and never in its first year: neither by code, nor from psql."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from psycopg.errors import IntegrityError

from support_portal.domain.cases import State
from support_portal.domain.errors import NotAllowed
from support_portal.domain.moves import Actor, By, Event
from support_portal.ports.records import Block
from tests.adapters.db.conftest import Sql
from tests.adapters.db.removing import remove
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID, a_run, an_approval
from tests.cast import ANA, BEN

FORGET = "select forget_case(%s)"
TABLES = ("events", "runs", "approvals", "removals", "cases")


def an_old_case(stage: Stage, sql: Sql, **times: datetime) -> None:
    """A case that was opened, approved and removed more than a year ago, but for the times that are named."""
    then = ago(sql, days=366)
    opened_at, run_at = times.get("opened_at", then), times.get("run_at", then)
    approved_at, event_at = times.get("approved_at", then), times.get("event_at", then)
    stage.with_removal_begun(
        opened_at=opened_at,
        state_since=run_at,
        due_at=run_at,
        runs=(a_run(at=run_at),),
        approvals=(an_approval(BEN, at=approved_at),),
    )
    remove(sql, at=times.get("removal_at", max(run_at, then)))
    ended = "update cases set state = 'removed', version = version + 1, ended_at = %s"
    sql.execute(ended, (times.get("ended_at", then),))
    with stage.uow.begin() as work:
        work.records.tell(Event(CASE_ID, event_at, "finish", Actor(By.WORKER)))


def ago(sql: Sql, **span: float) -> datetime:
    """So long before now, by the clock of the database: no test grows old."""
    row = sql.execute("select clock_timestamp()").fetchone()
    assert row is not None
    then: datetime = row[0] - timedelta(**span)
    return then


def delete_from(sql: Sql, table: str) -> None:
    """Delete as the function does, one table alone."""
    with sql.transaction():
        sql.execute("set local portal.forgetting = 'on'")
        sql.execute(f"delete from {table}")


def rows(sql: Sql) -> dict[str, int]:
    """How much there is of everything that was written for good."""
    counted = {}
    for table in TABLES:
        row = sql.execute(f"select count(*) from {table}").fetchone()
        assert row is not None
        counted[table] = row[0]
    return counted


def test_the_function_forgets_a_case_of_which_everything_is_older_than_a_year(stage: Stage, sql: Sql) -> None:
    an_old_case(stage, sql)
    assert rows(sql) == dict.fromkeys(TABLES, 1)
    assert sql.execute(FORGET, (CASE_ID,)).fetchone() == (True,)
    assert rows(sql) == dict.fromkeys(TABLES, 0)
    assert sql.execute(FORGET, (CASE_ID,)).fetchone() == (False,)


@pytest.mark.parametrize("fresh", ["opened_at", "ended_at", "run_at", "approved_at", "removal_at", "event_at"])
def test_the_portals_own_role_can_forget_no_case_of_which_anything_is_younger_than_a_year(
    stage: Stage, sql: Sql, fresh: str
) -> None:
    an_old_case(stage, sql, **{fresh: ago(sql, days=364)})
    with pytest.raises(IntegrityError, match="younger than a year"):
        sql.execute(FORGET, (CASE_ID,))
    assert rows(sql) == dict.fromkeys(TABLES, 1)


@pytest.mark.parametrize(("days", "is_kept"), [(364, True), (366, False)])
def test_the_portals_own_role_can_forget_no_block_that_ended_within_a_year(
    stage: Stage, sql: Sql, days: int, is_kept: bool
) -> None:
    an_old_case(stage, sql)
    with stage.uow.begin() as work:
        work.blocks.add(Block(ANA.id, ago(sql, days=days), CASE_ID))
    if is_kept:
        with pytest.raises(IntegrityError, match=r"blocks: .* younger than a year"):
            sql.execute(FORGET, (CASE_ID,))
    else:
        assert sql.execute(FORGET, (CASE_ID,)).fetchone() == (True,)
    assert sql.execute("select count(*) from blocks").fetchone() == (int(is_kept),)


def test_the_portals_own_role_makes_no_fresh_case_old_by_writing_its_end_back(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.WITHDRAWN, runs=(), opened_at=ago(sql, days=364))
    sql.execute("update cases set ended_at = '2001-01-01', state_since = '2001-01-01'")
    with pytest.raises(IntegrityError, match="younger than a year"):
        sql.execute(FORGET, (CASE_ID,))
    with pytest.raises(IntegrityError, match="for ever"):
        sql.execute("update cases set opened_at = '2001-01-01'")


def test_the_portals_own_role_can_forget_no_case_that_has_not_ended(stage: Stage, sql: Sql) -> None:
    long_ago = ago(sql, days=999)
    stage.with_case(State.IN_REVIEW, runs=(a_run(at=long_ago),), opened_at=long_ago)
    with pytest.raises(IntegrityError, match="younger than a year"):
        sql.execute(FORGET, (CASE_ID,))


@pytest.mark.parametrize("table", TABLES)
def test_old_rows_are_deleted_by_the_function_alone(stage: Stage, sql: Sql, table: str) -> None:
    an_old_case(stage, sql)
    with pytest.raises(IntegrityError, match="ever changed or deleted"):
        sql.execute(f"delete from {table}")
    assert rows(sql) == dict.fromkeys(TABLES, 1)


@pytest.mark.parametrize("table", ["events", "approvals", "removals"])
def test_whoever_knows_how_the_function_does_it_still_takes_nothing_out_of_a_case_that_stays(
    stage: Stage, sql: Sql, table: str
) -> None:
    an_old_case(stage, sql)
    with pytest.raises(IntegrityError, match="while its case stays"):
        delete_from(sql, table)
    assert rows(sql) == dict.fromkeys(TABLES, 1)


def test_a_temporary_table_of_the_same_name_deceives_none_of_the_functions(stage: Stage, sql: Sql) -> None:
    an_old_case(stage, sql)
    sql.execute("create temporary table cases (id uuid, state text, ended_at timestamptz)")
    with pytest.raises(IntegrityError, match="while its case stays"):
        delete_from(sql, "events")
    assert sql.execute(FORGET, (CASE_ID,)).fetchone() == (True,)
    assert sql.execute("select count(*) from public.cases").fetchone() == (0,)


def test_a_temporary_table_of_approvals_approves_no_removal(stage: Stage, sql: Sql) -> None:
    stage.with_removal_begun(approvals=())
    sql.execute("create temporary table approvals as select * from public.approvals")
    sql.execute("insert into approvals (id, case_id, staff_id) values (gen_random_uuid(), %s, %s)", (CASE_ID, BEN.id))
    with pytest.raises(IntegrityError, match="needs an approval"):
        remove(sql)


def test_events_of_no_case_go_by_their_own_age(stage: Stage, sql: Sql) -> None:
    with stage.uow.begin() as work:
        for days in (364, 366, 400):
            work.records.tell(Event(None, ago(sql, days=days), "policy_set", Actor(By.PORTAL)))
        assert work.forgetting.events_without_case(ago(sql, days=399)) == 1
    with (
        pytest.raises(NotAllowed, match="events: what has not ended, or is younger than a year, is not forgotten"),
        stage.uow.begin() as work,
    ):
        work.forgetting.events_without_case(ago(sql))
    assert rows(sql)["events"] == 2


def test_a_case_that_the_database_keeps_is_refused_in_its_words(stage: Stage, sql: Sql) -> None:
    stage.with_case(State.WITHDRAWN, runs=(a_run(at=ago(sql, days=364)),))
    with (
        pytest.raises(NotAllowed, match="runs: what has not ended, or is younger than a year, is not forgotten"),
        stage.uow.begin() as work,
    ):
        work.forgetting.case(CASE_ID)
    with stage.uow.begin() as work:
        assert work.cases.get(CASE_ID).account_id == ANA.id


def test_nobody_but_the_owner_of_the_tables_may_call_the_functions(sql: Sql) -> None:
    query = "select proname, proacl::text from pg_proc where proname like 'forget_%' order by proname"
    grants = sql.execute(query).fetchall()
    assert [name for name, _ in grants] == ["forget_case", "forget_events_without_case"]
    assert {grant for _, grant in grants} == {"{portal=X/portal}"}
