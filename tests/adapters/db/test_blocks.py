"""Blocks as rows: in force until they end or a lead lifts them, and kept as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg.errors import IntegrityError

from support_portal.domain.cases import State
from support_portal.ports.records import Block
from tests.adapters.db.conftest import Sql
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID
from tests.cast import ANA, BEN, LEA, NOW, an_id

LATER = NOW + timedelta(hours=1)
BLOCK = Block(ANA.id, LATER, CASE_ID)
LIFTED = f"lifted_at = now(), lifted_by = '{LEA.id}', lifted_why = 'a mistake'"


@pytest.fixture
def blocked(stage: Stage) -> Stage:
    """Ana stopped a case, so new ones are blocked for an hour."""
    stage.with_case(State.WITHDRAWN)
    with stage.uow.begin() as work:
        assert work.blocks.active(ANA.id, NOW) is None
        work.blocks.add(BLOCK)
    return stage


def test_of_several_blocks_the_one_that_ends_last_is_in_force_until_then(blocked: Stage) -> None:
    longer = Block(ANA.id, LATER + timedelta(days=1), CASE_ID)
    with blocked.uow.begin() as work:
        work.blocks.add(longer)
        assert work.blocks.active(ANA.id, NOW) == longer
        assert work.blocks.active(ANA.id, LATER) == longer
        assert work.blocks.active(ANA.id, longer.until) is None
        assert work.blocks.active(an_id(2), NOW) is None


def test_lifting_lifts_every_block_in_force_and_none_that_has_ended(blocked: Stage) -> None:
    with blocked.uow.begin() as work:
        work.blocks.add(Block(ANA.id, LATER + timedelta(days=1), CASE_ID))
        work.blocks.add(Block(ANA.id, NOW, CASE_ID))
        assert work.blocks.last_lifted_at(ANA.id) is None
        assert work.blocks.lift(an_id(2), NOW, LEA.id, "Another account") == 0
        assert work.blocks.lift(ANA.id, NOW, LEA.id, "She stopped it by mistake") == 2
        assert work.blocks.lift(ANA.id, NOW, LEA.id, "Once more") == 0
        assert work.blocks.active(ANA.id, NOW) is None
        assert (work.blocks.last_lifted_at(ANA.id), work.blocks.last_lifted_at(an_id(2))) == (NOW, None)


def test_a_lifted_block_says_who_lifted_it_when_and_why(blocked: Stage, sql: Sql) -> None:
    with blocked.uow.begin() as work:
        work.blocks.lift(ANA.id, NOW, LEA.id, "She stopped it by mistake")
    row = sql.execute("select lifted_at, lifted_by, lifted_why from blocks").fetchone()
    assert row == (NOW, LEA.id, "She stopped it by mistake")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from blocks",
        "truncate blocks",
        "update blocks set until = now()",
        "update blocks set account_id = gen_random_uuid()",
        f"update blocks set until = now(), {LIFTED}",
        "update blocks set lifted_at = now()",
        f"update blocks set {LIFTED}".replace("a mistake", ""),
        f"update blocks set {LIFTED}".replace(str(LEA.id), str(BEN.id)),
    ],
)
def test_the_database_lets_nothing_of_a_block_be_changed_but_its_lifting_by_a_lead(
    blocked: Stage, sql: Sql, statement: str
) -> None:
    with pytest.raises(IntegrityError):
        sql.execute(statement)


def test_the_database_lets_a_block_be_lifted_once(blocked: Stage, sql: Sql) -> None:
    sql.execute(f"update blocks set {LIFTED}")
    for again in (f"update blocks set {LIFTED}", "update blocks set lifted_at = null, lifted_by = null"):
        with pytest.raises(IntegrityError, match="lifted once"):
            sql.execute(again)
