"""Tells people from machines, and finds out which mail of ours came back and whether for good."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from support_portal.adapters.mail.headers import Headers
from support_portal.domain.incoming import Nature

LOOP_HEADER = "X-Support-Portal"
_DAEMON = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_MARKS = (
    LOOP_HEADER,
    "List-Id",
    "List-Unsubscribe",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponse",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-FC-Machinegenerated",
    "X-MS-Exchange-Inbox-Rules-Loop",
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_SUPPRESS = frozenset({"all", "oof", "autoreply"})
_AWAY = re.compile(
    r"^\W*((re|aw|antw|sv|tr)\s*:\s*)*(auto(matic|matische)?[- ]?(reply|response|antwort)|out of (the )?office"
    r"|abwesenheit|vacation|absence|r[ée]ponse automatique|respuesta autom[áa]tica)",
    re.IGNORECASE,
)
_MOST_FAILED = 20


@dataclass(frozen=True)
class Kind:
    """What wrote a mail, what told so, and (address, for good) of everybody it says did not get ours."""

    nature: Nature
    why: str = ""
    failed: tuple[tuple[str, bool], ...] = ()


def kind_of(message: Message, beginning: Message, headers: Headers, sender: str, *, answers_us: bool) -> Kind:
    """Tell people from machines.

    `beginning` is the same mail cut short, for what takes long; `answers_us` says that it answers a mail of ours.
    """
    failed = (tuple(_by_report(message)) or tuple(_by_words(beginning, headers)))[:_MOST_FAILED]
    if reason := _bounce_mark(message, headers) or (failed and "wording of a bounce"):
        return Kind(Nature.BOUNCE, reason, failed)
    if reason := _automatic_mark(headers, sender):
        return Kind(Nature.AUTOMATIC, reason)
    if answers_us and _AWAY.match(headers.text("Subject")):
        return Kind(Nature.AUTOMATIC, "Subject")
    return Kind(Nature.PERSON)


def _bounce_mark(message: Message, headers: Headers) -> str:
    if headers.has("X-Failed-Recipients"):
        return "X-Failed-Recipients"
    if any(True for _ in _reports(message)):
        return "message/delivery-status"
    kind = " ".join(headers.raw("Content-Type")).casefold()
    return "multipart/report" if kind.startswith("multipart/report") and "delivery-status" in kind else ""


def _automatic_mark(headers: Headers, sender: str) -> str:
    if headers.word("Auto-Submitted") not in {"", "no"}:
        return "Auto-Submitted"
    suppressed = {word.strip() for value in headers.raw("X-Auto-Response-Suppress") for word in value.split(",")}
    if _SUPPRESS & {word.casefold() for word in suppressed}:
        return "X-Auto-Response-Suppress"
    for name in ("Precedence", "X-Precedence"):
        if headers.word(name) in _BULK:
            return name
    if mark := next((name for name in _MARKS if headers.has(name)), ""):
        return mark
    return "sender is a mail server" if _DAEMON.match(sender) else ""


def _reports(message: Message) -> Iterator[Message]:
    """The parts that tell of deliveries; each holds a block of headers for every recipient."""
    top = message.get_payload()
    for part in (message, *(top if isinstance(top, list) else ())):
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            yield part


def _by_report(message: Message) -> Iterator[tuple[str, bool]]:
    for report in _reports(message):
        blocks = report.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, Message):
                continue
            fields = Headers(block)
            recipient = (fields.raw("Final-Recipient") or fields.raw("Original-Recipient") or [""])[0]
            address = recipient.rpartition(";")[2].strip().strip("<>")
            if address:
                yield address, fields.word("Action") == "failed" and fields.word("Status").startswith("5.")


def _by_words(beginning: Message, headers: Headers) -> Iterator[tuple[str, bool]]:
    """What the wording of many mail servers' bounces tells; asked of mail servers' mails only: people quote bounces."""
    if not any(_DAEMON.match(address) for _, address in headers.mailboxes("From")):
        return
    temporary: Iterable[bytes] = ()
    final: Iterable[bytes] = ()
    with suppress(Exception):  # the detectors meet what they were not written for
        temporary, final = all_failures(beginning)
    for addresses, is_final in ((final, True), (temporary, False)):
        for address in sorted(addresses):
            yield address.decode("ascii", "replace"), is_final
