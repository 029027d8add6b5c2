"""Mails and links as rows: what each is rendered from, never its words or tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, select, update

from support_portal.adapters.db.records import plain_message_id
from support_portal.adapters.db.tables import links, mails, messages
from support_portal.adapters.db.whose import belongs_to
from support_portal.domain.addresses import compared
from support_portal.domain.correspondence import Letter, Purpose
from support_portal.domain.errors import LinkNotGood, NotFound
from support_portal.domain.principals import Principal
from support_portal.ports.records import ANSWERED, Link, Mail, Message

_MAIL = select(mails).where(mails.c.id == bindparam("this_mail"))
_SETTLE = update(mails).where(mails.c.id == bindparam("this_mail"), mails.c.settled_at.is_(None))


class SqlMails:
    """The port `Mails` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: Mail) -> None:
        """Write a mail."""
        values = {
            "id": mail.id,
            "letter": mail.letter,
            "to_address": mail.to,
            "to_compared": compared(mail.to),
            "case_id": mail.case_id,
            "made_at": mail.made_at,
            "facts": dict(mail.facts),
            "links": {purpose: str(link) for purpose, link in mail.links.items()},
            "settled_at": mail.settled_at,
            "refusal": mail.refusal,
        }
        self._connection.execute(insert(mails), values)

    def get(self, mail_id: UUID) -> Mail:
        """One mail; raises NotFound."""
        row = self._connection.execute(_MAIL, {"this_mail": mail_id}).first()
        if row is None:
            raise NotFound("There is no such mail.")
        return Mail(
            id=row.id,
            letter=Letter(row.letter),
            to=row.to_address,
            case_id=row.case_id,
            made_at=row.made_at,
            facts=row.facts,
            links={purpose: UUID(link) for purpose, link in row.links.items()},
            settled_at=row.settled_at,
            refusal=row.refusal,
        )

    def settle(self, mail_id: UUID, at: datetime, refusal: str = "") -> bool:
        """The server took it, or refused it for good; False, and nothing more, when it was settled already."""
        done = self._connection.execute(_SETTLE, {"this_mail": mail_id, "settled_at": at, "refusal": refusal})
        return done.rowcount == 1

    def wrote_of(self, letter: Letter, facts: Mapping[str, str], since: datetime) -> bool:
        """Whether this letter was written to anybody since then, with these among its facts."""
        such = (mails.c.letter == letter, mails.c.facts.contains(dict(facts)), mails.c.made_at >= since)
        return self._connection.execute(select(exists().where(*such))).scalar_one()

    def count(self, letter: Letter, to: str, since: datetime) -> int:
        """How many of this letter went to this address since then."""
        query = select(func.count()).where(
            mails.c.to_compared == compared(to), mails.c.letter == letter, mails.c.made_at >= since
        )
        return self._connection.execute(query).scalar_one()

    def answers_to(self, message: Message) -> int:
        """How often agents answered a mail that fits no case."""
        return self._connection.execute(select(func.count()).where(answer_one_of((message,)))).scalar_one()

    def unsettled(self, case_id: UUID, letter: Letter, since: datetime) -> int:
        """How many of these letters of a case, made since then, neither arrived nor were refused."""
        query = select(func.count()).where(
            mails.c.case_id == case_id,
            mails.c.letter == letter,
            mails.c.made_at >= since,
            mails.c.settled_at.is_(None),
        )
        return self._connection.execute(query).scalar_one()

    def last_settled(self, case_id: UUID, letter: Letter, since: datetime) -> datetime | None:
        """When the last of them was settled."""
        query = select(func.max(mails.c.settled_at)).where(
            mails.c.case_id == case_id, mails.c.letter == letter, mails.c.made_at >= since
        )
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def add_links(self, *new: Link) -> None:
        """Write links."""
        if new:
            self._connection.execute(insert(links), [asdict(link) for link in new])

    def link(self, purpose: Purpose, link_id: UUID) -> Link:
        """One link, locked; raises LinkNotGood when there is none of this purpose."""
        query = select(links).where(links.c.id == link_id, links.c.purpose == purpose)
        row = self._connection.execute(query.with_for_update(key_share=True)).mappings().first()
        if row is None:
            raise LinkNotGood("This link does not work.")
        return Link(**{**row, "purpose": Purpose(row["purpose"])})

    def use_link(self, link: Link, at: datetime) -> None:
        """Mark a link as used; raises LinkNotGood when it was used in the meantime."""
        unused = (links.c.id == link.id) & links.c.used_at.is_(None)
        if self._connection.execute(update(links).where(unused).values(used_at=at)).rowcount != 1:
            raise LinkNotGood("This link does not work.")

    def use_all(self, case_id: UUID, purpose: Purpose, at: datetime) -> None:
        """Mark every unused link of this purpose of a case as used."""
        unused = (links.c.case_id == case_id) & (links.c.purpose == purpose) & links.c.used_at.is_(None)
        self._connection.execute(update(links).where(unused).values(used_at=at))

    def void_links(self, principal: Principal, purposes: Iterable[Purpose], at: datetime) -> None:
        """Mark every unused link of these purposes that is about somebody's sign-in as used."""
        unused = belongs_to(links, principal) & links.c.purpose.in_(tuple(purposes)) & links.c.used_at.is_(None)
        self._connection.execute(update(links).where(unused).values(used_at=at))

    def last_link_at(self, case_id: UUID, purpose: Purpose) -> datetime | None:
        """When the newest link of this purpose of a case was made."""
        query = select(func.max(links.c.made_at)).where(links.c.case_id == case_id, links.c.purpose == purpose)
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def case_of_message(self, message_id: str) -> UUID | None:
        """The case of a mail of ours (its id is the part before the @) or of a message that was kept."""
        plain = plain_message_id(message_id)
        try:
            ours = UUID(plain.partition("@")[0])
        except ValueError:
            ours = None
        if ours and (found := self._connection.execute(select(mails.c.case_id).where(mails.c.id == ours)).scalar()):
            return UUID(str(found))
        query = select(messages.c.case_id).where(messages.c.message_id == plain, messages.c.message_id != "")
        return self._connection.execute(query.where(messages.c.case_id.is_not(None)).limit(1)).scalar()


def answer_one_of(said: Iterable[Message]) -> ColumnElement[bool]:
    """The mails in which agents answered these, which fit no case: found by their address, told apart by their id."""
    answered = tuple(said)
    to_their_senders = mails.c.to_compared.in_({compared(message.from_address) for message in answered})
    named = mails.c.facts[ANSWERED].astext.in_([str(message.id) for message in answered])
    return and_(mails.c.letter == Letter.MAIL_ANSWER, to_their_senders, named)
