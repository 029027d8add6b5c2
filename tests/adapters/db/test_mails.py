"""Mails and links as rows: a link is used once, a letter is counted by address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support_portal.adapters.db.unit_of_work import SqlUnitOfWork
from support_portal.domain.correspondence import Author, Letter, Purpose
from support_portal.domain.errors import LinkNotGood, NotFound
from support_portal.ports.records import Link, Mail, Message
from tests.adapters.db.at_once import at_once
from tests.adapters.db.stage import Stage
from tests.builders import CASE_ID
from tests.cast import ANA, NOW, an_id

LINK = Link(an_id(70), Purpose.CONFIRM, CASE_ID, ANA.address, NOW, NOW + timedelta(hours=24))
MAIL = Mail(an_id(60), Letter.CONFIRM, ANA.address, CASE_ID, NOW, {"why": "asked"}, {Purpose.CONFIRM: LINK.id})


def test_of_sixty_four_uses_of_one_link_one_wins(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        work.mails.add_links(LINK)

    def use() -> None:
        with stage.uow.begin() as work:
            work.mails.use_link(LINK, work.now)

    got = [one for _ in range(8) for one in at_once(8, use)]
    assert len(got) == 64
    assert got.count(None) == 1
    assert sum(isinstance(one, LinkNotGood) for one in got) == 63


def test_a_link_is_of_no_use_for_another_purpose(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        work.mails.add_links(LINK)
        assert work.mails.link(Purpose.CONFIRM, LINK.id) == LINK
        with pytest.raises(LinkNotGood):
            work.mails.link(Purpose.STOP, LINK.id)
        with pytest.raises(LinkNotGood):
            work.mails.link(Purpose.CONFIRM, an_id(71))


def test_using_all_links_of_a_purpose_leaves_other_purposes_and_earlier_uses_alone(stage: Stage) -> None:
    stage.with_case()
    earlier = NOW - timedelta(hours=1)
    stop = Link(an_id(71), Purpose.STOP, CASE_ID, ANA.address, NOW)
    used = Link(an_id(72), Purpose.CONFIRM, CASE_ID, ANA.address, earlier, used_at=earlier)
    with stage.uow.begin() as work:
        for link in (LINK, stop, used):
            work.mails.add_links(link)
        assert work.mails.last_link_at(CASE_ID, Purpose.CONFIRM) == NOW
        assert work.mails.last_link_at(CASE_ID, Purpose.LOCK) is None
        work.mails.use_all(CASE_ID, Purpose.CONFIRM, NOW)
        assert work.mails.link(Purpose.CONFIRM, LINK.id).used_at == NOW
        assert work.mails.link(Purpose.CONFIRM, used.id).used_at == earlier
        assert work.mails.link(Purpose.STOP, stop.id).used_at is None


def test_a_mail_is_read_as_it_was_written(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        work.mails.add(MAIL)
        assert work.mails.get(MAIL.id) == MAIL
        with pytest.raises(NotFound):
            work.mails.get(an_id(61))


def test_what_became_of_a_mail_first_stays(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        work.mails.add(MAIL)
        work.mails.settle(MAIL.id, NOW)
        work.mails.settle(MAIL.id, NOW + timedelta(hours=1), "550 no such user")
        assert (work.mails.get(MAIL.id).settled_at, work.mails.get(MAIL.id).refusal) == (NOW, "")


def test_letters_are_counted_for_an_address_however_it_is_written(uow: SqlUnitOfWork) -> None:
    with uow.begin() as work:
        for number, to in enumerate(("ana@example.org", "ANA@Example.org", "an.a@example.org"), start=60):
            work.mails.add(Mail(an_id(number), Letter.NO_ACCOUNT, to, None, NOW))
        assert work.mails.count(Letter.NO_ACCOUNT, "Ana@EXAMPLE.org", NOW - timedelta(days=1)) == 2
        assert work.mails.count(Letter.NO_ACCOUNT, "ana@example.org", NOW + timedelta(seconds=1)) == 0
        assert work.mails.count(Letter.CONFIRM, "ana@example.org", NOW - timedelta(days=1)) == 0


def test_a_case_knows_which_of_its_notices_are_still_under_way(stage: Stage) -> None:
    stage.with_case()
    with stage.uow.begin() as work:
        for number in (60, 61):
            work.mails.add(Mail(an_id(number), Letter.APPROVED, ANA.address, CASE_ID, NOW))
        assert work.mails.unsettled(CASE_ID, Letter.APPROVED, NOW) == 2
        assert work.mails.last_settled(CASE_ID, Letter.APPROVED, NOW) is None
        work.mails.settle(an_id(60), NOW + timedelta(minutes=1))
        work.mails.settle(an_id(61), NOW + timedelta(minutes=2), "550 no such user")
        assert work.mails.unsettled(CASE_ID, Letter.APPROVED, NOW) == 0
        assert work.mails.last_settled(CASE_ID, Letter.APPROVED, NOW) == NOW + timedelta(minutes=2)
        assert work.mails.last_settled(CASE_ID, Letter.APPROVED, NOW + timedelta(seconds=1)) is None


def test_an_answer_is_traced_to_its_case_by_our_own_message_id_or_by_one_that_was_kept(stage: Stage) -> None:
    stage.with_case()
    heard = Message(an_id(80), CASE_ID, NOW, Author.REQUESTER, "Ana", "Hello", "email", message_id="<abc@example.org>")
    stray = Message(an_id(81), None, NOW, Author.UNPROVEN, "Mallory", "Hello", "email", message_id="<stray@x.example>")
    with stage.uow.begin() as work:
        work.mails.add(MAIL)
        work.records.say(heard)
        work.records.say(stray)
        assert work.mails.case_of_message(f"<{MAIL.id}@support.example>") == CASE_ID
        assert work.mails.case_of_message("<abc@example.org>") == CASE_ID
        assert work.mails.case_of_message("<stray@x.example>") is None
        assert work.mails.case_of_message(f"<{an_id(5)}@support.example>") is None
        assert work.mails.case_of_message("") is None
