"""Agents answer mails that fit no case: by hand, knowingly, and without opening anything to a stranger."""

from __future__ import annotations

import re
from functools import partial
from uuid import UUID, uuid4

import pytest

from support_portal.domain.errors import BadInput, NotAllowed, NotFound, Stale, TooMany
from support_portal.domain.staff import Role, Staff
from support_portal.ports.desk_screens import LooseMail
from support_portal.use_cases import answer_mail
from tests.adapters.mail.messages import SUPPORT, a_bounce, a_mail
from tests.use_cases.at_once import at_once
from tests.use_cases.post import rows, take
from tests.use_cases.stage import ANAS, Stage

NOBODY = "nobody@example.net"


def a_loose_mail(stage: Stage, sender: str = NOBODY, **headers: str) -> UUID:
    """A mail came in that fits no case; its id."""
    known = {mail.message.id for mail in listed(stage)}
    take(stage, a_mail("Who am I?", From=sender, Message_ID=f"<{uuid4()}@example.net>", **headers))
    [came] = [mail.message.id for mail in listed(stage) if mail.message.id not in known]
    return came


def listed(stage: Stage) -> tuple[LooseMail, ...]:
    """The list as agents read it."""
    return stage.tools.screens.desk.mails_without_case(1).mails


def answer(stage: Stage, mail: UUID, by: Staff, text: str = "Which address do you sign in with?", seen: int = 0) -> str:
    """Answer a mail, and let the worker send it."""
    to = answer_mail.answer_mail(mail, by.id, text, seen=seen, tools=stage.tools)
    stage.work_off()
    return to


def test_an_answer_goes_to_the_address_the_mail_came_from_with_the_agents_name(stage: Stage) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage)
    mailed = len(stage.mails.taken)
    assert answer(stage, mail, ben, "  Try your other address.\n\nGood luck ") == NOBODY
    [sent] = stage.mails.taken[mailed:]
    assert (sent.to, sent.subject) == (NOBODY, "Our answer to your email")
    assert sent.text.startswith("Try your other address.\n\nGood luck\n\nBen\n\n")
    assert not sent.is_automatic, "a person wrote it"


def test_the_list_shows_what_was_answered_by_whom_and_when(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    mail, other = a_loose_mail(stage), a_loose_mail(stage)
    answer_mail.answer_mail(mail, ben.id, "First", seen=0, tools=stage.tools)
    asked_at = stage.clock.at
    assert [one.is_on_its_way for one in stage.tools.screens.desk.mail_without_case(mail).answers] == [True]
    stage.passes(minutes=4)
    answer(stage, mail, chloe, "Second", seen=1)
    answers = {one.message.id: one.answers for one in listed(stage)}
    assert [(one.by, one.text, one.at, one.is_on_its_way) for one in answers[mail]] == [
        ("Ben", "First", asked_at, False),
        ("Chloe", "Second", stage.clock.at, False),
    ]
    assert answers[other] == (), "another mail from the same address"


def test_the_audit_says_who_answered_and_keeps_no_word_and_no_address(stage: Stage) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage)
    answer(stage, mail, ben)
    told = rows(stage, "select case_id, actor, staff_id, details from events where action = 'mail_answered'")
    assert told == [(None, "decider", ben.id, {"mail": str(mail), "to": "n•••@example.net"})]


def test_who_did_not_see_the_first_answer_sends_no_second_one(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben"), stage.staff("Chloe")
    mail = a_loose_mail(stage)
    answer(stage, mail, ben)
    mailed = len(stage.mails.taken)
    for seen in (0, 2):
        with pytest.raises(Stale, match="Somebody answered this mail while you were writing"):
            answer(stage, mail, chloe, seen=seen)
    assert len(stage.mails.taken) == mailed
    answer(stage, mail, chloe, seen=1)
    assert len(stage.mails.taken) == mailed + 1


def test_of_two_who_answer_at_the_same_moment_one_is_told(stage: Stage) -> None:
    people = [stage.staff(name) for name in ("Ben", "Chloe", "Lea")]
    mail = a_loose_mail(stage)

    def act(by: Staff) -> str:
        return answer_mail.answer_mail(mail, by.id, f"{by.name} here", seen=0, tools=stage.tools)

    results = at_once([partial(act, by) for by in people])
    assert sorted(type(one).__name__ for one in results) == ["Stale", "Stale", "str"]
    [kept] = listed(stage)
    assert len(kept.answers) == 1


@pytest.mark.parametrize("quoted", ["stop", "requests/confirm"])
def test_an_answer_carries_no_link_of_ours_even_when_somebody_pastes_one(stage: Stage, quoted: str) -> None:
    ben = stage.staff("Ben")
    stage.an_account()
    stage.ask()
    mail = a_loose_mail(stage)
    answer(stage, mail, ben, f"Look: https://portal.example/{quoted}/{stage.link(quoted)}")
    sent = stage.last(NOBODY)
    assert f"https://portal.example/{quoted}/•••" in sent.text
    for part in (sent.subject, sent.text, sent.html, sent.reply_to or ""):
        assert re.findall(r"[A-Za-z0-9_-]{48}", part) == []
    assert sent.reply_to is None, "an answer to it proves nothing, so it has no token"
    assert rows(stage, "select links from mails where letter = 'mail_answer'") == [({},)]


def test_nothing_of_the_strangers_own_words_goes_out_under_our_name(stage: Stage) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage, Subject="You won: https://mallory.example")
    answer(stage, mail, ben)
    sent = stage.last(NOBODY)
    for part in (sent.subject, sent.text, sent.html):
        assert "mallory" not in part
        assert "Who am I?" not in part


@pytest.mark.parametrize("kind", ["automatic", "bounce", "ours", "ours with a token"])
def test_machines_and_our_own_addresses_are_never_answered(stage: Stage, kind: str) -> None:
    ben = stage.staff("Ben")
    raw = {
        "automatic": a_mail(From=NOBODY, Auto_Submitted="auto-replied"),
        "bounce": a_bounce(),
        "ours": a_mail(From=SUPPORT),
        "ours with a token": a_mail(From=SUPPORT.replace("@", "+x@")),
    }[kind]
    take(stage, raw)
    [mail] = listed(stage)
    mailed = len(stage.mails.taken)
    assert answer_mail.why_not(mail.message, tools=stage.tools)
    with pytest.raises(NotAllowed):
        answer(stage, mail.message.id, ben)
    assert len(stage.mails.taken) == mailed


@pytest.mark.parametrize("text", ["", " \n ", "x" * 8001])
def test_an_empty_or_endless_answer_is_refused(stage: Stage, text: str) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage)
    with pytest.raises(BadInput) as refusal:
        answer(stage, mail, ben, text)
    assert list(refusal.value.fields) == ["text"]
    assert listed(stage)[0].answers == ()


def test_only_who_works_on_cases_answers_and_only_a_mail_without_a_case(stage: Stage) -> None:
    ben, otto, ines = stage.staff("Ben"), stage.staff("Otto", Role.AUDITOR), stage.staff("Ines", Role.ADMIN)
    mail = a_loose_mail(stage)
    for person in (otto, ines):
        with pytest.raises(NotFound):
            answer(stage, mail, person)
    with pytest.raises(NotFound):
        answer_mail.answer_mail(mail, uuid4(), "Hello", seen=0, tools=stage.tools)
    stage.asked_and_confirmed()
    [(of_a_case,)] = rows(stage, "select id from messages where case_id is not null")
    for no_such in (of_a_case, uuid4()):
        assert isinstance(no_such, UUID)
        with pytest.raises(NotFound):
            answer(stage, no_such, ben)
    assert rows(stage, "select 1 from mails where letter = 'mail_answer'") == []


def test_one_address_gets_five_answers_a_day_however_many_mails_name_it(stage: Stage) -> None:
    ben = stage.staff("Ben")
    written_so = (ANAS, "ANA@example.org")
    for number in range(5):
        answer(stage, a_loose_mail(stage, written_so[number % 2]), ben)
    one_more = a_loose_mail(stage, ANAS)
    with pytest.raises(TooMany, match="5 answers within a day"):
        answer(stage, one_more, ben)
    answer(stage, a_loose_mail(stage), ben)
    stage.passes(days=1, minutes=1)
    answer(stage, one_more, ben)


def test_an_answer_names_the_mail_it_answers_and_what_comes_back_lies_in_the_list_again(stage: Stage) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage)
    answer(stage, mail, ben)
    assert stage.last(NOBODY).in_reply_to == f"<{listed(stage)[0].message.message_id}>"
    back = a_mail("Thanks", From=NOBODY, Message_ID="<2@x>", In_Reply_To=stage.last(NOBODY).message_id)
    mailed = len(stage.mails.taken)
    assert take(stage, back).result == "request"
    assert len(listed(stage)) == 2
    assert len(stage.mails.taken) == mailed, "it was told today that no account fits"


def test_an_answer_that_the_server_refused_says_so_in_the_list(stage: Stage) -> None:
    ben = stage.staff("Ben")
    mail = a_loose_mail(stage)
    stage.mails.refuses.add(NOBODY)
    answer(stage, mail, ben)
    [given] = listed(stage)[0].answers
    assert (given.is_on_its_way, given.refusal) == (False, "550 no such user")
