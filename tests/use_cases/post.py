"""What the tests of mail that comes in share: handing it over, and looking at what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from support_portal.use_cases.correspond import Receipt, receive
from tests.use_cases.stage import ANAS, Stage


def take(stage: Stage, raw: bytes) -> Receipt:
    """Hand a mail over, and do what is due then."""
    receipt = receive(raw, tools=stage.tools)
    stage.work_off()
    return receipt


def rows(stage: Stage, query: str) -> Sequence[tuple[object, ...]]:
    """What the database says."""
    with stage.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def heard(stage: Stage) -> list[tuple[object, ...]]:
    """Author and words of what came by mail to a case, oldest first."""
    return list(
        rows(stage, "select author, text from messages where via = 'email' and case_id is not null order by at")
    )


def token(stage: Stage, address: str = ANAS) -> str:
    """Where an answer to the newest mail goes."""
    answer_to = stage.last(address).reply_to
    assert answer_to is not None
    return answer_to


def our_message_id(stage: Stage, address: str = ANAS) -> str:
    """The Message-ID of the newest mail to an address."""
    return stage.last(address).message_id
