"""Mails made to break or to busy whoever reads them: each is read, in good time, and never raises."""

from __future__ import annotations

from time import monotonic

import pytest

from support_portal.adapters.mail.reading import Reader
from tests.adapters.mail.messages import OUR_SERVER, a_mail

LONGEST = 30.0  # seconds: a reader that hangs is found; how fast it is, a busy machine does not tell
MIB = 1024 * 1024


def nested(depth: int, lines: int = 1) -> bytes:
    """Parts within parts within parts."""
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n" for level in range(depth)
    )
    return (
        a_mail().partition(b"\r\n\r\n")[0]
        + b"\r\n"
        + opened.encode()
        + b"Content-Type: text/plain\r\n\r\n"
        + b"x\r\n" * lines
    )


MAILS = {
    "nothing": b"",
    "only NUL": b"\x00" * 1000,
    "no end of the headers": b"From: ana@example.org",
    "ten thousand parts": a_mail("--b\r\n\r\nx\r\n" * 10_000, Content_Type="multipart/mixed; boundary=b"),
    "a thousand levels": nested(1000),
    "many levels and many lines": nested(90, 300_000),
    "a header of a megabyte": a_mail(X_Long="a" * MIB),
    "a hundred thousand headers": b"X: a\r\n" * 100_000 + a_mail(),
    "25 MiB of line ends": a_mail(b"\n" * 25 * MIB),
    "25 MiB of an attachment": a_mail(
        b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"A" * 76 + b"\r\n") * 330_000,
        Content_Type="multipart/mixed; boundary=b",
    ),
    "25 MiB of a bounce's words": a_mail(
        b"The following address failed\n a@b.example\n" * 500_000, From="mailer-daemon@x.example"
    ),
    "deep HTML": a_mail("<div>" * 50_000 + "x", Content_Type="text/html"),
    "HTML that opens only": a_mail("<" * 250_000, Content_Type="text/html"),
    "HTML of brackets": a_mail("[a" * 120_000, Content_Type="text/html"),
    "tables in tables": a_mail("<table><tr><td>" * 8_000, Content_Type="text/html"),
    "lines that look like quotes": a_mail("On\n" * 20_000),
    "lines that look like headers": a_mail("From: a\nTo: b\n" * 5_000),
    "lines of underscores": a_mail("____\n" * 5_000),
    "brackets in From": a_mail(From="(" * 7_000 + "ana@example.org"),
    "brackets in the verdict": a_mail(Authentication_Results=f"{OUR_SERVER}; dmarc=pass " + "(" * 3_900),
    "encoded words without an end": a_mail(Subject="=?utf-8?q?" * 700),
    "a boundary of escapes": a_mail(Content_Type="multipart/mixed; boundary*0*=utf-8''%"),
    "a charset with NUL": a_mail(Content_Type='text/plain; charset="a\x00b"'),
    "a report of nothing": a_mail("foo\r\n\r\nbar: x", Content_Type="message/delivery-status"),
    "an empty mail within": a_mail("", Content_Type="message/rfc822"),
    "broken base64": a_mail("!!!==", Content_Transfer_Encoding="base64"),
}


@pytest.mark.parametrize("name", MAILS)
def test_the_mail_is_read_in_good_time(reader: Reader, name: str) -> None:
    before = monotonic()
    mail = reader.read(MAILS[name])
    assert monotonic() - before < LONGEST
    (mail.text + mail.subject + mail.sender_name + mail.message_id + "".join(mail.senders)).encode()
    assert len(mail.text) < 300_000
    assert mail.dmarc != "pass"
