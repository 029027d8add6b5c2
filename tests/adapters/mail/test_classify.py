"""People are told from machines, which are never answered."""

from __future__ import annotations

import pytest

from support_portal.adapters.mail.reading import Reader
from support_portal.domain.incoming import Nature, Returned
from tests.adapters.mail.messages import OURS, SUPPORT, a_bounce, a_mail


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", " (it is) Auto-Generated ; reason=away"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "Bulk"),
        ("Precedence", "auto_reply"),
        ("X-Precedence", "list"),
        ("List-Id", "<news.example.org>"),
        ("List-Unsubscribe", "<mailto:x@example.org>"),
        ("X-Autoreply", "yes"),
        ("X-Autorespond", ""),
        ("X-FC-Machinegenerated", "true"),
        ("X-MS-Exchange-Inbox-Rules-Loop", "ana@example.org"),
        ("X-Support-Portal", "https://other-portal.example"),
        ("From", "MAILER-DAEMON@example.org"),
        ("From", "Postmaster <postmaster@example.org>"),
        ("From", SUPPORT),
    ],
)
def test_a_machine_says_so(reader: Reader, header: str, value: str) -> None:
    mail = reader.read(a_mail(**{header: value or "-"}))
    assert mail.nature is Nature.AUTOMATIC
    assert mail.why


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", " No (a person)"),
        ("X-Auto-Response-Suppress", "DR, RN"),
        ("Precedence", "normal"),
        ("Return-Path", "<>"),
        ("Subject", "Out of office, and out of my account"),
        ("Subject", "Automatic reply never came"),
        ("X-Mailer", "Thunderbird"),
    ],
)
def test_a_person_is_not_taken_for_a_machine(reader: Reader, header: str, value: str) -> None:
    assert reader.read(a_mail(**{header: value})).nature is Nature.PERSON


@pytest.mark.parametrize("subject", ["Automatic reply: Confirm", "Re: Out of office", "Abwesenheit: Bitrise"])
def test_a_subject_tells_a_machine_only_where_it_answers_a_mail_of_ours(reader: Reader, subject: str) -> None:
    assert reader.read(a_mail(Subject=subject)).nature is Nature.PERSON
    assert reader.read(a_mail(Subject=subject, In_Reply_To=OURS)).nature is Nature.AUTOMATIC
    assert reader.read(a_mail(Subject=subject, To="support+token@portal.example")).nature is Nature.AUTOMATIC


@pytest.mark.parametrize(
    ("status", "action", "is_final"),
    [("5.1.1", "failed", True), ("4.4.1", "delayed", False), ("4.4.7", "failed", False), ("5.0.0", "delayed", False)],
)
def test_a_bounce_names_our_mail_and_whether_it_is_for_good(
    reader: Reader, status: str, action: str, is_final: bool
) -> None:
    mail = reader.read(a_bounce(status=status, action=action))
    assert mail.nature is Nature.BOUNCE
    assert mail.returned == (Returned("ana@example.org", OURS, is_final),)


def test_a_bounce_in_words_is_understood_too(reader: Reader) -> None:
    words = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@example.org
    SMTP error from remote mail server after RCPT TO: 550 no such user

------ This is a copy of the message, including all the headers. ------

Message-ID: {OURS}
"""
    failed = {"From": "Mail Delivery System <Mailer-Daemon@mx.example.org>", "X-Failed-Recipients": "ana@example.org"}
    mail = reader.read(a_mail(words, **failed))
    assert mail.nature is Nature.BOUNCE
    assert mail.returned == (Returned("ana@example.org", OURS, True),)


def test_a_person_who_quotes_a_bounce_is_a_person(reader: Reader) -> None:
    text = f"I got this:\n\nThe following address(es) failed:\n\n  ana@example.org\n\nMessage-ID: {OURS}\n"
    mail = reader.read(a_mail(text))
    assert mail.nature is Nature.PERSON
    assert mail.returned == ()


def test_a_bounce_of_a_mail_that_is_not_ours_returns_nothing(reader: Reader) -> None:
    assert reader.read(a_bounce(about="<1b4e28ba-2fa1-41d2-883f-0016d3cca427@other.example>")).returned == ()
