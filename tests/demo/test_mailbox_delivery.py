"""The mail catcher takes mails over real SMTP, keeps them, and misbehaves when asked to."""

from __future__ import annotations

import shutil
import smtplib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.mailbox.service import Mailbox


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mails") as running:
        yield running


def a_mail(to: str = "mira@example.com", subject: str = "Confirm your request", message_id: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Support portal <support@portal.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<{subject.replace(' ', '-')}@portal.example>"
    message.set_content("Hello,\n\nconfirm it here: https://portal.example/confirm/4hWn5cLpQe.\n")
    message.add_alternative(
        '<p>Hello, <a href="https://portal.example/confirm/4hWn5cLpQe">confirm it</a> or '
        '<a href="https://portal.example/stop/1?a=1&amp;b=2">stop it</a></p>',
        subtype="html",
    )
    return message


def send(mailbox: Mailbox, message: EmailMessage, *to: str) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.send_message(message, "bounces@portal.example", to or (str(message["To"]),))


def mails(mailbox: Mailbox, **wanted: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{mailbox.web_url}/api/mails", params=wanted, timeout=70)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def behave(mailbox: Mailbox, **behavior: Any) -> None:
    requests.post(f"{mailbox.web_url}/api/behavior", json=behavior, timeout=10).raise_for_status()


def test_a_mail_is_shown_with_its_envelope_headers_parts_and_links(mailbox: Mailbox) -> None:
    before = datetime.now(UTC)
    send(mailbox, a_mail("Mira <mira@example.com>"), "mira@example.com", "second@example.com")
    (mail,) = mails(mailbox)
    assert mail["mail_from"] == "bounces@portal.example"
    assert mail["rcpt_to"] == ["mira@example.com", "second@example.com"]
    assert mail["to"] == "Mira <mira@example.com>"
    assert mail["subject"] == "Confirm your request"
    assert mail["message_id"] == "<Confirm-your-request@portal.example>"
    assert mail["headers"]["From"] == "Support portal <support@portal.example>"
    assert mail["text"].startswith("Hello,\n\nconfirm it here")
    assert "<p>Hello" in mail["html"]
    assert mail["links"] == ["https://portal.example/confirm/4hWn5cLpQe", "https://portal.example/stop/1?a=1&b=2"]
    assert before <= datetime.fromisoformat(mail["received_at"]) <= datetime.now(UTC)


def test_the_same_mail_delivered_twice_is_kept_twice(mailbox: Mailbox) -> None:
    send(mailbox, a_mail(message_id="<once@portal.example>"))
    send(mailbox, a_mail(message_id="<once@portal.example>"))
    first, second = mails(mailbox)
    assert first["message_id"] == second["message_id"] == "<once@portal.example>"
    assert first["id"] < second["id"]


def test_mails_are_found_by_recipient_subject_and_time(mailbox: Mailbox) -> None:
    send(mailbox, a_mail("mira@example.com", "Confirm your request"))
    send(mailbox, a_mail("jonas@example.com", "Request stopped"))
    assert [mail["subject"] for mail in mails(mailbox, to="JONAS@example.com")] == ["Request stopped"]
    assert [mail["to"] for mail in mails(mailbox, subject="confirm")] == ["mira@example.com"]
    second = mails(mailbox)[1]["received_at"]
    assert [mail["subject"] for mail in mails(mailbox, since=second)] == ["Request stopped"]
    assert mails(mailbox, since=(datetime.now(UTC) + timedelta(minutes=1)).isoformat()) == []


def test_a_question_that_waits_is_answered_when_the_mail_comes_or_the_time_is_over(mailbox: Mailbox) -> None:
    asked = time.monotonic()
    assert mails(mailbox, subject="Late", wait="0.3") == []
    assert time.monotonic() - asked >= 0.3
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(mails, mailbox, subject="Late", wait="60")
        send(mailbox, a_mail(subject="Early"))
        send(mailbox, a_mail(subject="Late"))
        assert [mail["subject"] for mail in answer.result(timeout=30)] == ["Late"]


@pytest.mark.parametrize("wanted", [{"since": "yesterday"}, {"wait": "long"}, {"wait": "61"}, {"wait": "nan"}])
def test_a_question_that_makes_no_sense_is_refused(mailbox: Mailbox, wanted: dict[str, str]) -> None:
    answer = requests.get(f"{mailbox.web_url}/api/mails", params=wanted, timeout=10)
    assert answer.status_code == 400
    assert next(iter(wanted)) in answer.json()["error"]


def test_mails_outlive_the_catcher_byte_by_byte(tmp_path: Path) -> None:
    sent = b"Subject: odd\r\nMessage-ID: <odd@portal.example>\r\n\r\n.a dot, \xff\xfe and no end of line"
    with Mailbox(tmp_path) as mailbox, smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.sendmail("bounces@portal.example", ["mira@example.com"], sent)
        before = mails(mailbox)
    with Mailbox(tmp_path) as mailbox:
        assert mails(mailbox) == before
        raw = requests.get(f"{mailbox.web_url}/mails/{before[0]['id']}/raw", timeout=10).content
        assert raw.rstrip(b"\r\n") == sent
        send(mailbox, a_mail())
        assert mails(mailbox)[1]["id"] == before[0]["id"] + 1


def test_a_half_written_delivery_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "000001.json").write_text('{"received_at": "2026-11-24T00:00:00+00:00"}')
    (tmp_path / "000001.eml.unfinished").write_bytes(b"Subject: cut")
    with Mailbox(tmp_path) as mailbox:
        assert mails(mailbox) == []
        send(mailbox, a_mail())
    with Mailbox(tmp_path) as mailbox:
        assert [mail["rcpt_to"] for mail in mails(mailbox)] == [["mira@example.com"]]


def test_deleted_mails_are_gone_also_from_the_folder(mailbox: Mailbox, tmp_path: Path) -> None:
    send(mailbox, a_mail())
    (before,) = mails(mailbox)
    assert requests.delete(f"{mailbox.web_url}/api/mails", timeout=10).status_code == 204
    assert mails(mailbox) == []
    assert list((tmp_path / "mails").iterdir()) == []
    send(mailbox, a_mail())
    assert mails(mailbox)[0]["id"] > before["id"]


def test_a_mail_that_cannot_be_kept_is_not_accepted_but_may_come_again(mailbox: Mailbox, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "mails")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mailbox, a_mail())
    assert refused.value.smtp_code == 451
    assert mails(mailbox) == []
    (tmp_path / "mails").mkdir()
    send(mailbox, a_mail())
    assert len(mails(mailbox)) == 1


def test_a_rejected_address_is_refused_for_good_and_others_are_not(mailbox: Mailbox) -> None:
    behave(mailbox, reject={"Gone@example.com": 550})
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailbox, a_mail("gone@example.com"))
    assert refused.value.recipients["gone@example.com"][0] == 550
    send(mailbox, a_mail("mira@example.com"))
    assert [mail["rcpt_to"] for mail in mails(mailbox)] == [["mira@example.com"]]


def test_a_deferred_address_takes_mail_after_so_many_tries(mailbox: Mailbox) -> None:
    behave(mailbox, defer={"busy@example.com": 2})
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(mailbox, a_mail("busy@example.com"))
        assert refused.value.recipients["busy@example.com"][0] == 450
    send(mailbox, a_mail("busy@example.com"))
    assert len(mails(mailbox)) == 1


def test_a_hang_up_keeps_the_mail_and_does_not_say_so(mailbox: Mailbox) -> None:
    behave(mailbox, hang_up={"mira@example.com": 1})
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox, a_mail())
    send(mailbox, a_mail())
    assert len({mail["message_id"] for mail in mails(mailbox)}) == 1
    assert len(mails(mailbox)) == 2


def test_a_server_that_is_down_refuses_connections_until_it_is_up(mailbox: Mailbox) -> None:
    open_before = smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10)
    behave(mailbox, down=True)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        open_before.sendmail("bounces@portal.example", ["mira@example.com"], "Subject: no\r\n\r\n")
    open_before.close()
    with pytest.raises(ConnectionRefusedError):
        send(mailbox, a_mail())
    behave(mailbox)
    send(mailbox, a_mail())
    assert len(mails(mailbox)) == 1


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ([], "JSON object"),
        ({"rejects": {}}, "rejects"),
        ({"down": 1}, "down"),
        ({"reject": {"mira@example.com": 450}}, "reject"),
        ({"defer": {"mira@example.com": True}}, "defer"),
        ({"hang_up": ["mira@example.com"]}, "hang_up"),
    ],
)
def test_a_behavior_that_makes_no_sense_changes_nothing(mailbox: Mailbox, wanted: object, named: str) -> None:
    behave(mailbox, defer={"busy@example.com": 1})
    answer = requests.post(f"{mailbox.web_url}/api/behavior", json=wanted, timeout=10)
    assert answer.status_code == 400
    assert named in answer.json()["error"]
    assert requests.get(f"{mailbox.web_url}/api/behavior", timeout=10).json() == {
        "reject": {},
        "defer": {"busy@example.com": 1},
        "hang_up": {},
        "down": False,
    }


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"no headers at all",
        b"From: <\r\nTo: a@b, =?bad?=\r\nSubject: =?utf-8?b?////?=\r\n\r\nhello",
        b"Content-Type: text/plain; charset=x-nobody\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<a href=",
        b"Subject: \xff\x00\xfe\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed\r\n\r\n",
    ],
)
def test_an_odd_mail_is_kept_and_can_be_looked_at(mailbox: Mailbox, odd: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as client:
        client.sendmail("", ["mira@example.com"], odd)
    (mail,) = mails(mailbox)
    assert mail["mail_from"] == ""
    for page in ("/", "/mails", f"/mails/{mail['id']}", f"/mails/{mail['id']}/raw"):
        assert requests.get(mailbox.web_url + page, timeout=10).status_code == 200
