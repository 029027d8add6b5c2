"""Hands mails to a mail server: port `MailSender`, over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from support_portal.adapters.mail.classify import LOOP_HEADER
from support_portal.ports.outside import MailDelayed, MailRefused, OutgoingMail

DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
# The standard library would encode a long Message-ID in these two as words, and then no mail program knows it.
_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # as it is mapped to Message-ID
POLICY = SMTP.clone(header_factory=_HEADERS)
_FOR_GOOD = 500
_NAME = "Support portal"


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and how."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`; the settings made sure it is one."""
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme], user, password)


class SmtpSender:
    """One connection for each mail; nothing is kept open between two."""

    def __init__(self, url: str, *, support_address: str, instance: str, timeout: float) -> None:
        """`instance` names this portal in its loop header; `timeout` is in seconds, for each answer."""
        self._server = Server.from_url(url)
        self._support_address = support_address
        self._instance = instance
        self._timeout = timeout

    def send(self, mail: OutgoingMail, at: datetime) -> None:
        """Hand one mail over, dated `at`; raises MailRefused or MailDelayed.

        A 5xx answer to the recipient or to the mail itself is for good. One to the greeting, the sign-in or the
        sender is about this portal and not about the mail, so it waits.
        """
        recipient = _ascii_domain(mail.to)
        try:
            message = self._message(mail, recipient, at)
        except (ValueError, IndexError) as error:  # the standard library on addresses that are none
            raise MailRefused(f"{mail.to!r} can't be written to: {error}") from error
        with self._connected() as connection:
            try:
                connection.send_message(message, self._support_address, [recipient])
            except smtplib.SMTPNotSupportedError as error:
                raise MailRefused(str(error)) from error
            except smtplib.SMTPRecipientsRefused as error:
                raise _trouble(*error.recipients[recipient]) from error
            except smtplib.SMTPDataError as error:
                raise _trouble(error.smtp_code, error.smtp_error) from error

    def greet(self) -> None:
        """Connect and sign in without sending anything; raises MailDelayed with what is wrong."""
        with self._connected() as connection:
            connection.noop()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            connection = self._connect()
            try:
                self._secure(connection)
                yield connection
                # The server took the mail: how the goodbye goes changes nothing.
                with suppress(OSError, smtplib.SMTPException):
                    connection.quit()
            finally:
                connection.close()
        except (OSError, smtplib.SMTPException) as error:
            raise MailDelayed(f"the mail server at {self._server.host}:{self._server.port}: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _secure(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if self._server.user:
            connection.login(self._server.user, self._server.password)

    def _message(self, mail: OutgoingMail, recipient: str, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=POLICY)
        message["From"] = f"{_NAME} <{self._support_address}>"
        message["To"] = recipient
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(at)
        message["Message-ID"] = mail.message_id
        if mail.reply_to:
            message["Reply-To"] = f"{_NAME} <{mail.reply_to}>"
        if mail.in_reply_to:
            message["In-Reply-To"] = message["References"] = mail.in_reply_to
        if mail.is_automatic:
            # RFC 3834: no machine answers these, and each header is heeded by others.
            message["Auto-Submitted"] = "auto-generated"
            message["X-Auto-Response-Suppress"] = "All"
            message["Precedence"] = "bulk"
            message[LOOP_HEADER] = self._instance
        message.set_content(mail.text, cte="quoted-printable")
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        return message


def _ascii_domain(address: str) -> str:
    """The address with its domain as the network knows it; one the rule does not know stays as it is."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _trouble(code: int, said: bytes | str) -> Exception:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = f"{code} {' '.join(words.split())}"
    return MailRefused(text) if code >= _FOR_GOOD else MailDelayed(text)
