"""Mails that fit no case, for the desk, with what agents answered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from support_portal.adapters.db.mails import answer_one_of
from support_portal.adapters.db.records import read_message
from support_portal.adapters.db.tables import mails, messages
from support_portal.domain.errors import NotFound
from support_portal.ports.desk_screens import ROWS_A_PAGE, GivenAnswer, LooseMail, MailsPage
from support_portal.ports.records import ANSWERED, Message

LOOSE = messages.c.case_id.is_(None)


def mails_page(connection: Connection, page: int) -> MailsPage:
    """One page of them, newest first; a page beyond the last is the last."""
    total = connection.execute(select(func.count()).where(LOOSE)).scalar_one()
    pages = max(1, -(-total // ROWS_A_PAGE))
    page = min(max(1, page), pages)
    query = select(messages).where(LOOSE).order_by(messages.c.at.desc(), messages.c.id)
    part = query.limit(ROWS_A_PAGE).offset((page - 1) * ROWS_A_PAGE)
    found = [read_message(row) for row in connection.execute(part).mappings()]
    return MailsPage(_with_answers(connection, found), total, page, pages)


def loose_mail(connection: Connection, message_id: UUID) -> LooseMail:
    """One of them; raises NotFound."""
    row = connection.execute(select(messages).where(LOOSE, messages.c.id == message_id)).mappings().first()
    if row is None:
        raise NotFound("There is no such mail.")
    return _with_answers(connection, [read_message(row)])[0]


def _with_answers(connection: Connection, found: Sequence[Message]) -> tuple[LooseMail, ...]:
    query = select(mails).where(answer_one_of(found)).order_by(mails.c.made_at, mails.c.id)
    given: dict[str, list[GivenAnswer]] = {}
    for row in connection.execute(query):
        given.setdefault(row.facts[ANSWERED], []).append(_answer(row))
    return tuple(LooseMail(message, tuple(given.get(str(message.id), ()))) for message in found)


def _answer(row: Row[tuple[object, ...]]) -> GivenAnswer:
    return GivenAnswer(row.facts["agent"], row.made_at, row.facts["text"], row.settled_at is None, row.refusal)
