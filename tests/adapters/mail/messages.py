"""Mails as they come in, written for these tests."""

from __future__ import annotations

SUPPORT = "support@portal.example"
OURS = "<1b4e28ba-2fa1-41d2-883f-0016d3cca427@portal.example>"  # the Message-ID of a mail of ours
OUR_SERVER = "mx.portal.example"


def a_mail(text: str | bytes = "I lost my phone.", **headers: str) -> bytes:
    """Ana's mail to support; a header is changed or added by its name, an empty one is left out."""
    told = {
        "From": "Ana Ruiz <ana@example.org>",
        "To": SUPPORT,
        "Subject": "I can't sign in",
        "Message-ID": "<1@example.org>",
        "Date": "Mon, 16 Nov 2026 09:00:00 +0000",
    }
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    body = text.encode() if isinstance(text, str) else text
    return head.encode() + b"\r\n" + body


def in_parts(*parts: tuple[str, str], kind: str = "alternative", **headers: str) -> bytes:
    """A mail of several parts, each its type and its words."""
    body = "".join(f"--edge\r\nContent-Type: {of_type}\r\n\r\n{words}\r\n" for of_type, words in parts)
    return a_mail(f"{body}--edge--\r\n", Content_Type=f"multipart/{kind}; boundary=edge", **headers)


def a_bounce(
    address: str = "ana@example.org", status: str = "5.1.1", action: str = "failed", about: str = OURS
) -> bytes:
    """What a mail server sends when it could not deliver our mail."""
    return in_parts(
        ("text/plain", "Your mail could not be delivered."),
        ("message/delivery-status", _report(address, status, action)),
        ("text/rfc822-headers", f"From: {SUPPORT}\r\nMessage-ID: {about}\r\n"),
        kind="report; report-type=delivery-status",
        From="Mail Delivery System <mailer-daemon@mx.example.org>",
        Message_ID=f"<bounce-{status}-{action}@mx.example.org>",
    )


def _report(address: str, status: str, action: str) -> str:
    recipient = f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
    return f"Reporting-MTA: dns; mx.example.org\r\n\r\n{recipient}"
