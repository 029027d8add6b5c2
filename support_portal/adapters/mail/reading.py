"""Reads a mail into what the rules judge: port `MailReader`, the one place that puts the readers together."""

from __future__ import annotations

import re
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from hashlib import sha256
from uuid import UUID, uuid5

from support_portal.adapters.mail.authenticate import dmarc_of
from support_portal.adapters.mail.classify import Kind, kind_of
from support_portal.adapters.mail.headers import LONGEST_ID, MOST_IDS, Headers
from support_portal.adapters.mail.mime import new_part, text_of
from support_portal.domain.addresses import is_address
from support_portal.domain.incoming import Incoming, Nature, Returned, reply_tokens

_NAMESPACE = UUID("5b0d6c9e-3c1f-4f0b-9a55-6d1f3f1f2a77")
_MOST_RECIPIENTS = 100
_LONGEST_SUBJECT = 300
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
# Nobody writes such a mail by hand: parts within parts, or nothing but line ends, made to keep a reader busy.
_BOUNDARY = re.compile(rb"boundary[*\d]{0,4}\s{0,3}=", re.IGNORECASE)
_MOST_BOUNDARIES = 100
_MOST_WORK = 10_000_000  # lines, times the boundaries each is held against: about two seconds
_BEGINNING = 64 * 1024  # bytes in which the words of a bounce are looked for
_LARGEST_HEAD = 256 * 1024


class Reader:
    """Reads mails that came to one support address."""

    def __init__(self, *, support_address: str, authserv_id: str | None) -> None:
        """`authserv_id` names the mail server whose Authentication-Results are believed; None believes nobody."""
        self._support_address = support_address
        self._domain = support_address.rpartition("@")[2]
        self._authserv_id = authserv_id
        ours = rf"<?[0-9a-f]{{8}}-[0-9a-f-]{{27}}@{re.escape(self._domain)}>?"
        self._our_id = re.compile(ours.encode(), re.IGNORECASE)

    def read(self, raw: bytes) -> Incoming:
        """What the mail says; never raises."""
        message = _parsed(raw)
        headers = Headers(message)
        mailboxes = [(name, address) for name, address in headers.mailboxes("From") if _is_whole(address)]
        senders = tuple(dict.fromkeys(address for _, address in mailboxes))
        sender = senders[0] if len(senders) == 1 else ""
        recipients = tuple(address for _, address in headers.mailboxes(*_RECIPIENTS))[:_MOST_RECIPIENTS]
        answers = _answers(headers)
        answers_us = self._answers_us(answers, recipients)
        kind = kind_of(message, _parsed(raw[:_BEGINNING]), headers, sender, answers_us=answers_us)
        if sender.casefold() == self._support_address.casefold() and kind.nature is Nature.PERSON:
            kind = Kind(Nature.AUTOMATIC, "sender is the portal itself")
        text = text_of(message)
        return Incoming(
            id=_id_of(raw, headers),
            message_id=self._message_id(raw, headers),
            senders=senders,
            sender_name=mailboxes[0][0][:_LONGEST_SUBJECT] if mailboxes else "",
            recipients=recipients,
            subject=headers.text("Subject")[:_LONGEST_SUBJECT],
            text=text,
            new_text=new_part(text) if kind.nature is Nature.PERSON else "",
            answers=answers,
            nature=kind.nature,
            why=kind.why,
            dmarc=dmarc_of(headers, sender, self._authserv_id),
            returned=self._returned(raw, kind),
        )

    def _message_id(self, raw: bytes, headers: Headers) -> str:
        given = [found for found in headers.ids("Message-ID") if len(found) <= LONGEST_ID]
        return given[0] if given else f"<gen-{sha256(raw).hexdigest()}@{self._domain}>"

    def _answers_us(self, answers: tuple[str, ...], recipients: tuple[str, ...]) -> bool:
        ours = any(self._our_id.fullmatch(one.encode("utf-8", "replace")) for one in answers)
        return ours or any(True for _ in reply_tokens(recipients, self._support_address))

    def _returned(self, raw: bytes, kind: Kind) -> tuple[Returned, ...]:
        """Which mail of ours came back: mail servers send its headers along, or all of it."""
        found = self._our_id.search(raw) if kind.failed else None
        if found is None:
            return ()
        message_id = f"<{found.group().decode().strip('<>')}>"
        return tuple(Returned(address, message_id, is_final) for address, is_final in kind.failed)


def _parsed(raw: bytes) -> Message:
    boundaries = sum(1 for _ in _BOUNDARY.finditer(raw))
    if boundaries <= _MOST_BOUNDARIES and raw.count(b"\n") * (boundaries + 5) <= _MOST_WORK:
        with suppress(Exception):  # the parser recurses, and has raised on crafted headers
            return message_from_bytes(raw, policy=compat32)
    head = BytesHeaderParser(policy=compat32).parsebytes(raw[:_LARGEST_HEAD])
    head.set_payload("")
    return head


def _is_whole(address: str) -> bool:
    return is_address(address) and "\ufffd" not in address


def _answers(headers: Headers) -> tuple[str, ...]:
    """In-Reply-To first, then References from the right: the newest says most."""
    found = [*headers.ids("In-Reply-To"), *reversed(headers.ids("References"))]
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def _id_of(raw: bytes, headers: Headers) -> UUID:
    """The same id for the same mail by whichever way it came: what servers add on the way does not count."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    written = [value for name in ("Message-ID", "From", "Date", "Subject") for value in headers.raw(name)]
    head = "\n".join(written).encode("utf-8", "surrogateescape")
    return uuid5(_NAMESPACE, sha256(head + b"\n\n" + body).hexdigest())
